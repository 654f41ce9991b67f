import { randomUUID } from 'node:crypto';
import { printStateCursor } from './state-cursor.ts';

/** A state as it was first seen. `fingerprint` tells states that count as different apart. */
export type StateEvent<S> = { sequence: number; cursor: string; at: Date; state: S; fingerprint: string };

/** What a reader who was away may be given again. An AutoML run of 100 trials has some 200 changes. */
const maxEvents = 256;

/** The changes of one watched state, the newest `maxEvents` of them. `epoch` tells this log's numbers from another's. */
export class EventLog<S> {
  readonly epoch = randomUUID();
  readonly #subject: string;
  readonly #events: StateEvent<S>[] = [];
  #sequence = 0;

  constructor(subject: string) {
    this.#subject = subject;
  }

  get size(): number {
    return this.#events.length;
  }

  get last(): StateEvent<S> | undefined {
    return this.#events.at(-1);
  }

  append(state: S, fingerprint: string, at: Date): void {
    const sequence = ++this.#sequence;
    const cursor = printStateCursor(this.#subject, { epoch: this.epoch, sequence, fingerprint });
    this.#events.push({ sequence, cursor, at, state, fingerprint });
    if (this.#events.length > maxEvents) this.#events.shift();
  }

  /** The first kept event behind `sequence`. */
  after(sequence: number): StateEvent<S> | undefined {
    const first = this.#events[0];
    return first && this.#events[Math.max(0, sequence + 1 - first.sequence)];
  }

  lastWith(fingerprint: string): StateEvent<S> | undefined {
    return this.#events.findLast((event) => event.fingerprint === fingerprint);
  }
}
