import type { Clock } from '../domain/clock.ts';
import { within } from '../domain/deadline.ts';
import { MlgraphError } from '../domain/errors.ts';
import { type IssuerName, neverReached } from './entra-http.ts';
import { createFetchBudget, type FetchEnd } from './fetch-budget.ts';
import type { KeySet } from './key-set.ts';

/** The fetches of key sets: one at a time per set, as often as the budget allows. None of them rejects. */
export type KeyLoads<Name> = {
  /** The one of this set that is under way. */
  underWay(name: Name): Promise<void> | undefined;
  /** Starts one, for the sake of the key `wanted`, or null for the set's own; does nothing if none is allowed now. */
  start(name: Name, wanted: string | null): Promise<void> | undefined;
  /** Why the last one failed; null if it did not. */
  failure(): unknown;
  retryAfterSeconds(): number;
};

/** Loads one of an issuer's key sets, whole. */
export type LoadKeys = (signal: AbortSignal) => Promise<KeySet>;
export type KeyLoadsDeps = { clock: Clock; signal: AbortSignal; issuer: IssuerName };

const deadlineMs = 3_000;

export function createKeyLoads<Name extends string>(
  sets: Record<Name, LoadKeys>,
  { clock, signal, issuer }: KeyLoadsDeps,
  onLoaded: (name: Name, keys: KeySet) => void,
): KeyLoads<Name> {
  const budget = createFetchBudget();
  const running = new Map<Name, Promise<void>>();
  let failure: unknown = null;

  async function attempt(name: Name, wanted: string | null): Promise<FetchEnd> {
    const deadline = { clock, milliseconds: deadlineMs, signal, error: () => tooSlow(issuer) };
    try {
      const keys = await within(deadline, sets[name]);
      onLoaded(name, keys);
      failure = null;
      return wanted === null || keys.has(wanted) ? 'useful' : 'wasted';
    } catch (error) {
      failure = error;
      return neverReached(error) ? 'unreached' : 'failed';
    }
  }

  async function load(name: Name, wanted: string | null): Promise<void> {
    const fetch = budget.start(clock.now());
    fetch.end(await attempt(name, wanted), clock.now());
    running.delete(name);
  }

  return {
    underWay: (name) => running.get(name),
    start(name, wanted) {
      if (budget.waitMs(clock.now()) > 0) return undefined;
      const loading = load(name, wanted);
      running.set(name, loading);
      return loading;
    },
    failure: () => failure,
    retryAfterSeconds: () => Math.max(1, Math.ceil(budget.waitMs(clock.now()) / 1000)),
  };
}

const tooSlow = ({ title, upstream }: IssuerName) =>
  new MlgraphError('UPSTREAM_TIMEOUT', `${title} did not answer in time.`, { upstream });
