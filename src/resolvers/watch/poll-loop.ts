import type { Identity } from '../../domain/callers.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Seat } from './audience.ts';
import { blameOf, Patience, rightLost } from './failures.ts';

export type PollSource = {
  /** Milliseconds until the next poll is due (0 or less: now); null when there is nothing more to poll. */
  dueIn(): number | null;
  /** With whose token to poll now; null when nobody is there but those passed over (`Caller.key`). */
  nextReader(passedOver: ReadonlyMap<string, unknown>): Identity | null;
  /** One poll; takes in what it read by itself. */
  read(identity: Identity, signal: AbortSignal): Promise<void>;
  end(which: (seat: Seat) => boolean, error: unknown): void;
};

const everyone = () => true;

/**
 * The one loop of a watch. Failures of the moment are tried again, those of a person end that person's seats and
 * the next person's token is used at once, those of the subject end all.
 */
export class PollLoop {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #source: PollSource;
  #running: AbortController | null = null;
  #nap: AbortController | null = null;

  constructor(clock: Clock, random: () => number, source: PollSource) {
    this.#clock = clock;
    this.#random = random;
    this.#source = source;
  }

  /** Does nothing while it runs. It ends by itself when nothing is due or nobody can read. */
  start(): void {
    if (this.#running) return;
    const running = new AbortController();
    this.#running = running;
    this.#run(running.signal)
      .catch((error) => running.signal.aborted || this.#source.end(everyone, error))
      .finally(() => this.#retire(running));
  }

  /** At once, with the read in flight. */
  stop(): void {
    const running = this.#running;
    this.#running = null;
    running?.abort();
    this.#nap?.abort();
  }

  /** Has it ask `dueIn` again. */
  poke(): void {
    this.#nap?.abort();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const patience = new Patience(this.#clock, this.#random);
    const missing = new Map<string, unknown>();
    let notBefore = 0;
    while (await this.#due(notBefore, signal)) {
      const identity = this.#source.nextReader(missing);
      if (!identity) return this.#nobody(missing);
      const used = { key: identity.caller.key, assertion: identity.assertion() };
      try {
        await this.#source.read(identity, signal);
        if (signal.aborted) return;
        patience.reset();
        this.#endMissing(missing);
      } catch (error) {
        if (signal.aborted) return;
        notBefore = this.#judge(error, used, missing, patience);
      }
    }
  }

  /** Ends those at fault. Returns when to poll again (milliseconds since the epoch). */
  #judge(
    error: unknown,
    used: { key: string; assertion: string },
    missing: Map<string, unknown>,
    patience: Patience,
  ): number {
    switch (blameOf(error)) {
      case 'moment':
        return this.#clock.now() + patience.delayAfter(error);
      case 'token':
        this.#source.end((seat) => seat.identity.assertion() === used.assertion, error);
        return 0;
      case 'person':
        this.#source.end((seat) => seat.identity.caller.key === used.key, error);
        return 0;
      case 'missing':
        missing.set(used.key, error);
        return 0;
      default:
        throw error;
    }
  }

  /** Another's read succeeded: it is there, and those who could not see it have lost their right. */
  #endMissing(missing: Map<string, unknown>): void {
    if (missing.size === 0) return;
    const keys = new Set(missing.keys());
    missing.clear();
    this.#source.end((seat) => keys.has(seat.identity.caller.key), rightLost());
  }

  /** Nobody is left to read, or it is missing for everyone: then it is gone. */
  #nobody(missing: Map<string, unknown>): void {
    this.#running = null;
    for (const error of missing.values()) this.#source.end(everyone, error);
  }

  /** Waits until a poll is due; false when there is nothing more to poll. */
  async #due(notBefore: number, signal: AbortSignal): Promise<boolean> {
    for (;;) {
      signal.throwIfAborted();
      const dueIn = this.#source.dueIn();
      if (dueIn === null) {
        this.#running = null;
        return false;
      }
      const wait = Math.max(dueIn, notBefore - this.#clock.now());
      if (wait <= 0) return true;
      await this.#sleep(wait);
    }
  }

  async #sleep(milliseconds: number): Promise<void> {
    const nap = new AbortController();
    this.#nap = nap;
    await this.#clock.sleep(milliseconds, nap.signal).catch(() => {});
    if (this.#nap === nap) this.#nap = null;
  }

  #retire(running: AbortController): void {
    if (this.#running === running) this.#running = null;
  }
}
