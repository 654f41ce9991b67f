import { MlgraphError, unauthenticated } from '../domain/errors.ts';
import { type TokenVersion, tokenVersions } from './authority.ts';
import { upstream } from './entra-http.ts';
import { createKeyLoads, type KeyLoadsDeps } from './key-loads.ts';
import type { KeySet, SigningKey } from './key-set.ts';

/** The keys by which Entra signs tokens. */
export type SigningKeys = {
  /**
   * The key of this id, at once if it is held.
   * @throws UNAUTHENTICATED if Entra does not know it, UPSTREAM_UNAVAILABLE if Entra could not be asked.
   */
  find(kid: string, version: TokenVersion): Promise<SigningKey>;
};

/** Age at which a set in use is renewed in the background: Entra withdraws keys unannounced. */
const refreshAfterMs = 3_600_000;

/**
 * Holds the last good set of each version and looks into it first, so neither an outage nor a flood of made-up key
 * ids touches tokens of known keys. A key is looked for in both sets: Entra publishes the same keys in either.
 */
export function createSigningKeys(uris: Record<TokenVersion, string>, deps: KeyLoadsDeps): SigningKeys {
  const { clock } = deps;
  const sets = new Map<TokenVersion, { keys: KeySet; loadedAt: number }>();
  const loads = createKeyLoads(uris, deps, (version, keys) =>
    sets.set(version, { keys, loadedAt: clock.now() }),
  );

  function held(kid: string, wanted: TokenVersion): SigningKey | null {
    for (const version of [wanted, ...tokenVersions.filter((other) => other !== wanted)]) {
      const set = sets.get(version);
      const key = set?.keys.get(kid);
      if (!set || !key) continue;
      if (clock.now() - set.loadedAt > refreshAfterMs && !loads.underWay(version)) loads.start(version, null);
      return key;
    }
    return null;
  }

  function missing(version: TokenVersion): MlgraphError {
    if (loads.failure() === null && sets.has(version)) {
      return unauthenticated('The signing key of the token (kid) is not known to its issuer.');
    }
    const message = 'Entra cannot be reached to verify the token.';
    const details = { upstream, retryAfterSeconds: loads.retryAfterSeconds() };
    return new MlgraphError('UPSTREAM_UNAVAILABLE', message, details, loads.failure() ?? undefined);
  }

  return {
    async find(kid, version) {
      const known = held(kid, version);
      if (known) return known;
      // A fetch already under way may have been answered before this key was there: after it, one of our own.
      const joined = loads.underWay(version);
      if (joined) await joined;
      if (!joined || !held(kid, version)) await (loads.underWay(version) ?? loads.start(version, kid));
      const found = held(kid, version);
      if (!found) throw missing(version);
      return found;
    },
  };
}
