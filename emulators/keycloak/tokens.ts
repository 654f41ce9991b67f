import { createHash, randomUUID } from 'node:crypto';
import { type Claims, type JwtHeader, signJwt } from '../entra/jwt.ts';
import type { Client } from './clients.ts';
import { type Person, person } from './people.ts';
import { type Realm, realmRolesOf } from './realm.ts';
import { refreshToken } from './refresh-tokens.ts';
import { hasScope } from './scopes.ts';
import { sessionEnd } from './session-life.ts';
import type { Session } from './sessions.ts';

/** For whom, by which client, and by what a token is made. */
export type Grant = {
  client: Client;
  person: Person;
  /** Null: signed in for this token alone. */
  session: Session | null;
  scope: string;
  /** What can be had by a refresh, where that is more. */
  refreshable?: string;
  /** As it stands in the `jti`: password, refresh, device, client credentials, token exchange. */
  by: 'ro' | 'rt' | 'dg' | 'cc' | 'te';
  /** Token exchange: of all audiences only these. */
  audience?: readonly string[];
};

const accountRoles = ['manage-account', 'manage-account-links', 'view-profile'];

/** The user as whom a client itself is signed in; null if it may not be. */
export function serviceAccountOf({ clientId, serviceAccount }: Client): Person | null {
  if (!serviceAccount) return null;
  const nobody = { email: null, emailVerified: false, firstName: null };
  const { id, realmRoles } = serviceAccount;
  return person(`service-account-${clientId}`, id, { ...nobody, realmRoles });
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
    realm_access: { roles: realmRolesOf(realm, person.realmRoles) },
    resource_access: Object.fromEntries(
      Object.entries(clientRoles).map(([name, roles]) => [name, { roles }]),
    ),
    scope,
    ...profile(person),
    ...overrides,
  });
}

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
    ...(hasScope(grant.refreshable ?? grant.scope, 'openid')
      ? { id_token: idToken(realm, grant, access) }
      : {}),
    'not-before-policy': realm.settings.notBefore,
    ...(session ? { session_state: session.id } : {}),
    scope: grant.scope,
  };
}
