/**
 * Watching: what lets a thousand subscribers of one run cost its upstream as much as one.
 *
 * - `run-watch.ts` is what there is to watch of a run: `StateWatch` gives its status, `LogWatch` its log. Another kind
 *   of state (a reply that is written, a deployment that comes up) is another `StateSource`, nothing more.
 * - `state-watch.ts` polls one state for all (`poll-loop.ts`); `watched-state.ts` keeps its changes (`event-log.ts`) and
 *   gives each subscriber those behind its cursor (`state-cursor.ts`).
 * - `log-watch.ts` reads one text for all from where they stand (`log-reads.ts`); the upstream keeps the text, not we.
 * - `audience.ts` knows who is here, `rights.ts` and `keep-right.ts` whether they still may be. A token ends the seats it
 *   was presented for, a lost right those of its person, and neither those of anybody else.
 * - `watch-shelf.ts` has one watch per subject, and keeps the changes for a while after its last subscriber has left.
 *
 * What is shared between people: the run record is the same for all who may read that run, and so is its log's text.
 * So an event may hold what was read with another person's token, but only for a person whose own token has read that
 * run (for text: those logs) within `recheckMs`. Nothing else of an upstream's answer is shared.
 *
 * Backpressure: a subscriber holds a position, never a queue. A slow reader of states is given the newest; a slow reader
 * of text has it read again. A loop runs only while somebody is here, and its read in flight ends with the last of them.
 */

import type { Clock } from '../../domain/clock.ts';
import type { LogChunk, Run, RunStatusEvent } from '../../domain/runs.ts';
import { endable } from './endable.ts';
import { draining } from './failures.ts';
import { Rights } from './rights.ts';
import { type Connect, type Opening, RunWatch } from './run-watch.ts';
import { WatchShelf } from './watch-shelf.ts';

export type { Opening, RunReader } from './run-watch.ts';

/**
 * Streams by a run's global id; nothing is read before the first `next()`. They end by themselves when the run is final, and
 * throw what ends them sooner: BAD_USER_INPUT (`after`), UNAUTHENTICATED when the token runs out, FORBIDDEN or NOT_FOUND
 * where the right is missing or lost, CURSOR_EXPIRED (logs), or the upstream's failure when it lasts.
 */
export type RunWatches = {
  /** The state now (behind `after`: what was missed, and the state only if it is another), then each change. */
  status(id: string, opening: Opening): AsyncIterableIterator<RunStatusEvent>;
  /** The text from the first line, or behind `after`; the last chunk is `complete`. */
  logs(id: string, opening: Opening): AsyncIterableIterator<LogChunk>;
  /**
   * Ends all streams, and those yet to come, with UPSTREAM_UNAVAILABLE and `retryAfterSeconds`. To have stock WebSocket
   * clients come back by themselves, close their sockets first.
   */
  close(): void;
};

export type RunWatchesDeps = {
  clock: Clock;
  connect: Connect;
  /** How old a proof of a right may be: 5 minutes. */
  recheckMs?: number;
  /** How long changes are kept when nobody watches: 10 minutes. */
  keepMs?: number;
  /** For the jitter of retries: from 0 to 1. */
  random?: () => number;
};

export function createRunWatches({
  clock,
  connect,
  recheckMs = 300_000,
  keepMs = 600_000,
  random = Math.random,
}: RunWatchesDeps): RunWatches {
  const closing = new AbortController();
  const deps = { clock, random, rights: new Rights(clock, recheckMs), closing: closing.signal };
  const shelf = new WatchShelf<Run, RunWatch>(
    clock,
    keepMs,
    (id, log) => new RunWatch(id, log, connect, deps),
  );
  const stream = <T>(
    id: string,
    opening: Opening,
    open: (watch: RunWatch, opening: Opening) => AsyncGenerator<T, void>,
  ) =>
    endable(opening.signal, async function* (signal) {
      closing.signal.throwIfAborted();
      const { watch, release } = shelf.use(id);
      try {
        yield* open(watch, { ...opening, signal });
      } finally {
        release();
      }
    });
  return {
    status: (id, opening) => stream(id, opening, (watch, at) => watch.status(at)),
    logs: (id, opening) => stream(id, opening, (watch, at) => watch.logs(at)),
    close() {
      const error = draining();
      closing.abort(error);
      for (const watch of shelf.watches) watch.end(() => true, error);
    },
  };
}
