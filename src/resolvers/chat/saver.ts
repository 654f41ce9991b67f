import type { ReplyUpdate } from '../../datasources/supabase/store.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Round } from './saving-round.ts';
import type { ReplyStore } from './upstream.ts';

/** Before each try to write the last state. */
const lastTriesMs = [0, 250, 1_000, 4_000];

export type Saved = {
  key: string;
  store: Pick<ReplyStore, 'updateReplies'>;
  /** As it is now. */
  state(): ReplyUpdate;
  /** Called where there is nothing left to write to. */
  gone(): unknown;
};

/**
 * Writes one reply's state: with the round of its person while it changes, never twice at a time, and always whole, so
 * that a write that failed is made good by the next.
 */
export class Saver {
  readonly #clock: Clock;
  readonly #round: Round;
  readonly #saved: Saved;
  #dirty = false;
  #stopped = false;

  constructor(clock: Clock, round: Round, saved: Saved) {
    this.#clock = clock;
    this.#round = round;
    this.#saved = saved;
  }

  /** Within a second. */
  soon(): void {
    if (this.#dirty || this.#stopped) return;
    this.#dirty = true;
    this.#round.join(this);
  }

  /** As soon as the write under way is done. */
  now(): void {
    this.#dirty = true;
    this.save();
  }

  /** Never rejects. */
  async save(): Promise<void> {
    if (!this.#dirty || this.#stopped) return;
    this.#dirty = false;
    try {
      if (!(await this.#write(this.#saved.state))) this.#saved.gone();
    } catch {
      this.soon();
    }
  }

  /** Writes `update` and nothing after it. False where the store did not take it after a few tries. */
  async last(update: () => ReplyUpdate): Promise<boolean> {
    this.#stopped = true;
    this.#round.leave(this);
    for (const delayMs of lastTriesMs) {
      try {
        if (delayMs > 0) await this.#clock.sleep(delayMs);
        await this.#write(update);
        return true;
      } catch {
        // The next try is the answer; after the last, the reply is settled at its owner's next call.
      }
    }
    return false;
  }

  #write(state: () => ReplyUpdate): Promise<boolean> {
    const { key, store } = this.#saved;
    return this.#round.write({ key, store, state });
  }
}
