import { LRUCache } from 'lru-cache';
import type { Clock } from '../../domain/clock.ts';
import type { EventLog } from './event-log.ts';

/** Bounds on what is kept of subjects that nobody watches. An event is about a kilobyte. */
const maxKept = 1_000;
const maxKeptEvents = 20_000;

type InUse<W> = { watch: W; users: number };

/**
 * The watches in use, one per subject; of those whose last user has left, the log of events, for `keepMs` (sooner only
 * where a thousand others were left since).
 */
export class WatchShelf<S, W extends { readonly log: EventLog<S> }> {
  readonly #create: (subject: string, log: EventLog<S> | undefined) => W;
  readonly #inUse = new Map<string, InUse<W>>();
  readonly #kept: LRUCache<string, EventLog<S>>;

  constructor(clock: Clock, keepMs: number, create: (subject: string, log: EventLog<S> | undefined) => W) {
    this.#create = create;
    this.#kept = new LRUCache({
      max: maxKept,
      maxSize: maxKeptEvents,
      sizeCalculation: (log) => log.size,
      ttl: keepMs,
      ttlResolution: 0,
      perf: clock,
    });
  }

  get watches(): W[] {
    return [...this.#inUse.values()].map(({ watch }) => watch);
  }

  /** The subject's one watch, until `release` is called. */
  use(subject: string): { watch: W; release(): void } {
    const entry = this.#inUse.get(subject) ?? this.#open(subject);
    entry.users++;
    return { watch: entry.watch, release: () => this.#release(subject, entry) };
  }

  #open(subject: string): InUse<W> {
    const entry = { watch: this.#create(subject, this.#kept.get(subject)), users: 0 };
    this.#kept.delete(subject);
    this.#inUse.set(subject, entry);
    return entry;
  }

  #release(subject: string, entry: InUse<W>): void {
    entry.users--;
    if (entry.users > 0) return;
    this.#inUse.delete(subject);
    if (entry.watch.log.size > 0) this.#kept.set(subject, entry.watch.log);
  }
}
