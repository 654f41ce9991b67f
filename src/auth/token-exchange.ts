import { hash } from 'node:crypto';
import { Agent, type Dispatcher } from 'undici';
import { endOf, type Identity } from '../domain/callers.ts';
import type { Clock } from '../domain/clock.ts';
import { createAuthority } from './authority.ts';
import { notOfEntra } from './caller-tokens.ts';
import type { Credential } from './credential.ts';
import { clockSkewMs } from './entra-claims.ts';
import { createSharedTokens, type Wish } from './shared-tokens.ts';
import { requestToken, type TokenRequest } from './token-request.ts';

export type TokenExchangeSettings = {
  /** Where the gateway is registered: of its own tokens. A person's are asked for in the person's tenant. */
  tenantId: string;
  clientId: string;
  credential: Credential;
  authorityHost: string;
};

/** Tokens for the upstreams, out of Entra. `scope` is one resource's, such as `https://management.azure.com/.default`. */
export type TokenExchange = {
  /**
   * A token with which to act for a person of Entra (OAuth on-behalf-of). With `claims` (JSON of a challenge) a token asked
   * for with them, which from then on stands in for the one that was challenged.
   * @throws INTERACTION_REQUIRED, UNAUTHENTICATED, FORBIDDEN, RATE_LIMITED, UPSTREAM_UNAVAILABLE, UPSTREAM_TIMEOUT,
   * UPSTREAM_ERROR; the signal's reason.
   */
  onBehalfOf(
    identity: Identity,
    scope: string,
    options: { signal: AbortSignal; claims?: string },
  ): Promise<string>;
  /** A token of the gateway itself, for background work; never in place of a person's that was refused. */
  asApplication(scope: string, options: { signal: AbortSignal; claims?: string }): Promise<string>;
  /** How many tokens are held. */
  readonly size: number;
  /** Ends what is under way. */
  close(): Promise<void>;
};

const maxConnections = 128;

/** MSAL makes the requests; what is held, shared and remembered of them is ours (shared-tokens.ts says how). */
export function createTokenExchange(
  settings: TokenExchangeSettings,
  deps: { clock: Clock; dispatcher?: Dispatcher },
): TokenExchange {
  const own = deps.dispatcher ? null : new Agent({ connections: maxConnections });
  const closing = new AbortController();
  const client = {
    ...settings,
    authority: createAuthority(settings.authorityHost),
    clock: deps.clock,
    dispatcher: deps.dispatcher ?? (own as Agent),
  };
  const tokens = createSharedTokens<Wish & TokenRequest>(
    (wish) => requestToken(client, wish, closing.signal),
    deps.clock,
  );
  return {
    async onBehalfOf(identity, scope, { signal, claims }) {
      return tokens.get(personWish(identity, scope, claims), signal);
    },
    async asApplication(scope, { signal, claims }) {
      const owner = `application ${scope}`;
      const { tenantId } = settings;
      const notAfter = Number.POSITIVE_INFINITY;
      return tokens.get({ key: owner, owner, scope, claims, tenantId, assertion: null, notAfter }, signal);
    },
    get size() {
      return tokens.size;
    },
    async close() {
      closing.abort();
      await own?.destroy();
    },
  };
}

function personWish(identity: Identity, scope: string, claims: string | undefined): Wish & TokenRequest {
  const { caller } = identity;
  const { tenantId } = caller;
  if (tenantId === null) throw notOfEntra();
  const assertion = identity.assertion();
  return {
    key: `${hash('sha256', assertion, 'binary')} ${tenantId} ${scope}`,
    owner: `${caller.key} ${scope}`,
    scope,
    claims,
    tenantId,
    assertion,
    notAfter: endOf(caller) + clockSkewMs,
  };
}
