import { compactVerify, decodeJwt, decodeProtectedHeader } from 'jose';
import type { Caller } from '../domain/callers.ts';
import type { Clock } from '../domain/clock.ts';
import { unauthenticated } from '../domain/errors.ts';
import type { TokenVersion } from './authority.ts';
import { type AcceptedTokens, callerOf, checkClaims, checkScope, readClaims } from './entra-claims.ts';
import type { SigningKey } from './key-set.ts';
import type { SigningKeys } from './signing-keys.ts';

const maxTokenLength = 32_768;

/** Signature first, claims after. @throws as `TokenVerifier.verify` says. */
export async function verifyToken(
  token: string,
  { keys, accepted, clock }: { keys: SigningKeys<TokenVersion>; accepted: AcceptedTokens; clock: Clock },
): Promise<Caller> {
  const { kid, version } = readHeader(token);
  const key = await keys.find(kid, version);
  const claims = readClaims(await signedPayload(token, key));
  checkClaims(claims, key.issuer, accepted, clock.now());
  checkScope(claims, accepted.requiredScope);
  return callerOf(claims, accepted.adminRole);
}

/** Pins the algorithm: keys carry none, and the token's own word must not choose how it is checked. */
function readHeader(token: string): { kid: string; version: TokenVersion } {
  if (token.length > maxTokenLength) throw unauthenticated('The token is too long.');
  const { header, payload } = decode(token);
  if (header.alg !== 'RS256') throw unauthenticated('The token is not signed with RS256 (alg).');
  if (!header.kid || typeof header.kid !== 'string') {
    throw unauthenticated('The token does not name its signing key (kid).');
  }
  return { kid: header.kid, version: payload.ver === '1.0' ? '1.0' : '2.0' };
}

function decode(token: string) {
  try {
    return { header: decodeProtectedHeader(token), payload: decodeJwt(token) };
  } catch (error) {
    throw unauthenticated('The token is not a JWT.', error);
  }
}

async function signedPayload(token: string, { key }: SigningKey): Promise<unknown> {
  try {
    const { payload } = await compactVerify(token, key, { algorithms: ['RS256'] });
    return JSON.parse(new TextDecoder().decode(payload));
  } catch (error) {
    throw unauthenticated("The token's signature does not verify.", error);
  }
}
