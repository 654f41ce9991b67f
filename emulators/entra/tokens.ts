import { randomBytes, randomInt } from 'node:crypto';
import { type Claims, type Jwt, type JwtHeader, readJwt, signatureHolds, signJwt } from './jwt.ts';
import type { Person } from './people.ts';
import { isAudienceOf, knowsTenant, type Registration } from './registration.ts';
import type { Resource } from './resources.ts';
import type { SigningKeys } from './signing-keys.ts';

/** What the parts of the issuer share. */
export type Issuer = {
  registration: Registration;
  keys: SigningKeys;
  /** Address of the issuer, without a path. */
  origin(): string;
  /** Seconds since the epoch. */
  now(): number;
};

/** The client with which the local people are signed in: a public one. */
const frontend = '55d0c1a8-7e34-4b6f-9a12-c0de5f0e7b11';

export const issuerOf = (origin: string, tenant: string, version: unknown): string =>
  version === '1.0' ? `${origin}/${tenant}/` : `${origin}/${tenant}/v2.0`;

/** Signs any claims with the current key; members of `header` replace those of the key. */
export function issue({ keys }: Issuer, claims: Claims, header: JwtHeader = {}): string {
  const { kid, key } = keys.current();
  return signJwt(claims, { kid, ...header }, key);
}

/** A person's token for the gateway (section 2). Overridden claims replace the usual ones; undefined removes one. */
export function userToken(issuer: Issuer, person: Person, lifetime: number, overrides: Claims): string {
  const { clientId } = issuer.registration;
  const first = overrides.ver === '1.0';
  const client = first ? { appid: frontend, appidacr: '0' } : { azp: frontend, azpacr: '0' };
  const names = first
    ? { upn: person.email, unique_name: person.email }
    : { preferred_username: person.email, email: person.email };
  return issue(issuer, {
    ...common(issuer, { ver: first ? '1.0' : '2.0', tid: overrides.tid, lifetime }),
    aud: first ? `api://${clientId}` : clientId,
    oid: person.oid,
    sub: person.oid.replaceAll('-', ''),
    scp: 'access_as_user',
    name: person.name,
    ...(person.appRoles.length > 0 ? { roles: person.appRoles } : {}),
    ...client,
    ...names,
    ...overrides,
  });
}

/** 60 to 90 minutes, as real ones. */
export const resourceLifetime = (): number => randomInt(3600, 5401);

/** A person's token for a resource, for which the gateway asked. */
export function delegatedToken(
  issuer: Issuer,
  o: { resource: Resource; user: Claims; lifetime: number; extra: Claims },
) {
  const { oid, sub, name } = o.user;
  const upn = o.user.upn ?? o.user.preferred_username;
  return issue(issuer, {
    ...common(issuer, { ver: o.resource.version, tid: o.user.tid, lifetime: o.lifetime }),
    ...gatewayClient(issuer, o.resource.version),
    aud: o.resource.audience,
    scp: o.resource.scope,
    idtyp: 'user',
    ...{ oid, sub, name, upn, unique_name: upn },
    ...o.extra,
  });
}

/** The gateway's own token for a resource. */
export function applicationToken(
  issuer: Issuer,
  o: { resource: Resource; tenant: string; lifetime: number },
) {
  const { clientId } = issuer.registration;
  return issue(issuer, {
    ...common(issuer, { ver: o.resource.version, tid: o.tenant, lifetime: o.lifetime }),
    ...gatewayClient(issuer, o.resource.version),
    aud: o.resource.audience,
    oid: clientId,
    sub: clientId,
    idtyp: 'app',
    roles: [],
  });
}

function common(issuer: Issuer, o: { ver: '1.0' | '2.0'; tid: unknown; lifetime: number }): Claims {
  const tid = typeof o.tid === 'string' ? o.tid : issuer.registration.tenantId;
  const at = issuer.now();
  const uti = randomBytes(16).toString('base64url');
  const times = { iat: at, nbf: at, exp: at + o.lifetime };
  return { ver: o.ver, iss: issuerOf(issuer.origin(), tid, o.ver), tid, ...times, uti };
}

function gatewayClient({ registration: { clientId } }: Issuer, version: string): Claims {
  return version === '1.0' ? { appid: clientId, appidacr: '1' } : { azp: clientId, azpacr: '1' };
}

export type Fault = 'malformed' | 'key' | 'signature' | 'issuer' | 'audience' | 'early' | 'expired';

/** Looks at a token that this issuer is said to have made: the claims, and the first thing that is wrong with it. */
export function inspect(issuer: Issuer, token: string, isAudience: (audience: unknown) => boolean) {
  const jwt = readJwt(token);
  if (!jwt) return { claims: {}, fault: 'malformed' as Fault };
  return { claims: jwt.claims, fault: faultOf(issuer, jwt, isAudience) };
}

function faultOf(issuer: Issuer, jwt: Jwt, isAudience: (audience: unknown) => boolean): Fault | null {
  const { claims, header } = jwt;
  const key = issuer.keys.find(header.kid);
  if (!key) return 'key';
  if (header.alg !== 'RS256' || !signatureHolds(jwt, key)) return 'signature';
  const tenant = String(claims.tid);
  const issuerIs = issuerOf(issuer.origin(), tenant, claims.ver);
  if (!knowsTenant(issuer.registration, tenant) || claims.iss !== issuerIs) return 'issuer';
  if (!isAudience(claims.aud)) return 'audience';
  if (Number(claims.nbf) > issuer.now() + 300) return 'early';
  return Number(claims.exp) <= issuer.now() ? 'expired' : null;
}

/** Looks at a token for the gateway itself. */
export const inspectAssertion = (issuer: Issuer, token: string) =>
  inspect(issuer, token, (audience) => isAudienceOf(issuer.registration, audience));
