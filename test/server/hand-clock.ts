import type { Clock } from '../../src/domain/clock.ts';

/** A clock that stands until it is told that time passes. */
export function handClock(): Clock & { pass(ms: number): void; readonly sleeping: number } {
  let now = 0;
  let sleeps: { until: number; resolve: () => void }[] = [];
  const wake = () => {
    const due = sleeps.filter(({ until }) => until <= now);
    sleeps = sleeps.filter(({ until }) => until > now);
    for (const { resolve } of due) resolve();
  };
  return {
    now: () => now,
    sleep: (ms) =>
      new Promise((resolve) => {
        sleeps.push({ until: now + ms, resolve });
        wake();
      }),
    pass: (ms) => {
      now += ms;
      wake();
    },
    get sleeping() {
      return Math.max(...sleeps.map(({ until }) => until - now));
    },
  };
}
