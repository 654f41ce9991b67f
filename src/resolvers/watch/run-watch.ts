import type { Identity } from '../../domain/callers.ts';
import type { LogChunk, Run, RunStatusEvent } from '../../domain/runs.ts';
import { left, type Seat } from './audience.ts';
import { EventLog } from './event-log.ts';
import type { LogRead } from './log-reads.ts';
import { LogWatch } from './log-watch.ts';
import { statusPace } from './pace.ts';
import { fingerprintOf, isFinalRun, statusEvent } from './run-status.ts';
import { readStateCursor } from './state-cursor.ts';
import { StateWatch, type WatchDeps } from './state-watch.ts';

/** How a run is read, whichever platform runs it. */
export type RunReader = {
  /** By global id, past every cache. */
  getRun(id: string): Promise<Run>;
  /** Text behind `cursor` (from the first line without), at most `maxBytes`. */
  logs(run: Run, cursor: string | null, maxBytes: number): Promise<LogChunk>;
};
/** The platforms as this person may use them, for one read: asks for their tokens anew. */
export type Connect = (identity: Identity, signal: AbortSignal) => RunReader;

export type Opening = {
  /** Asked at each use: a token handed over on an open socket moves its end. */
  identity: Identity;
  /** Cursor of the last event seen; null to begin anew. */
  after: string | null;
  /** Ends the stream at once, without an error. */
  signal: AbortSignal;
};

/**
 * The watch of one run. Its status is polled for whoever is here, those who follow the logs included: they have to be
 * told of the end too, and their right to the run is checked in the same way.
 */
export class RunWatch {
  readonly log: EventLog<Run>;
  readonly #subject: string;
  readonly #state: StateWatch<Run>;
  readonly #logs: LogWatch;

  constructor(id: string, log: EventLog<Run> | undefined, connect: Connect, deps: WatchDeps) {
    this.#subject = `run:${id}`;
    this.log = log ?? new EventLog(this.#subject);
    const source = {
      subject: this.#subject,
      read: (identity: Identity, signal: AbortSignal) => connect(identity, signal).getRun(id),
      fingerprint: fingerprintOf,
      isFinal: isFinalRun,
      pace: (run: Run, sinceChangeMs: number) => statusPace(run, sinceChangeMs),
    };
    const hooks = { changed: () => this.#logs.stir(), emptied: () => this.#logs.stop() };
    this.#state = new StateWatch(source, this.log, hooks, deps);
    this.#logs = new LogWatch(this.#logSource(id, connect), deps);
  }

  /** @throws BAD_USER_INPUT for a cursor of another run, what the check of the right met, what ends the watch. */
  async *status({ identity, after, signal }: Opening): AsyncGenerator<RunStatusEvent, void> {
    const cursor = after === null ? null : readStateCursor(this.#subject, after);
    const seat = await this.#state.enter(identity, signal);
    try {
      for await (const change of this.#state.follow(seat, cursor)) {
        yield statusEvent(change);
      }
    } finally {
      seat.end(left);
    }
  }

  /** @throws like `status`; CURSOR_EXPIRED where the upstream no longer has the text. */
  async *logs({ identity, after, signal }: Opening): AsyncGenerator<LogChunk, void> {
    const seat = await this.#state.enter(identity, signal);
    try {
      await this.#state.present(seat.signal);
      yield* this.#logs.follow(seat, after);
    } finally {
      seat.end(left);
    }
  }

  end(which: (seat: Seat) => boolean, error: unknown): void {
    this.#state.end(which, error);
  }

  #logSource(id: string, connect: Connect) {
    return {
      subject: `logs:${id}`,
      isFinal: () => this.#state.isFinal,
      read: async ({ identity, position, maxBytes, signal }: LogRead) =>
        connect(identity, signal).logs(await this.#state.present(signal), position, maxBytes),
    };
  }
}
