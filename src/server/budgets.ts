import { type RateLimiterAbstract, RateLimiterMemory } from 'rate-limiter-flexible';
import type { Caller } from '../domain/callers.ts';

/**
 * Counts by key; a count is forgotten `windowSeconds` after it began. Any limiter of rate-limiter-flexible is one, that
 * of Redis among them: both calls are atomic, also between processes.
 */
export type Counter = Pick<RateLimiterAbstract, 'penalty' | 'reward'>;

/** How a budget of the caller stands. */
export type Standing = {
  name: 'requests' | 'cost';
  quota: number;
  windowSeconds: number;
  remaining: number;
  /** Until all of it is there again. */
  resetMs: number;
};
/** `refused`: the budget for which nothing was taken from any; of several, the one that comes back last. */
export type Taken = { standings: Standing[]; refused: Standing | null };

export type Budgets = {
  /** What one operation of anybody can cost at most; infinity: no bound. */
  readonly most: number;
  /** Takes an operation of this cost from the caller's budgets, all of them or none. */
  take(caller: Caller, cost: number): Promise<Taken>;
};

export const windowSeconds = 60;

/** In the memory of this process: a count of each caller of the last minute. */
const inMemory = (): Counter => new RateLimiterMemory({ points: 0, duration: windowSeconds, keyPrefix: '' });

/** `costPerMinute` is each person's and each key's; null: none. A key's own `requestsPerMinute` holds beside it. */
export function createBudgets(costPerMinute: number | null, counter: Counter = inMemory()): Budgets {
  const wishesOf = ({ key, apiKey }: Caller, cost: number): Wish[] => {
    const wishes: Wish[] = [];
    const requests = apiKey?.requestsPerMinute ?? null;
    if (requests !== null)
      wishes.push({ name: 'requests', key: `requests:${key}`, quota: requests, points: 1 });
    if (costPerMinute !== null)
      wishes.push({ name: 'cost', key: `cost:${key}`, quota: costPerMinute, points: cost });
    return wishes;
  };
  return {
    most: costPerMinute ?? Number.POSITIVE_INFINITY,
    async take(caller, cost) {
      const counts = await Promise.all(wishesOf(caller, cost).map((wish) => count(wish, counter)));
      const [refused = null] = counts.filter(({ isOver }) => isOver).toSorted(byReset);
      if (refused) await Promise.all(counts.map(({ wish }) => counter.reward(wish.key, wish.points)));
      return {
        standings: counts.map((each) => standingOf(each, refused !== null)),
        refused: refused && standingOf(refused, true),
      };
    },
  };
}

type Wish = { name: Standing['name']; key: string; quota: number; points: number };
type Count = { wish: Wish; consumed: number; resetMs: number; isOver: boolean };

async function count(wish: Wish, counter: Counter): Promise<Count> {
  const { consumedPoints, msBeforeNext } = await counter.penalty(wish.key, wish.points);
  return { wish, consumed: consumedPoints, resetMs: msBeforeNext, isOver: consumedPoints > wish.quota };
}

const byReset = (one: Count, other: Count) => other.resetMs - one.resetMs;

function standingOf(
  { wish: { name, quota, points }, consumed, resetMs }: Count,
  isGivenBack: boolean,
): Standing {
  const used = isGivenBack ? consumed - points : consumed;
  return { name, quota, windowSeconds, remaining: Math.max(0, quota - used), resetMs };
}
