import { hash } from 'node:crypto';
import { z } from 'zod';
import { type Caller, scopesOfRole } from '../domain/callers.ts';
import { unauthenticated } from '../domain/errors.ts';

/** What is accepted of one OpenID Connect issuer, and how its claims are read. */
export type OidcRules = Readonly<{
  /** The exact `iss`. */
  issuer: string;
  /** `aud` must hold one of these; */
  audiences: readonly string[];
  /** or else name nobody but the issuer's own account pages, with one of these as the client that asked (`azp`). */
  clients: readonly string[];
  /** Where the roles stand: the names of the members on the way, which may hold dots. */
  rolesPath: readonly string[];
  adminRole: string;
  usernameClaim: string;
}>;

/** Difference tolerated between the issuer's clock and ours, for `exp` and `nbf`. */
export const clockSkewMs = 30_000;

const audience = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const claimsSchema = z.looseObject({
  iss: z.string(),
  sub: z.string().min(1).max(255),
  aud: audience.default([]),
  azp: z.string().optional(),
  exp: z.number(),
  nbf: z.number().optional(),
  typ: z.string().optional(),
});
type OidcClaims = z.infer<typeof claimsSchema>;

/**
 * The caller that verified claims tell of.
 * @throws UNAUTHENTICATED saying which check failed.
 */
export function readCaller(payload: unknown, rules: OidcRules, now: number): Caller {
  const claims = readClaims(payload);
  checkClaims(claims, rules, now);
  return callerOf(claims, rules);
}

function readClaims(payload: unknown): OidcClaims {
  const parsed = claimsSchema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const names = new Set(parsed.error.issues.map(({ path }) => String(path[0] ?? 'payload')));
  throw unauthenticated(`The token is not an access token of its issuer: see its ${[...names].join(', ')}.`);
}

/** The claim `typ` is Keycloak's: `ID`, `Refresh`, `Offline` and others are signed by the same keys. */
function checkClaims(claims: OidcClaims, rules: OidcRules, now: number): void {
  if (claims.iss !== rules.issuer) throw unauthenticated('The token is of another issuer (iss).');
  if (claims.typ !== undefined && claims.typ !== 'Bearer') {
    throw unauthenticated('The token is not an access token (typ).');
  }
  if (!isMeantForUs(claims, rules)) {
    throw unauthenticated(
      'The token is meant for another audience (aud), or comes from another client (azp).',
    );
  }
  if (claims.exp * 1000 + clockSkewMs <= now) throw unauthenticated('The token has expired (exp).');
  if (claims.nbf !== undefined && claims.nbf * 1000 - clockSkewMs > now) {
    throw unauthenticated('The token is not valid yet (nbf).');
  }
}

/** Keycloak names `account` where nothing else was configured, and nobody at all where a person has no rights there. */
function isMeantForUs({ aud, azp }: OidcClaims, { audiences, clients }: OidcRules): boolean {
  if (aud.some((each) => audiences.includes(each))) return true;
  return azp !== undefined && clients.includes(azp) && aud.every((each) => each === 'account');
}

function callerOf(claims: OidcClaims, rules: OidcRules): Caller {
  const roles = rolesOf(claims, rules.rolesPath);
  const role = roles.includes(rules.adminRole) ? 'ADMIN' : 'MEMBER';
  const email = textOf(claims.email);
  return {
    kind: 'USER',
    key: `oidc:${hash('sha256', rules.issuer, 'base64url').slice(0, 16)}:${claims.sub}`,
    issuerKind: 'oidc',
    tenantId: null,
    subject: claims.sub,
    issuer: rules.issuer,
    name: textOf(claims.name),
    email,
    emailVerified: email !== null && claims.email_verified === true,
    userName: textOf(claims[rules.usernameClaim]),
    roles,
    role,
    scopes: scopesOfRole(role),
    expiresAt: new Date(claims.exp * 1000),
    apiKey: null,
  };
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** None where the claim is not there: Keycloak leaves it out when it is empty. */
function rolesOf(claims: OidcClaims, path: readonly string[]): string[] {
  let value: unknown = claims;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return [];
    value = (value as Record<string, unknown>)[name];
  }
  return Array.isArray(value) ? value.filter((role) => typeof role === 'string') : [];
}
