import type { ResponseRecord } from '../state/responses.ts';
import type { StreamFault } from '../stream-faults.ts';

/** Why work on a response was stopped. */
export type Stop = 'cancelled' | 'shutdown';

/** A response under way, which any number of readers may follow. */
export type Live = {
  record: ResponseRecord;
  /** Its events so far, as JSON; the index is the sequence number. */
  events: string[];
  /** How many of them are in the store. */
  stored: number;
  /** Faults of the connection that are still to come, each before the event of that sequence number. */
  faults: { before: number; fault: StreamFault }[];
  ended: boolean;
  stop: AbortController;
  /** Settles when the response has ended and is stored. */
  done: Promise<void>;
  /** Each called when there is an event, a fault or the end to be told. */
  readers: Set<() => void>;
  wake(): void;
};

export function createLive(record: ResponseRecord): Live {
  const readers: Live['readers'] = new Set();
  return {
    record,
    events: [],
    stored: 0,
    faults: [],
    ended: false,
    stop: new AbortController(),
    done: Promise.resolve(),
    readers,
    wake: () => {
      for (const tell of readers) tell();
    },
  };
}
