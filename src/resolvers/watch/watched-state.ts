import type { Clock } from '../../domain/clock.ts';
import { Bell } from './bell.ts';
import type { EventLog, StateEvent } from './event-log.ts';
import type { StateCursor } from './state-cursor.ts';

/** How states are told apart. */
export type StateKind<S> = {
  /** Equal for states that count as the same. */
  fingerprint(state: S): string;
  /** A final state never changes again. */
  isFinal(state: S): boolean;
};

/** A change, and the fingerprint this reader was told before; null when it is their first. */
export type StateChange<S> = { event: StateEvent<S>; previous: string | null };

/** The newest state, the changes that led to it, and how readers follow them. */
export class WatchedState<S> {
  readonly #kind: StateKind<S>;
  readonly #log: EventLog<S>;
  readonly #clock: Clock;
  readonly #bell = new Bell();
  #state: S | undefined;
  #isPresent = false;
  #readAt = 0;
  #changedAt: number;

  constructor(kind: StateKind<S>, log: EventLog<S>, clock: Clock) {
    this.#kind = kind;
    this.#log = log;
    this.#clock = clock;
    this.#state = log.last?.state;
    this.#changedAt = clock.now();
  }

  get isFinal(): boolean {
    return this.#state !== undefined && this.#kind.isFinal(this.#state);
  }

  /** The state now, if it is known; `readAt` and `changedAt` are milliseconds since the epoch. */
  get newest(): { state: S; readAt: number; changedAt: number } | null {
    if (this.#state === undefined || !(this.#isPresent || this.isFinal)) return null;
    return { state: this.#state, readAt: this.#readAt, changedAt: this.#changedAt };
  }

  /** Takes what a read told. Returns whether it is a change. */
  take(state: S): boolean {
    this.#readAt = this.#clock.now();
    this.#isPresent = true;
    const fingerprint = this.#kind.fingerprint(state);
    const isChange = !this.isFinal && this.#log.last?.fingerprint !== fingerprint;
    if (!this.isFinal) this.#state = state;
    if (isChange) {
      this.#log.append(state, fingerprint, new Date(this.#readAt));
      this.#changedAt = this.#readAt;
    }
    this.#bell.ring();
    return isChange;
  }

  /** Nobody looks any more: what is known is of the past from now on, unless it is final. */
  outdate(): void {
    this.#isPresent = false;
  }

  /** The state now, waiting until it is known. */
  async present(signal: AbortSignal): Promise<S> {
    for (;;) {
      const { newest } = this;
      if (newest) return newest.state;
      await this.#bell.wait(signal);
    }
  }

  /**
   * The state now, or, behind `after`, what was missed; then each change until the final state.
   * A reader holds a position in the log and no queue: what changed while it was busy reaches it as one event, the
   * newest (its `previous` is what this reader was told before). Only what `after` missed is given step by step.
   * @throws the signal's reason.
   */
  async *changes(signal: AbortSignal, after: StateCursor | null): AsyncGenerator<StateChange<S>, void> {
    await this.present(signal);
    let { position, replayTo } = this.#opening(after);
    let previous = after?.fingerprint ?? null;
    for (;;) {
      signal.throwIfAborted();
      const event = position < replayTo ? this.#log.after(position) : this.#newestBehind(position);
      if (event) {
        yield { event, previous };
        position = event.sequence;
        previous = event.fingerprint;
      } else if (this.isFinal) return;
      else await this.#bell.wait(signal);
    }
  }

  /** Where a reader begins, and up to which event it is given every step. */
  #opening(after: StateCursor | null): { position: number; replayTo: number } {
    const newest = this.#log.last?.sequence ?? 0;
    const known = after && this.#positionOf(after, newest);
    return known === null ? { position: newest - 1, replayTo: 0 } : { position: known, replayTo: newest };
  }

  /** By its number where that is ours, else by the state it names; null where neither is known. */
  #positionOf({ epoch, sequence, fingerprint }: StateCursor, newest: number): number | null {
    const isOurs = epoch === this.#log.epoch && sequence >= 0 && sequence <= newest;
    return isOurs ? sequence : (this.#log.lastWith(fingerprint)?.sequence ?? null);
  }

  #newestBehind(position: number): StateEvent<S> | undefined {
    const { last } = this.#log;
    return last && last.sequence > position ? last : undefined;
  }
}
