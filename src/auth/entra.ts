import { hash } from 'node:crypto';
import { compactVerify, decodeJwt, decodeProtectedHeader } from 'jose';
import { LRUCache } from 'lru-cache';
import { Agent } from 'undici';
import type { Caller } from '../domain/callers.ts';
import type { Clock } from '../domain/clock.ts';
import { unauthenticated } from '../domain/errors.ts';
import { createAuthority, isGuid, type TokenVersion } from './authority.ts';
import {
  type AcceptedTokens,
  callerOf,
  checkClaims,
  checkScope,
  hasExpired,
  readClaims,
} from './entra-claims.ts';
import { type FetchKeys, fetchKeysOver, type SigningKey } from './key-set.ts';
import { createSigningKeys, type SigningKeys } from './signing-keys.ts';

export type EntraVerifierSettings = {
  /** Tenant ids (GUIDs) whose people are admitted. */
  tenants: readonly string[];
  clientId: string;
  /** App ID URIs (`api://…`) beside the client id; accepted in v1 tokens, as Entra writes them only there. */
  audiences: readonly string[];
  /** Delegated scope a person's token must hold. */
  requiredScope: string;
  /** `https://login.microsoftonline.com`, or an emulator's origin. */
  authorityHost: string;
  /** App role that makes an administrator; `mlgraph.admin` without. */
  adminRole?: string;
};

export type TokenVerifier = {
  /**
   * Who presents this token.
   * @throws UNAUTHENTICATED saying which check failed, FORBIDDEN for a token without the scope,
   * UPSTREAM_UNAVAILABLE while its signing key can neither be found nor ruled out.
   */
  verify(token: string): Promise<Caller>;
  close(): Promise<void>;
};

const maxRemembered = 10_000;
const maxTokenLength = 32_768;

/** Verifies Entra's access tokens, v1 and v2. What was verified is remembered, by its hash, until it expires. */
export function createEntraVerifier(
  settings: EntraVerifierSettings,
  deps: { clock: Clock; fetchKeys?: FetchKeys },
): TokenVerifier {
  const accepted = acceptedBy(settings);
  const closing = new AbortController();
  const dispatcher = new Agent({ connections: 2 });
  const keys = createSigningKeys(
    { uris: keyUris(settings.tenants, accepted) },
    {
      clock: deps.clock,
      fetchKeys: deps.fetchKeys ?? fetchKeysOver(dispatcher),
      signal: closing.signal,
    },
  );
  const remembered = new LRUCache<string, Caller>({ max: maxRemembered });
  const underWay = new Map<string, Promise<Caller>>();

  async function verifyNew(token: string, key: string): Promise<Caller> {
    try {
      const caller = await verifyToken(token, { keys, accepted, now: () => deps.clock.now() });
      remembered.set(key, caller);
      return caller;
    } finally {
      underWay.delete(key);
    }
  }

  return {
    async verify(token) {
      const key = hash('sha256', token, 'base64');
      const known = remembered.get(key);
      if (known && !hasExpired(known.expiresAt.getTime(), deps.clock.now())) return known;
      if (known) remembered.delete(key);
      const verifying = underWay.get(key) ?? verifyNew(token, key);
      underWay.set(key, verifying);
      return verifying;
    },
    async close() {
      closing.abort();
      await dispatcher.destroy();
    },
  };
}

function acceptedBy(settings: EntraVerifierSettings): AcceptedTokens {
  return {
    authority: createAuthority(settings.authorityHost),
    tenants: new Set(settings.tenants.map((tenant) => tenant.toLowerCase())),
    audiences: {
      '1.0': new Set([settings.clientId, ...settings.audiences]),
      '2.0': new Set([settings.clientId, ...settings.audiences.filter(isGuid)]),
    },
    requiredScope: settings.requiredScope,
    adminRole: settings.adminRole ?? 'mlgraph.admin',
  };
}

function keyUris(tenants: readonly string[], { authority }: AcceptedTokens): Record<TokenVersion, string> {
  const [only] = tenants;
  const tenant = tenants.length === 1 && only && isGuid(only) ? only : 'common';
  return { '1.0': authority.keysUri(tenant, '1.0'), '2.0': authority.keysUri(tenant, '2.0') };
}

async function verifyToken(
  token: string,
  { keys, accepted, now }: { keys: SigningKeys; accepted: AcceptedTokens; now: () => number },
): Promise<Caller> {
  const { kid, version } = readHeader(token);
  const key = await keys.find(kid, version);
  const claims = readClaims(await signedPayload(token, key));
  checkClaims(claims, key.issuer, accepted, now());
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
