import { Agent } from 'undici';
import type { Clock } from '../domain/clock.ts';
import { createAuthority, isGuid, type TokenVersion } from './authority.ts';
import { type AcceptedTokens, clockSkewMs } from './entra-claims.ts';
import { entra } from './entra-http.ts';
import { type FetchKeys, fetchKeysOver, loadKeySet } from './key-set.ts';
import { createSigningKeys } from './signing-keys.ts';
import { createTokenMemory, hashOf } from './token-memory.ts';
import type { IssuerVerifier } from './verifiers.ts';
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

/** Verifies Entra's access tokens, v1 and v2. What was verified is remembered, by its hash, until it expires. */
export function createEntraVerifier(
  settings: EntraVerifierSettings,
  deps: { clock: Clock; fetchKeys?: FetchKeys },
): IssuerVerifier {
  const accepted = acceptedBy(settings);
  const closing = new AbortController();
  const dispatcher = new Agent({ connections: 2 });
  const fetchKeys = deps.fetchKeys ?? fetchKeysOver(dispatcher);
  const keysAt = (uri: string) => (stop: AbortSignal) => loadKeySet(uri, fetchKeys, stop);
  const uris = keyUris(settings.tenants, accepted);
  const keys = createSigningKeys(
    { '1.0': keysAt(uris['1.0']), '2.0': keysAt(uris['2.0']) },
    { clock: deps.clock, signal: closing.signal, issuer: entra },
  );
  const memory = createTokenMemory(deps.clock, clockSkewMs);
  const verifyNew = (token: string) => verifyToken(token, { keys, accepted, clock: deps.clock });
  return {
    owns: accepted.authority.owns,
    recall: memory.recall,
    async verify(token) {
      const key = hashOf(token);
      return memory.recall(key) ?? memory.verifyOnce(key, () => verifyNew(token));
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
