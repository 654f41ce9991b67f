import { randomUUID } from 'node:crypto';
import type { AuditNote, NewAuditEvent } from '../domain/audit.ts';
import type { Clock } from '../domain/clock.ts';

/** Takes events off the request's path and writes them soon after. */
export type AuditTrail = {
  record(event: AuditNote): void;
  /** Writes what is left, for as long as `deadlineMs`; nothing is taken any more. */
  close(deadlineMs?: number): Promise<void>;
};

export type AuditTrailDeps = {
  clock: Clock;
  /** Writes them, all or none; of those that it has already, by their keys, nothing. */
  append(events: NewAuditEvent[]): Promise<void>;
  /** Told of every event that could not be kept. */
  lost(events: AuditNote[], cause: unknown): void;
};

const gatherMs = 500;
const maxQueued = 10_000;
const maxBatch = 500;
const firstPauseMs = 500;
const longestPauseMs = 10_000;
const closeWithinMs = 5_000;

/**
 * Events of half a second go in one write. A write that fails is tried again, in order, until it succeeds; events
 * beyond ten thousand waiting are lost, and told so.
 */
export function createAuditTrail({ clock, append, lost }: AuditTrailDeps): AuditTrail {
  const queue: NewAuditEvent[] = [];
  const closing = new AbortController();
  let over = false;
  let writing: Promise<void> | null = null;

  async function write(): Promise<void> {
    await clock.sleep(gatherMs, closing.signal).catch(() => undefined);
    let pauseMs = firstPauseMs;
    while (queue.length > 0 && !over) {
      const batch = queue.slice(0, maxBatch);
      const failed = await append(batch).then(
        () => null,
        (cause: unknown) => ({ cause }),
      );
      if (!failed) queue.splice(0, batch.length);
      if (!failed) pauseMs = firstPauseMs;
      else {
        // Once it closes, the pause counts again: nothing else keeps it from trying without a break.
        const { signal } = closing;
        await clock.sleep(pauseMs, signal.aborted ? undefined : signal).catch(() => undefined);
        pauseMs = Math.min(longestPauseMs, pauseMs * 2);
      }
    }
    writing = null;
  }

  return {
    record(event) {
      if (over || queue.length >= maxQueued) return lost([event], over ? 'closed' : 'too many wait');
      queue.push({ ...event, key: randomUUID() });
      writing ??= write();
    },
    async close(deadlineMs = closeWithinMs) {
      closing.abort();
      const written = new AbortController();
      await Promise.race([writing, clock.sleep(deadlineMs, written.signal).catch(() => undefined)]);
      written.abort();
      over = true;
      if (queue.length > 0) lost(queue.splice(0), 'not written when the process ended');
    },
  };
}
