import { z } from 'zod';
import { type Caller, scopesOfRole } from '../domain/callers.ts';
import { forbidden, unauthenticated } from '../domain/errors.ts';
import { type Authority, isGuid, type TokenVersion, tokenVersions } from './authority.ts';

/** What this gateway accepts; clauses are of Microsoft's "validate tokens" and "access token claims". */
export type AcceptedTokens = {
  authority: Authority;
  /** Lower case. */
  tenants: ReadonlySet<string>;
  /** A v2 token always names the client id, a v1 token that or an App ID URI. */
  audiences: Record<TokenVersion, ReadonlySet<string>>;
  requiredScope: string;
  adminRole: string;
};

/** Difference tolerated between Entra's clock and ours, for `exp` and `nbf`. */
export const clockSkewMs = 60_000;

const claimsSchema = z.looseObject({
  ver: z.enum(tokenVersions),
  iss: z.string(),
  aud: z.string(),
  tid: z.string().refine(isGuid),
  oid: z.string().min(1).max(100),
  exp: z.number(),
  nbf: z.number().optional(),
  scp: z.string().optional(),
  idtyp: z.string().optional(),
  roles: z.array(z.string()).optional(),
  name: z.string().optional(),
  email: z.string().optional(),
  preferred_username: z.string().optional(),
  upn: z.string().optional(),
  unique_name: z.string().optional(),
});
export type EntraClaims = z.infer<typeof claimsSchema>;

/** @throws UNAUTHENTICATED naming the claims that are missing or of another form. */
export function readClaims(payload: unknown): EntraClaims {
  const parsed = claimsSchema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const names = new Set(parsed.error.issues.map(({ path }) => String(path[0] ?? 'payload')));
  throw unauthenticated(`The token is not an access token of Entra: see its ${[...names].join(', ')}.`);
}

/**
 * Audience, tenant, issuer, the issuer the key is for, and the time, in this order.
 * @throws UNAUTHENTICATED saying which check failed.
 */
export function checkClaims(
  claims: EntraClaims,
  keyIssuer: string | null,
  accepted: AcceptedTokens,
  now: number,
): void {
  const { authority } = accepted;
  if (!accepted.audiences[claims.ver].has(claims.aud)) {
    throw unauthenticated('The token is meant for another audience (aud).');
  }
  if (!accepted.tenants.has(claims.tid.toLowerCase())) {
    throw unauthenticated('The token is of a tenant that is not admitted here (tid).');
  }
  if (claims.iss !== authority.issuer(claims.tid, claims.ver)) {
    throw unauthenticated('The token is of another issuer (iss).');
  }
  if (keyIssuer !== null && !maySign(keyIssuer, claims.tid, authority)) {
    throw unauthenticated("The token is signed by a key that is not of its issuer (the key's issuer).");
  }
  if (hasExpired(claims.exp * 1000, now)) throw unauthenticated('The token has expired (exp).');
  if (claims.nbf !== undefined && claims.nbf * 1000 - clockSkewMs > now) {
    throw unauthenticated('The token is not valid yet (nbf).');
  }
}

export const hasExpired = (expiresAt: number, now: number): boolean => expiresAt + clockSkewMs <= now;

/** Keys of both versions are looked into, so a key may name the tenant's issuer of either. */
function maySign(keyIssuer: string, tenantId: string, authority: Authority): boolean {
  const issuer = keyIssuer.replace('{tenantid}', tenantId);
  return tokenVersions.some((version) => issuer === authority.issuer(tenantId, version));
}

/**
 * A person has a delegated scope; an application's own token has none and cannot be exchanged on anyone's behalf.
 * @throws FORBIDDEN with the reason.
 */
export function checkScope({ scp, idtyp }: EntraClaims, requiredScope: string): void {
  if (scp === undefined || idtyp === 'app') {
    throw forbidden(
      "The token is an application's own: it has no delegated scope (scp), so nothing can be done on a person's behalf with it.",
    );
  }
  if (!scp.split(' ').includes(requiredScope)) {
    throw forbidden(`The token lacks the scope ${requiredScope}.`);
  }
}

/** The person: tenant and `oid` identify, name and e-mail are for display only and differ between the versions. */
export function callerOf(claims: EntraClaims, adminRole: string): Caller {
  const roles = claims.roles ?? [];
  const role = roles.includes(adminRole) ? 'ADMIN' : 'MEMBER';
  const tenantId = claims.tid.toLowerCase();
  return {
    kind: 'USER',
    key: `entra:${tenantId}:${claims.oid.toLowerCase()}`,
    issuerKind: 'entra',
    tenantId,
    subject: claims.oid,
    issuer: claims.iss,
    name: claims.name ?? null,
    email: claims.email ?? claims.preferred_username ?? claims.upn ?? claims.unique_name ?? null,
    emailVerified: false,
    userName: null,
    roles,
    role,
    scopes: scopesOfRole(role),
    expiresAt: new Date(claims.exp * 1000),
    apiKey: null,
  };
}
