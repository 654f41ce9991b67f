import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { type Claims, type JwtHeader, readJwt, signatureHolds, signJwt } from '../entra/jwt.ts';
import type { Client } from './clients.ts';
import type { Person } from './people.ts';
import { clientById, personById, type Realm } from './realm.ts';
import { fullScope, hasScope } from './scopes.ts';
import type { Session } from './sessions.ts';

/** For whom, by which client, and by what a token is made. */
export type Grant = {
  client: Client;
  person: Person;
  /** Null: signed in for this token alone. */
  session: Session | null;
  scope: string;
  /** As it stands in the `jti`: password, refresh, device, client credentials, token exchange. */
  by: 'ro' | 'rt' | 'dg' | 'cc' | 'te';
  /** Token exchange: of all audiences only these. */
  audience?: readonly string[];
};

const accountRoles = ['manage-account', 'manage-account-links', 'view-profile'];

export const serviceAccountName = (clientId: string) => `service-account-${clientId}`;

/** The user as whom a client itself is signed in; null if it may not be. */
export function serviceAccountOf({ clientId, serviceAccount }: Client): Person | null {
  if (!serviceAccount) return null;
  const userName = serviceAccountName(clientId);
  return {
    ...{ name: userName, id: serviceAccount.id, userName, password: '', email: null, emailVerified: false },
    ...{ firstName: null, lastName: null, realmRoles: serviceAccount.realmRoles, clientRoles: {} },
    ...{ enabled: true, requiredActions: [] },
  };
}

/** Signs any claims with the current key; members of `header` replace those of the key. */
export function issue({ keys }: Realm, claims: Claims, header: JwtHeader = {}): string {
  const { kid, key } = keys.signing();
  return signJwt(claims, { kid, ...header }, key);
}

/** An access token (section 6). Overridden claims replace the usual ones; undefined removes one. */
export function accessToken(realm: Realm, grant: Grant, overrides: Claims = {}): string {
  const { client, person, session, scope } = grant;
  const clientRoles = clientRolesFor(grant);
  return issue(realm, {
    ...times(realm, session),
    jti: `${kindOf(grant)}rt${grant.by}:${randomUUID()}`,
    iss: realm.issuer(),
    aud: single(grant.audience ?? [...client.audiences, ...audiencesByRoles(client, clientRoles)]),
    sub: person.id,
    typ: 'Bearer',
    azp: client.clientId,
    sid: session?.id,
    acr: '1',
    'allowed-origins': client.webOrigins.length > 0 ? client.webOrigins : undefined,
    realm_access: { roles: realmRolesOf(realm, person) },
    resource_access: Object.fromEntries(
      Object.entries(clientRoles).map(([name, roles]) => [name, { roles }]),
    ),
    scope,
    ...profile(person),
    ...overrides,
  });
}

const realmRolesOf = ({ name }: Realm, { realmRoles }: Person) => [
  ...realmRoles,
  'offline_access',
  'uma_authorization',
  `default-roles-${name}`,
];

function clientRolesFor({ person, audience }: Grant): Record<string, readonly string[]> {
  const roles = { ...person.clientRoles, account: accountRoles };
  return Object.fromEntries(Object.entries(roles).filter(([name]) => audience?.includes(name) ?? true));
}

/** The clients of which the person has roles, but for the one that asks. */
const audiencesByRoles = ({ clientId }: Client, roles: Record<string, readonly string[]>) =>
  Object.keys(roles).filter((name) => name !== clientId);

/** Every audience that a client's tokens for a person can have. */
export const audiencesFor = (client: Client, person: Person): string[] => [
  ...client.audiences,
  ...audiencesByRoles(client, { ...person.clientRoles, account: accountRoles }),
];

const single = (audiences: readonly string[]): unknown => (audiences.length === 1 ? audiences[0] : audiences);

/** `o` for online, `of` for offline, `tr` for a session that is not kept, and `nt` for one exchanged. */
function kindOf({ session, by }: Grant): string {
  if (!session) return 'tr';
  if (by === 'te') return 'nt';
  return session.offline ? 'of' : 'on';
}

function times(realm: Realm, session: Session | null): Claims {
  const now = realm.now();
  const authTime = session?.authTime === null ? {} : { auth_time: session?.authTime };
  return { exp: now + realm.settings.accessTokenLifespan, iat: now, ...authTime };
}

/** The claims of the scopes `email` and `profile`, which every client has. */
export function profile({ email, emailVerified, firstName, lastName, userName }: Person): Claims {
  const name = [firstName, lastName].filter((part) => part !== null).join(' ');
  return {
    email_verified: emailVerified,
    name: name === '' ? undefined : name,
    preferred_username: userName,
    given_name: firstName ?? undefined,
    family_name: lastName ?? undefined,
    email: email ?? undefined,
  };
}

export function idToken(realm: Realm, { client, person, session }: Grant, access?: string): string {
  return issue(realm, {
    ...times(realm, session),
    jti: randomUUID(),
    iss: realm.issuer(),
    aud: client.clientId,
    sub: person.id,
    typ: 'ID',
    azp: client.clientId,
    sid: session?.id,
    at_hash: access && atHash(access),
    acr: '1',
    ...profile(person),
  });
}

const atHash = (token: string) =>
  createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url');

/** When a session ends unless it is used, in seconds; never for one that is offline. */
export function sessionEnd({ settings }: Realm, session: Session): number {
  if (session.offline) return Number.POSITIVE_INFINITY;
  return Math.min(
    session.usedAt + settings.ssoSessionIdleTimeout,
    session.startedAt + settings.ssoSessionMaxLifespan,
  );
}

/** A token that only this server reads, by HS512. */
export function refreshToken(realm: Realm, { client, person, session, scope }: Grant & { session: Session }) {
  const claims = {
    exp: session.offline ? undefined : sessionEnd(realm, session),
    iat: realm.now(),
    jti: randomUUID(),
    iss: realm.issuer(),
    aud: realm.issuer(),
    sub: person.id,
    typ: session.offline ? 'Offline' : 'Refresh',
    azp: client.clientId,
    sid: session.id,
    scope: fullScope(scope),
  };
  const { kid, key } = realm.keys.secret;
  const [header, body] = [{ alg: 'HS512', typ: 'JWT', kid }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const signed = `${header}.${body}`;
  return `${signed}.${createHmac('sha512', key).update(signed).digest('base64url')}`;
}

/** The claims of a refresh token that this realm made, whatever its time; null for anything else. */
export function readRefreshToken(realm: Realm, token: string): Claims | null {
  const jwt = readJwt(token);
  if (jwt?.header.alg !== 'HS512') return null;
  const expected = createHmac('sha512', realm.keys.secret.key).update(jwt.signed).digest();
  if (jwt.signature.length !== expected.length || !timingSafeEqual(jwt.signature, expected)) return null;
  return jwt.claims.iss === realm.issuer() ? jwt.claims : null;
}

/** An access token that holds, with its bearer. */
export type Bearer = { claims: Claims; person: Person };

/**
 * Looks at an access token: what it says, or in the server's words why it does not hold. With `revoked` it may have been
 * revoked.
 */
export function inspectAccessToken(
  realm: Realm,
  token: string,
  tolerated: { revoked?: boolean } = {},
): Bearer | { fault: string } {
  const jwt = readJwt(token);
  const key = jwt && realm.keys.find(jwt.header.kid);
  const failed = { fault: 'Token verification failed' };
  if (!jwt || !key || jwt.header.alg !== 'RS256' || !signatureHolds(jwt, key)) return failed;
  const { claims } = jwt;
  if (claims.iss !== realm.issuer() || claims.typ !== 'Bearer') return failed;
  if (Number(claims.exp) <= realm.now() || Number(claims.iat) < realm.settings.notBefore) return failed;
  if (!tolerated.revoked && realm.sessions.isRevoked(claims.jti)) return failed;
  const person = bearerOf(realm, claims);
  if (!person) return { fault: "User session not found or doesn't have client attached on it" };
  return person.enabled ? { claims, person } : { fault: 'User disabled' };
}

/** Null when the person is gone, or the session that the token belongs to. */
function bearerOf(realm: Realm, { sub, sid, azp }: Claims): Person | null {
  if (sid !== undefined && !activeSession(realm, sid)) return null;
  const client = clientById(realm, azp);
  const own = client && serviceAccountOf(client);
  return own?.id === sub ? own : personById(realm, sub);
}

export function activeSession(realm: Realm, id: unknown): Session | null {
  const session = realm.sessions.find(id);
  return session && realm.now() < sessionEnd(realm, session) ? session : null;
}

/** What the token endpoint answers with (section 3). Every token of a person but an exchanged one can be refreshed. */
export function tokenAnswer(realm: Realm, grant: Grant): Claims {
  const access = accessToken(realm, grant);
  const { session } = grant;
  const refreshable = session !== null && grant.by !== 'te';
  return {
    access_token: access,
    expires_in: realm.settings.accessTokenLifespan,
    refresh_expires_in: refreshable && !session.offline ? sessionEnd(realm, session) - realm.now() : 0,
    ...(refreshable ? { refresh_token: refreshToken(realm, { ...grant, session }) } : {}),
    token_type: 'Bearer',
    ...(hasScope(grant.scope, 'openid') ? { id_token: idToken(realm, grant, access) } : {}),
    'not-before-policy': realm.settings.notBefore,
    ...(session ? { session_state: session.id } : {}),
    scope: grant.scope,
  };
}
