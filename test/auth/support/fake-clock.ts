import type { Clock } from '../../../src/domain/clock.ts';

type Sleeper = { until: number; wake(): void };

export type FakeClock = Clock & {
  /** Moves time on and wakes who slept until then. */
  advance(milliseconds: number): void;
  /** How many sleep. */
  readonly sleeping: number;
};

/** Pauses between attempts: no test is about them, so they pass at once. */
const shortMs = 500;

/** Stands still until moved, but for short pauses. */
export function createFakeClock(start = Date.now()): FakeClock {
  let now = start;
  let sleepers: Sleeper[] = [];
  return {
    now: () => now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        if (milliseconds < shortMs) {
          now += milliseconds;
          return resolve();
        }
        const sleeper = { until: now + milliseconds, wake: () => resolve() };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal.reason);
        });
      }),
    advance(milliseconds) {
      now += milliseconds;
      const due = sleepers.filter(({ until }) => until <= now);
      sleepers = sleepers.filter(({ until }) => until > now);
      for (const { wake } of due) wake();
    },
    get sleeping() {
      return sleepers.length;
    },
  };
}
