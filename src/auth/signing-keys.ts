import type { Clock } from '../domain/clock.ts';
import { MlgraphError, unauthenticated } from '../domain/errors.ts';
import { type TokenVersion, tokenVersions } from './authority.ts';
import { within } from './deadline.ts';
import { neverReached, upstream } from './entra-http.ts';
import { createFetchBudget, type FetchEnd } from './fetch-budget.ts';
import { type FetchKeys, type KeySet, loadKeySet, type SigningKey } from './key-set.ts';

/** The keys by which Entra signs tokens. */
export type SigningKeys = {
  /**
   * The key of this id, at once if it is held.
   * @throws UNAUTHENTICATED if Entra does not know it, UPSTREAM_UNAVAILABLE if Entra could not be asked.
   */
  find(kid: string, version: TokenVersion): Promise<SigningKey>;
};

export type SigningKeysSettings = { uris: Record<TokenVersion, string> };

/** Age at which a set in use is renewed in the background: Entra withdraws keys unannounced. */
const refreshAfterMs = 3_600_000;
const fetchDeadlineMs = 3_000;

type Held = { keys: KeySet; loadedAt: number };
type Loading = { version: TokenVersion; done: Promise<void> };

/**
 * Holds the last good set of each version and looks into it first, so neither an outage nor a flood of made-up key
 * ids touches tokens of known keys. A key is looked for in both sets: Entra publishes the same keys in either.
 */
export function createSigningKeys(
  settings: SigningKeysSettings,
  deps: { clock: Clock; fetchKeys: FetchKeys; signal: AbortSignal },
): SigningKeys {
  const { clock } = deps;
  const held = new Map<TokenVersion, Held>();
  const budget = createFetchBudget();
  let loading: Loading[] = [];
  let lastFailure: unknown = null;

  function heldKey(kid: string, version: TokenVersion) {
    for (const set of [version, ...tokenVersions.filter((other) => other !== version)]) {
      const key = held.get(set)?.keys.get(kid);
      if (key) return { key, set };
    }
    return null;
  }

  async function load(version: TokenVersion, wanted: string | null): Promise<void> {
    const fetch = budget.start(clock.now());
    let end: FetchEnd = 'useful';
    try {
      const deadline = { clock, milliseconds: fetchDeadlineMs, signal: deps.signal, error: tooSlow };
      const keys = await within(deadline, (signal) =>
        loadKeySet(settings.uris[version], deps.fetchKeys, signal),
      );
      held.set(version, { keys, loadedAt: clock.now() });
      lastFailure = null;
      if (wanted !== null && !keys.has(wanted)) end = 'wasted';
    } catch (error) {
      lastFailure = error;
      end = neverReached(error) ? 'unreached' : 'failed';
    } finally {
      fetch.end(end, clock.now());
    }
  }

  /** Starts a fetch if none of this version is under way and one is allowed; null if not. */
  function startLoading(version: TokenVersion, wanted: string | null): Promise<void> | null {
    if (budget.waitMs(clock.now()) > 0) return null;
    const entry = { version, done: load(version, wanted) };
    loading.push(entry);
    return entry.done.finally(() => {
      loading = loading.filter((other) => other !== entry);
    });
  }
  const underWay = (version: TokenVersion) => loading.find((entry) => entry.version === version)?.done;

  function refreshIfOld(version: TokenVersion): void {
    const set = held.get(version);
    if (set && clock.now() - set.loadedAt > refreshAfterMs && !underWay(version)) startLoading(version, null);
  }

  function missing(version: TokenVersion): MlgraphError {
    if (lastFailure === null && held.has(version)) {
      return unauthenticated('The signing key of the token (kid) is not known to its issuer.');
    }
    const retryAfterSeconds = Math.max(1, Math.ceil(budget.waitMs(clock.now()) / 1000));
    const message = 'Entra cannot be reached to verify the token.';
    return new MlgraphError('UPSTREAM_UNAVAILABLE', message, { upstream, retryAfterSeconds }, lastFailure);
  }

  return {
    async find(kid, version) {
      const known = heldKey(kid, version);
      if (known) {
        refreshIfOld(known.set);
        return known.key;
      }
      // A fetch already under way may have been answered before this key was there: after it, one of our own.
      const joined = underWay(version);
      if (joined) await joined;
      if (!joined || !heldKey(kid, version)) await (underWay(version) ?? startLoading(version, kid));
      const found = heldKey(kid, version);
      if (!found) throw missing(version);
      return found.key;
    },
  };
}

const tooSlow = () => new MlgraphError('UPSTREAM_TIMEOUT', 'Entra did not answer in time.', { upstream });
