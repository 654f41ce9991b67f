import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ReplyError } from '../kit/server.ts';
import { refusal } from './wire/errors.ts';

export type Keys = {
  /** Of tokens by HS256. */
  jwtSecret: string;
  /** The publishable key: role anon. */
  anonKey: string;
  /** The secret key: role service_role. */
  serviceRoleKey: string;
};

/** In which role a request runs, with the claims that the policies see. */
export type Access = { role: string; claims: Record<string, unknown> };

/**
 * Checks the project's key and the bearer token. Throws ReplyError as the edge does (no key, an unknown one) or as
 * PostgREST does (PGRST301 for a token that does not hold, PGRST303 for its times).
 */
export function authorize(headers: IncomingHttpHeaders, keys: Keys, now: number): Access {
  const key = headers.apikey;
  if (typeof key !== 'string')
    throw edgeRefusal('No API key found in request', 'No `apikey` request header was found.');
  const byKey = roleOfKey(key, keys);
  if (!byKey)
    throw edgeRefusal('Invalid API key', 'Double check your Supabase `anon` or `service_role` API key.');
  const bearer = /^Bearer\s+(.*)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer === undefined) return fixed(byKey);
  const byBearer = roleOfKey(bearer, keys);
  return byBearer ? fixed(byBearer) : accessOf(verified(bearer, keys.jwtSecret, now));
}

const fixed = (role: string): Access => ({ role, claims: { role } });
const accessOf = (claims: Record<string, unknown>): Access => {
  const role = typeof claims.role === 'string' ? claims.role : 'anon';
  return { role, claims: { ...claims, role } };
};

const roleOfKey = (key: string, keys: Keys): string | null => {
  if (key === keys.anonKey) return 'anon';
  return key === keys.serviceRoleKey ? 'service_role' : null;
};

function verified(token: string, secret: string, now: number): Record<string, unknown> {
  const parts = token.split('.');
  if (parts.length !== 3) throw badToken('PGRST301', `Expected 3 parts in JWT; got ${parts.length}`);
  const [header, payload, signature] = parts as [string, string, string];
  if (decoded(header).alg !== 'HS256') throw badToken('PGRST301', 'No suitable key or wrong key type');
  const expected = createHmac('sha256', secret).update(`${header}.${payload}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw badToken('PGRST301', 'No suitable key or wrong key type');
  const claims = decoded(payload);
  checkTimes(claims, now / 1000);
  return claims;
}

const leewaySeconds = 30;

function checkTimes({ exp, nbf, iat }: Record<string, unknown>, now: number): void {
  if (typeof exp === 'number' && now > exp + leewaySeconds) throw badToken('PGRST303', 'JWT expired');
  if (typeof nbf === 'number' && now < nbf - leewaySeconds) throw badToken('PGRST303', 'JWT not yet valid');
  if (typeof iat === 'number' && now < iat - leewaySeconds)
    throw badToken('PGRST303', 'JWT issued at future');
}

function decoded(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Refused below, as a part that is no object is.
  }
  throw badToken('PGRST301', 'JWT cryptographic operation failed');
}

const badToken = (code: string, message: string) =>
  refusal(
    401,
    { code, message },
    { 'www-authenticate': `Bearer error="invalid_token", error_description="${message}"` },
  );

const edgeRefusal = (message: string, hint: string) =>
  new ReplyError({ status: 401, body: { message, hint } });

/** Who calls, as faults and the call log name them: the token's subject, else the key's role; not verified. */
export function callerOf(headers: IncomingHttpHeaders, keys: Keys): string | null {
  const token = /^Bearer\s+(.*)$/i.exec(headers.authorization ?? '')?.[1] ?? String(headers.apikey ?? '');
  const role = roleOfKey(token, keys);
  if (role) return role;
  try {
    const { sub, role: claimed } = decoded(token.split('.')[1] ?? '');
    return typeof sub === 'string' ? sub : typeof claimed === 'string' ? claimed : null;
  } catch {
    return null;
  }
}
