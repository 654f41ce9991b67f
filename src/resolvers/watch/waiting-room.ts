import type { Seat } from './audience.ts';

type Waiter<T> = { seat: Seat; wake(value: T): void };

/** Seats that wait, each for what comes at one key; what comes is handed to them directly, never queued. */
export class WaitingRoom<K, T> {
  readonly #waiting = new Map<K, Set<Waiter<T>>>();

  get keys(): K[] {
    return [...this.#waiting.keys()];
  }

  get seats(): Seat[] {
    return [...this.#waiting.values()].flatMap((waiters) => [...waiters].map(({ seat }) => seat));
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Resolves with what comes at `key`, or rejects as soon as the seat ends, `left` being called then. */
  wait(key: K, seat: Seat, left: () => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (seat.signal.aborted) return reject(seat.signal.reason);
      const onEnd = () => {
        this.#remove(key, waiter);
        reject(seat.signal.reason);
        left();
      };
      const wake = (value: T) => {
        seat.signal.removeEventListener('abort', onEnd);
        resolve(value);
      };
      const waiter = { seat, wake };
      this.#waiting.set(key, (this.#waiting.get(key) ?? new Set()).add(waiter));
      seat.signal.addEventListener('abort', onEnd, { once: true });
    });
  }

  wake(key: K, value: T): void {
    const waiters = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    for (const { wake } of waiters) wake(value);
  }

  #remove(key: K, waiter: Waiter<T>): void {
    const waiters = this.#waiting.get(key);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.#waiting.delete(key);
  }
}
