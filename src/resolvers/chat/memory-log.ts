import type { EventLog, LogEntry, LoggedEvent, LogOffset } from './event-log.ts';

export type MemoryLogBounds = {
  /** Sessions whose events are kept: 2000. */
  maxSessions?: number;
  /** Of all sessions together: 64 MiB, by estimate. */
  maxBytes?: number;
  /** Of one session: 4096. */
  maxSessionEvents?: number;
  /** Of one session: 2 MiB. */
  maxSessionBytes?: number;
};

/** The offset is its number: they count through all sessions. */
type Kept = { offset: number; event: LoggedEvent; bytes: number };
/** `lost`: up to and with this number, events of the session may be missing. */
type SessionLog = { events: Kept[]; bytes: number; lost: number };
/** One reader, and what its last wait is to be told by. */
type Ear = { wake: (() => void) | null; fail: ((reason: unknown) => void) | null };

/** An event without its text: object, cursor parts, date. */
const eventBytes = 240;

/**
 * The log of one process. Numbers count through all sessions, so that a place stays good, or is known to be gone,
 * also when its session was dropped and came back. The session that was written longest ago goes first.
 */
export class MemoryLog implements EventLog {
  /** In the order of their last event. */
  readonly #sessions = new Map<string, SessionLog>();
  readonly #ears = new Map<string, Set<Ear>>();
  readonly #bounds: Required<MemoryLogBounds>;
  #number = 0;
  #bytes = 0;
  /** The highest number of any session that was dropped as a whole. */
  #dropped = 0;

  constructor(bounds: MemoryLogBounds = {}) {
    const defaults = { maxSessions: 2_000, maxBytes: 64 * 2 ** 20, maxSessionEvents: 4_096 };
    this.#bounds = { ...defaults, maxSessionBytes: 2 * 2 ** 20, ...bounds };
  }

  get bytes(): number {
    return this.#bytes;
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  append(sessionKey: string, event: LoggedEvent): void {
    const log = this.#newest(sessionKey);
    const bytes = sizeOf(event);
    log.events.push({ offset: ++this.#number, event, bytes });
    this.#count(log, bytes);
    this.#trim(log);
    this.#makeRoom();
    for (const ear of this.#ears.get(sessionKey) ?? []) ear.wake?.();
  }

  read(sessionKey: string, after: LogOffset, limit: number): readonly LogEntry[] | null {
    const from = Number(after);
    const log = this.#sessions.get(sessionKey);
    if (from < (log?.lost ?? this.#dropped)) return null;
    const events = log?.events ?? [];
    const start = firstBehind(events, from);
    return events.slice(start, start + limit);
  }

  async find(
    sessionKey: string,
    pick: (events: readonly LoggedEvent[]) => number,
  ): Promise<LogOffset | null> {
    const events = this.#sessions.get(sessionKey)?.events ?? [];
    const found = events[pick(events.map(({ event }) => event))];
    return found ? found.offset - 1 : null;
  }

  async head(_sessionKey: string): Promise<LogOffset> {
    return this.#number;
  }

  listen(sessionKey: string, signal: AbortSignal): (after: LogOffset) => Promise<void> {
    const ear: Ear = { wake: null, fail: null };
    const ears = this.#ears.get(sessionKey) ?? new Set();
    this.#ears.set(sessionKey, ears.add(ear));
    const leave = () => {
      ears.delete(ear);
      if (ears.size === 0 && this.#ears.get(sessionKey) === ears) this.#ears.delete(sessionKey);
      ear.fail?.(signal.reason);
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    return (after) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) reject(signal.reason);
        else if (this.#lastOf(sessionKey) > Number(after)) resolve();
        else {
          ear.wake = resolve;
          ear.fail = reject;
        }
      });
  }

  drop(sessionKey: string): void {
    const log = this.#sessions.get(sessionKey);
    if (!log) return;
    this.#sessions.delete(sessionKey);
    this.#bytes -= log.bytes;
    this.#dropped = Math.max(this.#dropped, log.events.at(-1)?.offset ?? 0);
  }

  #lastOf(sessionKey: string): number {
    return this.#sessions.get(sessionKey)?.events.at(-1)?.offset ?? this.#dropped;
  }

  #trim(log: SessionLog): void {
    const { maxSessionEvents, maxSessionBytes } = this.#bounds;
    while (log.events.length > maxSessionEvents || log.bytes > maxSessionBytes) {
      const oldest = log.events.shift();
      if (!oldest) return;
      log.lost = oldest.offset;
      this.#count(log, -oldest.bytes);
    }
  }

  /** The session's log, now the one that was written last. */
  #newest(sessionKey: string): SessionLog {
    const log = this.#sessions.get(sessionKey) ?? { events: [], bytes: 0, lost: this.#dropped };
    this.#sessions.delete(sessionKey);
    this.#sessions.set(sessionKey, log);
    return log;
  }

  #makeRoom(): void {
    if (this.#sessions.size <= this.#bounds.maxSessions && this.#bytes <= this.#bounds.maxBytes) return;
    for (const sessionKey of this.#sessions.keys()) {
      if (this.#sessions.size <= this.#bounds.maxSessions && this.#bytes <= this.#bounds.maxBytes) return;
      this.drop(sessionKey);
    }
  }

  #count(log: SessionLog, bytes: number): void {
    log.bytes += bytes;
    this.#bytes += bytes;
  }
}

function sizeOf(event: LoggedEvent): number {
  if (event.kind === 'DELTA') return eventBytes + 2 * event.text.length;
  if (event.kind === 'COMPLETED') return 2 * eventBytes + 2 * event.message.content.length;
  return 2 * eventBytes;
}

/** Events are in the order of their numbers, and mostly read at their end. */
function firstBehind(events: readonly Kept[], number: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.offset ?? 0) <= number) low = middle + 1;
    else high = middle;
  }
  return low;
}
