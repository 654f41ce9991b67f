import { unlessAborted } from '../../domain/deadline.ts';

type Flight<T> = { outcome: Promise<T>; passengers: number; ending: AbortController };

/**
 * One piece of work per key at a time: who asks meanwhile shares its outcome. It outlives the one who started it,
 * and is aborted when the last passenger has left.
 */
export class Flights<K, T> {
  readonly #flights = new Map<K, Flight<T>>();

  has(key: K): boolean {
    return this.#flights.has(key);
  }

  async join(key: K, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const flight = this.#flights.get(key) ?? this.#launch(key, start);
    flight.passengers++;
    try {
      return await unlessAborted(flight.outcome, signal);
    } finally {
      flight.passengers--;
      if (flight.passengers === 0) {
        this.#land(key, flight);
        flight.ending.abort();
      }
    }
  }

  #launch(key: K, start: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const ending = new AbortController();
    const flight: Flight<T> = { outcome: start(ending.signal), passengers: 0, ending };
    this.#flights.set(key, flight);
    flight.outcome.catch(() => {}).finally(() => this.#land(key, flight));
    return flight;
  }

  #land(key: K, flight: Flight<T>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}
