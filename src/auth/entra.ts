import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Agent } from 'undici';
import type { Caller } from '../domain/callers.ts';
import type { Clock } from '../domain/clock.ts';
import { createAuthority, isGuid, type TokenVersion } from './authority.ts';
import { type AcceptedTokens, hasExpired } from './entra-claims.ts';
import { type FetchKeys, fetchKeysOver } from './key-set.ts';
import { createSigningKeys } from './signing-keys.ts';
import { verifyToken } from './verify-token.ts';

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

/** Verifies Entra's access tokens, v1 and v2. What was verified is remembered, by its hash, until it expires. */
export function createEntraVerifier(
  settings: EntraVerifierSettings,
  deps: { clock: Clock; fetchKeys?: FetchKeys },
): TokenVerifier {
  const accepted = acceptedBy(settings);
  const closing = new AbortController();
  const dispatcher = new Agent({ connections: 2 });
  const keys = createSigningKeys(keyUris(settings.tenants, accepted), {
    clock: deps.clock,
    fetchKeys: deps.fetchKeys ?? fetchKeysOver(dispatcher),
    signal: closing.signal,
  });
  const remembered = new LRUCache<string, Caller>({ max: maxRemembered });
  const underWay = new Map<string, Promise<Caller>>();

  async function verifyNew(token: string, key: string): Promise<Caller> {
    try {
      const caller = await verifyToken(token, { keys, accepted, clock: deps.clock });
      remembered.set(key, caller);
      return caller;
    } finally {
      underWay.delete(key);
    }
  }

  return {
    async verify(token) {
      const key = hash('sha256', token, 'binary');
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
