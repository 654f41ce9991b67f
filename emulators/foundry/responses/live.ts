import type { ResponseRecord } from '../state/responses.ts';
import type { StreamFault } from '../stream-faults.ts';

/** Why work on a response was stopped. */
export type Stop = 'cancelled' | 'shutdown';

/** A response under way, which any number of readers may follow. */
export type Live = {
  record: ResponseRecord;
  /** Events that are on disk, as JSON; the index is the sequence number. */
  events: string[];
  /** The sequence number of the next event. */
  next: number;
  /** Faults of the connection that are still to come, each before the event of that sequence number. */
  faults: { before: number; fault: StreamFault }[];
  ended: boolean;
  stop: AbortController;
  /** Settles when the response has ended and is stored. */
  done: Promise<void>;
  /** Settles at the next event, at the end, or when the signal aborts. */
  changed(signal: AbortSignal): Promise<void>;
  wake(): void;
};

export function createLive(record: ResponseRecord): Live {
  let waiting: (() => void)[] = [];
  return {
    record,
    events: [],
    next: 0,
    faults: [],
    ended: false,
    stop: new AbortController(),
    done: Promise.resolve(),
    changed: (signal) =>
      new Promise((resolve) => {
        const settle = () => {
          signal.removeEventListener('abort', settle);
          resolve();
        };
        signal.addEventListener('abort', settle, { once: true });
        waiting.push(settle);
        if (signal.aborted) settle();
      }),
    wake: () => {
      const woken = waiting;
      waiting = [];
      for (const settle of woken) settle();
    },
  };
}
