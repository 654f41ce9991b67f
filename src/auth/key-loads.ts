import type { Clock } from '../domain/clock.ts';
import { within } from '../domain/deadline.ts';
import { MlgraphError } from '../domain/errors.ts';
import type { TokenVersion } from './authority.ts';
import { neverReached, upstream } from './entra-http.ts';
import { createFetchBudget, type FetchEnd } from './fetch-budget.ts';
import { type FetchKeys, type KeySet, loadKeySet } from './key-set.ts';

/** The fetches of key sets: one at a time per set, as often as the budget allows. None of them rejects. */
export type KeyLoads = {
  /** The one of this set that is under way. */
  underWay(version: TokenVersion): Promise<void> | undefined;
  /** Starts one, for the sake of the key `wanted`, or null for the set's own; does nothing if none is allowed now. */
  start(version: TokenVersion, wanted: string | null): Promise<void> | undefined;
  /** Why the last one failed; null if it did not. */
  failure(): unknown;
  retryAfterSeconds(): number;
};

export type KeyLoadsDeps = { clock: Clock; fetchKeys: FetchKeys; signal: AbortSignal };

const deadlineMs = 3_000;

export function createKeyLoads(
  uris: Record<TokenVersion, string>,
  { clock, fetchKeys, signal }: KeyLoadsDeps,
  onLoaded: (version: TokenVersion, keys: KeySet) => void,
): KeyLoads {
  const budget = createFetchBudget();
  const running = new Map<TokenVersion, Promise<void>>();
  let failure: unknown = null;

  async function attempt(version: TokenVersion, wanted: string | null): Promise<FetchEnd> {
    const deadline = { clock, milliseconds: deadlineMs, signal, error: tooSlow };
    try {
      const keys = await within(deadline, (stop) => loadKeySet(uris[version], fetchKeys, stop));
      onLoaded(version, keys);
      failure = null;
      return wanted === null || keys.has(wanted) ? 'useful' : 'wasted';
    } catch (error) {
      failure = error;
      return neverReached(error) ? 'unreached' : 'failed';
    }
  }

  async function load(version: TokenVersion, wanted: string | null): Promise<void> {
    const fetch = budget.start(clock.now());
    fetch.end(await attempt(version, wanted), clock.now());
    running.delete(version);
  }

  return {
    underWay: (version) => running.get(version),
    start(version, wanted) {
      if (budget.waitMs(clock.now()) > 0) return undefined;
      const loading = load(version, wanted);
      running.set(version, loading);
      return loading;
    },
    failure: () => failure,
    retryAfterSeconds: () => Math.max(1, Math.ceil(budget.waitMs(clock.now()) / 1000)),
  };
}

const tooSlow = () => new MlgraphError('UPSTREAM_TIMEOUT', 'Entra did not answer in time.', { upstream });
