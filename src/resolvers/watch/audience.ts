import { endOf, type Identity } from '../../domain/callers.ts';
import type { Clock } from '../../domain/clock.ts';
import { unauthenticated } from '../../domain/errors.ts';

/** The reason of a seat's signal when its stream went by itself; otherwise it is the error the stream ends with. */
export const left = new Error('the subscriber left');

/** One subscriber's place at a watch. */
export type Seat = {
  readonly identity: Identity;
  /** Aborts when the seat ends; its reason is what the stream throws. */
  readonly signal: AbortSignal;
  end(error: unknown): void;
};

/** Somebody with seats here. Rights belong to the person (`Caller.key`), tokens to each seat. */
export type Person = {
  readonly key: string;
  readonly seats: Set<Seat>;
  /** When a read with their own token last succeeded (milliseconds since the epoch). */
  provenAt: number;
  /** When their token was last used for a poll: polls take turns. */
  polledAt: number;
  /** Ends with their last seat. */
  readonly leaving: AbortController;
};

/** A timer holds no more than 24.8 days, and a token may be renewed meanwhile: look again after an hour. */
const longestSleepMs = 3_600_000;

export const expired = (identity: Identity, clock: Clock): boolean => endOf(identity.caller) <= clock.now();

export const tokenRanOut = () =>
  unauthenticated('The token ran out: come back with a new one and the last cursor as `after`.');

/** Who is here: seats by person, each ended by its subscriber, by its token's end, or by the watch. */
export class Audience {
  readonly #people = new Map<string, Person>();
  readonly #clock: Clock;
  readonly #arrived: (person: Person) => void;
  readonly #emptied: () => void;

  constructor(clock: Clock, on: { arrived(person: Person): void; emptied(): void }) {
    this.#clock = clock;
    this.#arrived = on.arrived;
    this.#emptied = on.emptied;
  }

  get isEmpty(): boolean {
    return this.#people.size === 0;
  }

  /** Seats somebody whose right was proven at `provenAt`; the seat ends with `signal`. */
  admit(identity: Identity, signal: AbortSignal, provenAt: number): Seat {
    signal.throwIfAborted();
    const person = this.#person(identity.caller.key, provenAt);
    const ending = new AbortController();
    const leave = () => seat.end(left);
    const end = (error: unknown) => {
      if (ending.signal.aborted) return;
      signal.removeEventListener('abort', leave);
      ending.abort(error);
      this.#clear(person, seat);
    };
    const seat: Seat = { identity, signal: ending.signal, end };
    person.seats.add(seat);
    signal.addEventListener('abort', leave, { once: true });
    this.#endWithToken(seat).catch(() => {});
    return seat;
  }

  end(which: (seat: Seat) => boolean, error: unknown): void {
    const seats = [...this.#people.values()].flatMap((person) => [...person.seats]);
    for (const seat of seats) if (which(seat)) seat.end(error);
  }

  proven(key: string, at: number): void {
    const person = this.#people.get(key);
    if (person) person.provenAt = Math.max(person.provenAt, at);
  }

  /** The person whose token was not used for the longest time; null when there is none but those passed over. */
  nextToPoll(passedOver: ReadonlyMap<string, unknown>): Person | null {
    let next: Person | null = null;
    for (const person of this.#people.values()) {
      if (!passedOver.has(person.key) && (!next || person.polledAt < next.polledAt)) next = person;
    }
    if (next) next.polledAt = this.#clock.now();
    return next;
  }

  #person(key: string, provenAt: number): Person {
    const known = this.#people.get(key);
    if (known) return known;
    const person: Person = {
      key,
      seats: new Set(),
      provenAt,
      polledAt: 0,
      leaving: new AbortController(),
    };
    this.#people.set(key, person);
    this.#arrived(person);
    return person;
  }

  #clear(person: Person, seat: Seat): void {
    person.seats.delete(seat);
    if (person.seats.size > 0) return;
    this.#people.delete(person.key);
    person.leaving.abort(left);
    if (this.#people.size === 0) this.#emptied();
  }

  async #endWithToken({ identity, signal, end }: Seat): Promise<void> {
    while (!expired(identity, this.#clock)) {
      const remaining = endOf(identity.caller) - this.#clock.now();
      await this.#clock.sleep(Math.min(remaining, longestSleepMs), signal);
    }
    end(tokenRanOut());
  }
}

/** The identity of this person whose token lasts longest: the one to read with. */
export function identityOf(person: Person): Identity | null {
  let best: Identity | null = null;
  for (const { identity } of person.seats) {
    if (!best || endOf(identity.caller) > endOf(best.caller)) best = identity;
  }
  return best;
}
