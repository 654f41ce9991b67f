import { endOf, type Identity } from '../../domain/callers.ts';
import type { ChatEvent } from '../../domain/chat.ts';
import type { Clock } from '../../domain/clock.ts';
import { opensLate } from '../../domain/opens-late.ts';
import { expired, tokenRanOut } from '../watch/audience.ts';
import { endable } from '../watch/endable.ts';

/** A timer holds no more than 24.8 days, and a token may be renewed meanwhile: look again after an hour. */
const longestSleepMs = 3_600_000;

/** Who reads which session here: each ended by itself, by its token's end, with its session, or with all. */
export class Audience {
  readonly #readers = new Map<string, Set<AbortController>>();
  readonly #clock: Clock;
  #closed: unknown = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A stream for one reader; what `open` gives ends with the signal that it gets. */
  seat(
    sessionKey: string,
    reader: { identity: Identity; signal: AbortSignal },
    open: (signal: AbortSignal) => Promise<AsyncIterable<ChatEvent>>,
  ): AsyncIterableIterator<ChatEvent> {
    const { identity, signal } = reader;
    return endable(signal, (left) => opensLate(async () => open(this.#admit(sessionKey, identity, left))));
  }

  /** Ends the readers of one session, or all and those yet to come, with `error`. */
  end(error: unknown, sessionKey?: string): void {
    if (sessionKey === undefined) this.#closed = error;
    const ended =
      sessionKey === undefined ? [...this.#readers.values()] : [this.#readers.get(sessionKey) ?? []];
    for (const readers of ended) for (const reader of readers) reader.abort(error);
  }

  /** One more reader, until it has left. Gives the signal that ends it. */
  #admit(sessionKey: string, identity: Identity, left: AbortSignal): AbortSignal {
    if (this.#closed !== null) throw this.#closed;
    left.throwIfAborted();
    const ending = new AbortController();
    const readers = this.#readers.get(sessionKey) ?? new Set();
    this.#readers.set(sessionKey, readers.add(ending));
    const leave = () => {
      ending.abort(left.reason);
      readers.delete(ending);
      if (readers.size === 0 && this.#readers.get(sessionKey) === readers) this.#readers.delete(sessionKey);
    };
    left.addEventListener('abort', leave, { once: true });
    this.#endWithToken(identity, ending).catch(() => {});
    return ending.signal;
  }

  async #endWithToken(identity: Identity, ending: AbortController): Promise<void> {
    while (!expired(identity, this.#clock)) {
      const remaining = endOf(identity.caller) - this.#clock.now();
      await this.#clock.sleep(Math.min(remaining, longestSleepMs), ending.signal);
    }
    ending.abort(tokenRanOut());
  }
}
