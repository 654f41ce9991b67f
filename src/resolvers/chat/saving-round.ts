import type { ReplyUpdate } from '../../datasources/supabase/store.ts';
import type { Clock } from '../../domain/clock.ts';
import { codeOf } from '../../domain/errors.ts';
import { withinDeadline } from '../watch/waiting.ts';
import type { Saver } from './saver.ts';
import type { ReplyStore } from './upstream.ts';

/** Between two writes of texts that grow. */
const paceMs = 1_000;
/** In one call. */
const maxReplies = 100;
const maxCharacters = 2 ** 20;

/** One reply's state, asked for when it is written. `store` is as the person, as that of all others of the round. */
export type Writing = {
  key: string;
  store: Pick<ReplyStore, 'updateReplies'>;
  state(): ReplyUpdate;
};
type Waiting = Writing & PromiseWithResolvers<boolean>;

/**
 * What one person's replies write: all that changed in a second goes in one call, and what is to be written at once
 * goes with what else waits, as soon as the call under way is done.
 */
export class Round {
  readonly #clock: Clock;
  readonly #phaseMs: number;
  readonly #growing = new Set<Saver>();
  readonly #waiting = new Map<string, Waiting>();
  #resting: AbortController | null = null;
  #isWriting = false;

  /** `phase`, of 0 to 1: where in the second its beat is, so that not all people's are at once. */
  constructor(clock: Clock, phase = 0) {
    this.#clock = clock;
    this.#phaseMs = paceMs * phase;
  }

  /** Has it saved at the next beat. */
  join(saver: Saver): void {
    this.#growing.add(saver);
    if (!this.#resting) this.#beat();
  }

  leave(saver: Saver): void {
    if (!this.#growing.delete(saver) || this.#growing.size > 0) return;
    this.#resting?.abort(allLeft);
    this.#resting = null;
  }

  /** False where there is no such reply; rejects as the store does. The last state asked for counts. */
  write(writing: Writing): Promise<boolean> {
    const { promise, resolve, reject } = this.#waiting.get(writing.key) ?? Promise.withResolvers<boolean>();
    this.#waiting.set(writing.key, { ...writing, promise, resolve, reject });
    if (!this.#isWriting) this.#writeAll();
    return promise;
  }

  async #beat(): Promise<void> {
    const resting = new AbortController();
    this.#resting = resting;
    try {
      while (this.#growing.size > 0) {
        const sinceBeat = (this.#clock.now() - this.#phaseMs) % paceMs;
        await this.#clock.sleep(paceMs - sinceBeat, resting.signal);
        const growing = [...this.#growing];
        this.#growing.clear();
        await Promise.all(growing.map((saver) => saver.save()));
      }
    } catch {
      // All have left while it slept.
    } finally {
      if (this.#resting === resting) this.#resting = null;
    }
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    await null; // Those of the same moment come along.
    while (this.#waiting.size > 0) await this.#writeSome(this.#take());
    this.#isWriting = false;
  }

  #take(): (Waiting & { change: ReplyUpdate })[] {
    const taken: (Waiting & { change: ReplyUpdate })[] = [];
    let characters = 0;
    for (const waiting of this.#waiting.values()) {
      const change = waiting.state();
      characters += change.content?.length ?? 0;
      if (taken.length > 0 && (taken.length === maxReplies || characters > maxCharacters)) break;
      taken.push({ ...waiting, change });
      this.#waiting.delete(waiting.key);
    }
    return taken;
  }

  /** Never rejects. One that the store refuses does not keep the others from it. */
  async #writeSome(taken: (Waiting & { change: ReplyUpdate })[]): Promise<void> {
    const store = taken.at(-1)?.store;
    try {
      const there = await withinDeadline(this.#clock, new AbortController().signal, async () =>
        store ? await store.updateReplies(taken) : new Set<string>(),
      );
      for (const { key, resolve } of taken) resolve(there.has(key));
    } catch (error) {
      if (taken.length > 1 && isOfOne(error)) for (const one of taken) await this.#writeSome([one]);
      else for (const { reject } of taken) reject(error);
    }
  }
}

const allLeft = new Error('nothing grows any more');

/** It may be one row that is at fault: else none would be taken now. */
const isOfOne = (error: unknown) =>
  ['BAD_USER_INPUT', 'CONFLICT', 'UPSTREAM_ERROR', 'INTERNAL'].includes(codeOf(error));

/** Each person's round, for as long as a reply of theirs needs it. */
export class Rounds {
  readonly #clock: Clock;
  readonly #open = new Map<string, { round: Round; uses: number }>();
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  open(ownerKey: string): { round: Round; close(): void } {
    const entry = this.#open.get(ownerKey) ?? { round: new Round(this.#clock, this.#nextPhase()), uses: 0 };
    this.#open.set(ownerKey, entry);
    entry.uses++;
    const close = () => {
      entry.uses--;
      if (entry.uses === 0) this.#open.delete(ownerKey);
    };
    return { round: entry.round, close };
  }

  /** By the golden ratio, which spreads any number of them evenly. */
  #nextPhase(): number {
    return (this.#count++ * 0.618_033_988_75) % 1;
  }
}
