import type { Identity } from '../../domain/callers.ts';
import type { Clock } from '../../domain/clock.ts';
import { Audience, expired, identityOf, type Person, type Seat, tokenRanOut } from './audience.ts';
import { Bell } from './bell.ts';
import type { EventLog, StateEvent } from './event-log.ts';
import { blameOf } from './failures.ts';
import { Flights } from './flights.ts';
import { keepRight } from './keep-right.ts';
import { PollLoop } from './poll-loop.ts';
import type { Rights } from './rights.ts';
import type { StateCursor } from './state-cursor.ts';
import { unlessAborted, withinDeadline } from './waiting.ts';

/** What is watched. */
export type StateSource<S> = {
  /** Unique among all that share one `Rights`. */
  subject: string;
  /** The state now, read with that person's token past every cache. Its success proves their right to the subject. */
  read(identity: Identity, signal: AbortSignal): Promise<S>;
  /** Equal for states that count as the same. */
  fingerprint(state: S): string;
  /** A final state never changes again: polling ends with it. */
  isFinal(state: S): boolean;
  /** Milliseconds from one poll to the next. */
  pace(state: S, sinceChangeMs: number): number;
};

/** A change, and the fingerprint this reader was told before; null when it is their first. */
export type StateChange<S> = { event: StateEvent<S>; previous: string | null };

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
  readonly #log: EventLog<S>;
  readonly #hooks: Hooks;
  readonly #audience: Audience;
  readonly #loop: PollLoop;
  readonly #bell = new Bell();
  readonly #checks = new Flights<string, void>();
  #state: S | undefined;
  /** Whether `#state` is the present one: somebody has watched ever since it was read. */
  #isCurrent = false;
  #readAt = 0;
  #changedAt: number;
  #reads = 0;
  #newestRead = 0;

  constructor(source: StateSource<S>, log: EventLog<S>, hooks: Hooks, deps: WatchDeps) {
    this.#source = source;
    this.#deps = deps;
    this.#log = log;
    this.#hooks = hooks;
    this.#state = log.last?.state;
    this.#changedAt = deps.clock.now();
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
  async present(signal: AbortSignal): Promise<S> {
    while (!this.#isCurrent && !this.isFinal) await this.#bell.wait(signal);
    return this.#state as S;
  }

  /**
   * The state now, or, behind `after`, what was missed; then each change until the final state.
   * A reader holds a position in the log and no queue: what changed while it was busy reaches it as one event, the
   * newest (its `previous` is what this reader was told before). Only what `after` missed is given step by step.
   */
  async *follow(seat: Seat, after: StateCursor | null): AsyncGenerator<StateChange<S>, void> {
    await this.present(seat.signal);
    let { position, replayTo } = this.#opening(after);
    let previous = after?.fingerprint ?? null;
    for (;;) {
      seat.signal.throwIfAborted();
      const event = position < replayTo ? this.#log.after(position) : this.#newestAfter(position);
      if (event) {
        yield { event, previous };
        position = event.sequence;
        previous = event.fingerprint;
      } else if (this.isFinal) return;
      else await this.#bell.wait(seat.signal);
    }
  }

  end(which: (seat: Seat) => boolean, error: unknown): void {
    this.#audience.end((seat) => {
      const ends = which(seat);
      if (ends && blameOf(error) !== 'moment') this.#forget(seat.identity);
      return ends;
    }, error);
  }

  /** Whether the state can no longer change. */
  get isFinal(): boolean {
    return this.#state !== undefined && this.#source.isFinal(this.#state);
  }

  /** Where a reader begins, and up to which event it is given every step. */
  #opening(after: StateCursor | null): { position: number; replayTo: number } {
    const newest = this.#log.last?.sequence ?? 0;
    if (!after) return { position: newest - 1, replayTo: 0 };
    const isOurs = after.epoch === this.#log.epoch && after.sequence >= 0 && after.sequence <= newest;
    const position = isOurs ? after.sequence : this.#log.lastWith(after.fingerprint)?.sequence;
    return position === undefined ? { position: newest - 1, replayTo: 0 } : { position, replayTo: newest };
  }

  #newestAfter(position: number): StateEvent<S> | undefined {
    const last = this.#log.last;
    return last && last.sequence > position ? last : undefined;
  }

  /** One read per person, however many of their subscriptions ask at once. Returns when the right was proven. */
  async #prove(identity: Identity, signal: AbortSignal): Promise<number> {
    const { key } = identity.caller;
    for (let asked: string | null = null; ; ) {
      const provenAt = this.#deps.rights.provenAt(key, this.#source.subject);
      if (provenAt !== null) return provenAt;
      const assertion = identity.assertion();
      try {
        await this.#checks.join(key, signal, (ending) => {
          asked = assertion;
          return this.#read(identity, ending);
        });
      } catch (error) {
        // A check shared with another subscription of this person used that one's token: this one may be better.
        if (signal.aborted || blameOf(error) !== 'token' || asked === assertion) throw error;
      }
    }
  }

  async #read(identity: Identity, signal: AbortSignal): Promise<void> {
    const order = ++this.#reads;
    const startedAt = this.#deps.clock.now();
    const state = await withinDeadline(this.#deps.clock, signal, (ending) =>
      this.#source.read(identity, ending),
    );
    this.#deps.rights.prove(identity.caller.key, this.#source.subject, startedAt);
    this.#audience.proven(identity.caller.key, startedAt);
    if (order < this.#newestRead) return; // overtaken: a read begun later has told a newer state
    this.#newestRead = order;
    this.#take(state);
  }

  #take(state: S): void {
    this.#readAt = this.#deps.clock.now();
    this.#isCurrent = true;
    const fingerprint = this.#source.fingerprint(state);
    const isNews = !this.isFinal && this.#log.last?.fingerprint !== fingerprint;
    if (!this.isFinal) this.#state = state;
    if (isNews) {
      this.#log.append(state, fingerprint, new Date(this.#readAt));
      this.#changedAt = this.#readAt;
      this.#hooks.changed();
    }
    this.#loop.poke();
    this.#bell.ring();
  }

  #dueIn(): number | null {
    if (this.isFinal) return null;
    if (!this.#isCurrent || this.#state === undefined) return 0;
    const pace = this.#source.pace(this.#state, this.#readAt - this.#changedAt);
    return this.#readAt + pace - this.#deps.clock.now();
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

  #forget(identity: Identity): void {
    this.#deps.rights.forget(identity.caller.key, this.#source.subject);
  }

  #rest(): void {
    this.#loop.stop();
    this.#isCurrent = false;
    this.#hooks.emptied();
  }
}
