import { unlessAborted } from '../../domain/deadline.ts';

/** Work that goes on for all who want the same at once, and for nobody's sake in particular. */
export type Flights<T> = {
  /** `isFirst` to one of those who are still there when it has ended. `signal` ends the wait, not the work. */
  join(key: string, begin: () => Promise<T>, signal: AbortSignal): Promise<{ result: T; isFirst: boolean }>;
};

type Flight<T> = { work: Promise<T>; told: boolean };

export function createFlights<T>(): Flights<T> {
  const flying = new Map<string, Flight<T>>();
  const start = (key: string, begin: () => Promise<T>): Flight<T> => {
    const landed = () => void flying.delete(key);
    const flight = { work: begin(), told: false };
    flying.set(key, flight);
    flight.work.then(landed, landed);
    return flight;
  };
  return {
    async join(key, begin, signal) {
      signal.throwIfAborted();
      const flight = flying.get(key) ?? start(key, begin);
      const result = await unlessAborted(flight.work, signal);
      const isFirst = !flight.told;
      flight.told = true;
      return { result, isFirst };
    },
  };
}
