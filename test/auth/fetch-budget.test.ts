import { describe, expect, it } from 'vitest';
import { createFetchBudget, type FetchEnd } from '../../src/auth/fetch-budget.ts';

/** Fetches as often as allowed, each with the next end (the last one repeats); the seconds of their starts. */
function starts(ends: FetchEnd[], seconds: number): number[] {
  const budget = createFetchBudget();
  const started: number[] = [];
  for (let now = 0; now < seconds * 1000; now += 100) {
    if (budget.waitMs(now) > 0) continue;
    budget.start(now).end(ends[started.length] ?? (ends.at(-1) as FetchEnd), now);
    started.push(now / 1000);
  }
  return started;
}

describe('fetch budget', () => {
  it('spaces wasted fetches so that six fit a minute and ten seconds never pass without one', () => {
    expect(starts(['wasted'], 60)).toEqual([0, 9.9, 19.8, 29.7, 39.6, 49.5]);
  });

  it('lets useful ones follow at once, but six in a minute', () => {
    expect(starts(['useful'], 61)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 60, 60.1, 60.2, 60.3, 60.4, 60.5]);
  });

  it('tries again soon after a first failure, seldom after more', () => {
    expect(starts(['failed'], 30)).toEqual([0, 1, 10.9, 20.8]);
  });

  it('does not count what never reached the issuer', () => {
    expect(starts(['unreached'], 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('counts a fetch under way', () => {
    const budget = createFetchBudget();
    for (let fetch = 0; fetch < 6; fetch++) budget.start(0);
    expect(budget.waitMs(59_999)).toBe(1);
  });
});
