import { MlgraphError, unauthenticated } from '../domain/errors.ts';
import { createKeyLoads, type KeyLoadsDeps, type LoadKeys } from './key-loads.ts';
import type { KeySet, SigningKey } from './key-set.ts';

/** The keys by which one issuer signs tokens, in one set or several. */
export type SigningKeys<Name> = {
  /**
   * The key of this id, at once if it is held; looked for in the set `wanted` first.
   * @throws UNAUTHENTICATED if the issuer does not know it, UPSTREAM_UNAVAILABLE if it could not be asked.
   */
  find(kid: string, wanted: Name): Promise<SigningKey>;
};

/** Age at which a set in use is renewed in the background: issuers withdraw keys unannounced. */
const refreshAfterMs = 3_600_000;

/**
 * Holds the last good set of each name and looks into it first, so neither an outage nor a flood of made-up key
 * ids touches tokens of known keys. A key is looked for in every set: Entra publishes the same keys in either.
 */
export function createSigningKeys<Name extends string>(
  sources: Record<Name, LoadKeys>,
  deps: KeyLoadsDeps,
): SigningKeys<Name> {
  const { clock } = deps;
  const names = Object.keys(sources) as Name[];
  const sets = new Map<Name, { keys: KeySet; loadedAt: number }>();
  const loads = createKeyLoads(sources, deps, (name, keys) =>
    sets.set(name, { keys, loadedAt: clock.now() }),
  );

  function held(kid: string, wanted: Name): SigningKey | null {
    for (const name of [wanted, ...names.filter((other) => other !== wanted)]) {
      const set = sets.get(name);
      const key = set?.keys.get(kid);
      if (!set || !key) continue;
      if (clock.now() - set.loadedAt > refreshAfterMs && !loads.underWay(name)) loads.start(name, null);
      return key;
    }
    return null;
  }

  function missing(wanted: Name): MlgraphError {
    if (loads.failure() === null && sets.has(wanted)) {
      return unauthenticated('The signing key of the token (kid) is not known to its issuer.');
    }
    const { title, upstream } = deps.issuer;
    const message = `${title} cannot be reached to verify the token.`;
    const details = { upstream, retryAfterSeconds: loads.retryAfterSeconds() };
    return new MlgraphError('UPSTREAM_UNAVAILABLE', message, details, loads.failure() ?? undefined);
  }

  return {
    async find(kid, wanted) {
      const known = held(kid, wanted);
      if (known) return known;
      // A fetch already under way may have been answered before this key was there: after it, one of our own.
      const joined = loads.underWay(wanted);
      if (joined) await joined;
      if (!joined || !held(kid, wanted)) await (loads.underWay(wanted) ?? loads.start(wanted, kid));
      const found = held(kid, wanted);
      if (!found) throw missing(wanted);
      return found;
    },
  };
}
