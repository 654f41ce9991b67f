import { LRUCache } from 'lru-cache';
import type { Clock } from '../../domain/clock.ts';

/** A quarter of a million entries would be some 50 MB; what is forgotten is only read again. */
const maxRemembered = 100_000;

/**
 * When each person's own read of a subject last succeeded. A right counts for `recheckMs`; it is remembered beyond
 * the streams it was proven for, so that somebody who comes back soon costs no read.
 */
export class Rights {
  readonly recheckMs: number;
  readonly #clock: Clock;
  readonly #provenAt = new LRUCache<string, number>({ max: maxRemembered });

  constructor(clock: Clock, recheckMs: number) {
    this.#clock = clock;
    this.recheckMs = recheckMs;
  }

  /** Milliseconds since the epoch; null where the person has no proven right that still counts. */
  provenAt(person: string, subject: string): number | null {
    const at = this.#provenAt.get(keyOf(person, subject));
    return at !== undefined && this.#clock.now() - at < this.recheckMs ? at : null;
  }

  /** A read with the person's own token, begun at `at`, succeeded. */
  prove(person: string, subject: string, at: number): void {
    const key = keyOf(person, subject);
    this.#provenAt.set(key, Math.max(at, this.#provenAt.get(key) ?? at));
  }

  forget(person: string, subject: string): void {
    this.#provenAt.delete(keyOf(person, subject));
  }
}

const keyOf = (person: string, subject: string) => JSON.stringify([person, subject]);
