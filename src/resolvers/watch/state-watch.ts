import type { Identity } from '../../domain/callers.ts';
import type { Clock } from '../../domain/clock.ts';
import { unlessAborted } from '../../domain/deadline.ts';
import { Audience, expired, identityOf, type Person, type Seat, tokenRanOut } from './audience.ts';
import type { EventLog } from './event-log.ts';
import { blameOf } from './failures.ts';
import { Flights } from './flights.ts';
import { keepRight } from './keep-right.ts';
import { PollLoop } from './poll-loop.ts';
import type { Rights } from './rights.ts';
import type { StateCursor } from './state-cursor.ts';
import { withinDeadline } from './waiting.ts';
import { type StateChange, type StateKind, WatchedState } from './watched-state.ts';

/** What is watched. */
export type StateSource<S> = StateKind<S> & {
  /** Unique among all that share one `Rights`. */
  subject: string;
  /** The state now, read with that person's token past every cache. Its success proves their right to the subject. */
  read(identity: Identity, signal: AbortSignal): Promise<S>;
  /** Milliseconds from one poll to the next. */
  pace(state: S, sinceChangeMs: number): number;
};

export type WatchDeps = {
  clock: Clock;
  /** From 0 to 1, for jitter. */
  random: () => number;
  rights: Rights;
  /** Aborts when nobody is let in any more; its reason is what they are told. */
  closing: AbortSignal;
};
type Hooks = { changed(): void; emptied(): void };

/**
 * The watch of one state, however many subscribe. Every read, be it a poll, the check of a newcomer's right or its
 * repetition, proves the right of the person whose token it used, and brings the state.
 */
export class StateWatch<S> {
  readonly #source: StateSource<S>;
  readonly #deps: WatchDeps;
  readonly #hooks: Hooks;
  readonly #state: WatchedState<S>;
  readonly #audience: Audience;
  readonly #loop: PollLoop;
  readonly #checks = new Flights<string, void>();
  #reads = 0;
  #newestRead = 0;

  constructor(source: StateSource<S>, log: EventLog<S>, hooks: Hooks, deps: WatchDeps) {
    this.#source = source;
    this.#deps = deps;
    this.#hooks = hooks;
    this.#state = new WatchedState(source, log, deps.clock);
    this.#audience = new Audience(deps.clock, {
      arrived: (person) => this.#keepRight(person),
      emptied: () => this.#rest(),
    });
    this.#loop = new PollLoop(deps.clock, deps.random, {
      dueIn: () => this.#dueIn(),
      nextReader: (passedOver) => this.#nextReader(passedOver),
      read: (identity, signal) => this.#read(identity, signal),
      end: (which, error) => this.end(which, error),
    });
  }

  /** Whether the state can no longer change. */
  get isFinal(): boolean {
    return this.#state.isFinal;
  }

  /**
   * Lets somebody in whose own right is proven: by a read with their token, or by one not older than `recheckMs`.
   * @throws what that read met: FORBIDDEN, NOT_FOUND and the like.
   */
  async enter(identity: Identity, signal: AbortSignal): Promise<Seat> {
    if (expired(identity, this.#deps.clock)) throw tokenRanOut();
    const provenAt = await unlessAborted(this.#prove(identity, signal), this.#deps.closing);
    const seat = this.#audience.admit(identity, signal, provenAt);
    this.#loop.start();
    return seat;
  }

  /** The newest state, waiting for the first one. */
  present(signal: AbortSignal): Promise<S> {
    return this.#state.present(signal);
  }

  /** What `WatchedState.changes` tells, until the seat ends. */
  follow(seat: Seat, after: StateCursor | null): AsyncGenerator<StateChange<S>, void> {
    return this.#state.changes(seat.signal, after);
  }

  end(which: (seat: Seat) => boolean, error: unknown): void {
    const isLost = blameOf(error) !== 'moment';
    this.#audience.end((seat) => {
      const ends = which(seat);
      if (ends && isLost) this.#deps.rights.forget(seat.identity.caller.key, this.#source.subject);
      return ends;
    }, error);
  }

  /** One read per person, however many of their subscriptions ask at once. Returns when the right was proven. */
  async #prove(identity: Identity, signal: AbortSignal): Promise<number> {
    const { key } = identity.caller;
    for (;;) {
      const provenAt = this.#deps.rights.provenAt(key, this.#source.subject);
      if (provenAt !== null) return provenAt;
      let isOwn = false;
      try {
        await this.#checks.join(key, signal, (ending) => {
          isOwn = true;
          return this.#read(identity, ending);
        });
      } catch (error) {
        // A check shared with another subscription of this person used that one's token: this one may be better.
        if (signal.aborted || isOwn || blameOf(error) !== 'token') throw error;
      }
    }
  }

  async #read(identity: Identity, signal: AbortSignal): Promise<void> {
    const { clock, rights } = this.#deps;
    const order = ++this.#reads;
    const startedAt = clock.now();
    const state = await withinDeadline(clock, signal, (ending) => this.#source.read(identity, ending));
    rights.prove(identity.caller.key, this.#source.subject, startedAt);
    this.#audience.proven(identity.caller.key, startedAt);
    if (order < this.#newestRead) return; // overtaken: a read begun later has told a newer state
    this.#newestRead = order;
    if (this.#state.take(state)) this.#hooks.changed();
    this.#loop.poke();
  }

  #dueIn(): number | null {
    const { newest } = this.#state;
    if (!newest) return 0;
    if (this.isFinal) return null;
    const { state, readAt, changedAt } = newest;
    return readAt + this.#source.pace(state, readAt - changedAt) - this.#deps.clock.now();
  }

  #nextReader(passedOver: ReadonlyMap<string, unknown>): Identity | null {
    const person = this.#audience.nextToPoll(passedOver);
    return person && identityOf(person);
  }

  #keepRight(person: Person): void {
    const check = {
      ...this.#deps,
      recheckMs: this.#deps.rights.recheckMs,
      read: (identity: Identity, signal: AbortSignal) => this.#read(identity, signal),
      end: (which: (seat: Seat) => boolean, error: unknown) => this.end(which, error),
    };
    keepRight(person, check).catch((error) => {
      if (!person.leaving.signal.aborted) check.end((seat) => person.seats.has(seat), error);
    });
  }

  #rest(): void {
    this.#loop.stop();
    this.#state.outdate();
    this.#hooks.emptied();
  }
}
