import type { Identity } from '../../domain/callers.ts';
import type { LogChunk } from '../../domain/runs.ts';
import type { Seat } from './audience.ts';
import { isPersonal } from './failures.ts';
import { Flights } from './flights.ts';
import type { LogPosition } from './log-window.ts';
import type { WatchDeps } from './state-watch.ts';
import { withinDeadline } from './waiting.ts';

export type LogRead = { identity: Identity; position: LogPosition; maxBytes: number; signal: AbortSignal };

export type LogSource = {
  /** Unique among all that share one `Rights`. */
  subject: string;
  /** Text behind the position, read with that person's token; empty where nothing is new. */
  read(request: LogRead): Promise<LogChunk>;
  /** Whether no more text is written. */
  isFinal(): boolean;
};

/** A read that only proves a right: its text is thrown away. */
const proofBytes = 1024;

/** Reads of one log: at most one at a time from one position, and each a proof of its reader's right. */
export class LogReads {
  readonly #source: LogSource;
  readonly #deps: WatchDeps;
  readonly #reads = new Flights<LogPosition, LogChunk>();
  readonly #proofs = new Flights<string, LogChunk>();

  constructor(source: LogSource, deps: WatchDeps) {
    this.#source = source;
    this.#deps = deps;
  }

  isUnderWay(position: LogPosition): boolean {
    return this.#reads.has(position);
  }

  async read(request: LogRead): Promise<LogChunk> {
    const { clock, rights } = this.#deps;
    const startedAt = clock.now();
    const chunk = await withinDeadline(clock, request.signal, (signal) =>
      this.#source.read({ ...request, signal }),
    );
    rights.prove(request.identity.caller.key, this.#source.subject, startedAt);
    return chunk;
  }

  /** Shares the read under way from `position`, or starts it. */
  join(
    position: LogPosition,
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<LogChunk>,
  ): Promise<LogChunk> {
    return this.#reads.join(position, signal, start);
  }

  /** `join` for one seat; null where what failed was the token of somebody else, who had started the read. */
  joinAs(seat: Seat, position: LogPosition, start: (signal: AbortSignal) => Promise<LogChunk>) {
    return unlessOthersFailure(this.#reads, position, seat, start);
  }

  /**
   * Text read with another person's token is given only to those who could have read it themselves: a right to the
   * run's record is not yet one to its logs. One small read per person and `recheckMs`, spared to whoever reads anyway.
   */
  async prove(seat: Seat, position: LogPosition): Promise<void> {
    const { identity } = seat;
    while (this.#deps.rights.provenAt(identity.caller.key, this.#source.subject) === null) {
      await unlessOthersFailure(this.#proofs, identity.caller.key, seat, (signal) =>
        this.read({ identity, position, maxBytes: proofBytes, signal }),
      );
    }
  }

  forget(identity: Identity): void {
    this.#deps.rights.forget(identity.caller.key, this.#source.subject);
  }
}

async function unlessOthersFailure<K>(
  flights: Flights<K, LogChunk>,
  key: K,
  seat: Seat,
  start: (signal: AbortSignal) => Promise<LogChunk>,
): Promise<LogChunk | null> {
  let isOwn = false;
  try {
    return await flights.join(key, seat.signal, (signal) => {
      isOwn = true;
      return start(signal);
    });
  } catch (error) {
    if (!isOwn && !seat.signal.aborted && isPersonal(error)) return null;
    throw error;
  }
}
