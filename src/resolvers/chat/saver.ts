import type { ReplyUpdate } from '../../datasources/supabase/store.ts';
import type { Clock } from '../../domain/clock.ts';
import { codeOf } from '../../domain/errors.ts';
import { withinDeadline } from '../watch/waiting.ts';

/** Between two writes of a text that grows. */
const paceMs = 1_000;
/** Before each try to write the last state. */
const lastTriesMs = [0, 250, 1_000, 4_000];

export type Saved = {
  /** As it is now. */
  state(): ReplyUpdate;
  write(update: ReplyUpdate): Promise<void>;
  /** Called where there is nothing left to write to. */
  gone(): unknown;
};

/**
 * Writes one reply's state: about once a second while it changes, never twice at a time, and always whole, so that a
 * write that failed is made good by the next.
 */
export class Saver {
  readonly #clock: Clock;
  readonly #saved: Saved;
  readonly #stopping = new AbortController();
  #dirty = false;
  #loop: Promise<void> | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(clock: Clock, saved: Saved) {
    this.#clock = clock;
    this.#saved = saved;
  }

  /** Within a second. */
  soon(): void {
    this.#dirty = true;
    if (!this.#stopping.signal.aborted) this.#loop ??= this.#run();
  }

  /** As soon as the write under way is done. */
  now(): void {
    this.#dirty = true;
    this.#writing = this.#writing.then(() => this.#save());
  }

  /** Writes `update` and nothing after it. False where the store did not take it after a few tries. */
  async last(update: () => ReplyUpdate): Promise<boolean> {
    this.#stopping.abort();
    await this.#writing;
    for (const delayMs of lastTriesMs) {
      try {
        if (delayMs > 0) await this.#clock.sleep(delayMs);
        await this.#bounded(update());
        return true;
      } catch (error) {
        // The next try is the answer; after the last, the reply is settled at its owner's next call.
        if (codeOf(error) === 'NOT_FOUND') return true;
      }
    }
    return false;
  }

  async #run(): Promise<void> {
    try {
      while (this.#dirty) {
        await this.#clock.sleep(paceMs, this.#stopping.signal);
        this.#writing = this.#writing.then(() => this.#save());
        await this.#writing;
      }
    } catch {
      // Stopped while it slept.
    } finally {
      this.#loop = null;
    }
  }

  async #save(): Promise<void> {
    if (!this.#dirty || this.#stopping.signal.aborted) return;
    this.#dirty = false;
    try {
      await this.#bounded(this.#saved.state());
    } catch (error) {
      if (codeOf(error) === 'NOT_FOUND') this.#saved.gone();
      else this.soon();
    }
  }

  #bounded(update: ReplyUpdate): Promise<void> {
    return withinDeadline(this.#clock, new AbortController().signal, () => this.#saved.write(update));
  }
}
