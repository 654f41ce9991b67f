import { randomUUID } from 'node:crypto';
import { dayOf, type UsageBatch, type UsageCount } from '../domain/api-keys.ts';
import type { Clock } from '../domain/clock.ts';

/** Counts off the request's path how each key is used, and writes it soon after. */
export type Usage = {
  /** One request of a key, by its id; `errors` is 1 for one that failed. */
  count(keyId: string, more?: { errors?: number; cost?: number }): void;
  /** Writes what is left, for as long as `deadlineMs`; nothing is counted any more. */
  close(deadlineMs?: number): Promise<void>;
};

export type UsageDeps = {
  clock: Clock;
  /** Adds them up, all or none; the same batch again must change nothing. */
  write(batch: UsageBatch): Promise<void>;
  /** Told of what could not be kept. */
  lost(counts: UsageCount[], cause: unknown): void;
};

const gatherMs = 1_000;
const maxKeys = 10_000;
const firstPauseMs = 500;
const longestPauseMs = 10_000;
const closeWithinMs = 5_000;

/**
 * What was counted within a second goes in one write. A write that fails is tried again with the same number until it
 * succeeds, so that what was written although the answer was lost is not added twice; meanwhile counting goes on.
 */
export function createUsage({ clock, write, lost }: UsageDeps): Usage {
  const writer = randomUUID();
  const closing = new AbortController();
  let counts = new Map<string, UsageCount>();
  let sending: UsageCount[] = [];
  let written = 0;
  let over = false;
  let writing: Promise<void> | null = null;

  async function send(): Promise<void> {
    const batch = written + 1;
    for (let pauseMs = firstPauseMs; !over; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      const failed = await write({ writer, batch, counts: sending }).then(
        () => false,
        () => true,
      );
      if (!failed) {
        written = batch;
        sending = [];
        return;
      }
      // Once it closes, the pause counts again: nothing else keeps it from trying without a break.
      const { signal } = closing;
      await clock.sleep(pauseMs, signal.aborted ? undefined : signal).catch(() => undefined);
    }
  }

  async function writeAll(): Promise<void> {
    while (counts.size > 0 && !over) {
      await clock.sleep(gatherMs, closing.signal).catch(() => undefined);
      sending = [...counts.values()];
      counts = new Map();
      await send();
    }
    writing = null;
  }

  return {
    count(keyId, { errors = 0, cost = 0 } = {}) {
      const now = clock.now();
      const date = dayOf(now);
      const added = { keyId, date, requests: 1, errors, cost, usedAt: new Date(now) };
      const id = JSON.stringify([keyId, date]);
      const known = counts.get(id);
      if (over || (!known && counts.size >= maxKeys))
        return lost([added], over ? 'closed' : 'too many keys wait');
      counts.set(id, known ? sum(known, added) : added);
      writing ??= writeAll();
    },
    async close(deadlineMs = closeWithinMs) {
      closing.abort();
      const done = new AbortController();
      await Promise.race([writing, clock.sleep(deadlineMs, done.signal).catch(() => undefined)]);
      done.abort();
      over = true;
      const left = [...sending, ...counts.values()];
      if (left.length > 0) lost(left, 'not written when the process ended');
    },
  };
}

const sum = (one: UsageCount, other: UsageCount): UsageCount => ({
  ...other,
  requests: one.requests + other.requests,
  errors: one.errors + other.errors,
  cost: one.cost + other.cost,
});
