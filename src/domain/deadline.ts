import type { Clock } from './clock.ts';

/**
 * Settles as `work` does, or rejects with the signal's reason as soon as it aborts; leaves nothing on the signal.
 * It ends this wait, never the work.
 */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    const settled = () => signal.removeEventListener('abort', onAbort);
    work.then(
      (value) => {
        settled();
        resolve(value);
      },
      (error) => {
        settled();
        reject(error);
      },
    );
  });
}

/** `unlessAborted` for many waits on one signal, one after the other: what it takes for each is one promise. */
export function waitsUnlessAborted<T>(signal: AbortSignal): (work: Promise<T>) => Promise<T> {
  let waiting: { resolve(value: T): void; reject(reason: unknown): void } | null = null;
  const settled = (value: T) => {
    waiting?.resolve(value);
    waiting = null;
  };
  const failed = (reason: unknown) => {
    waiting?.reject(reason);
    waiting = null;
  };
  signal.addEventListener('abort', () => failed(signal.reason), { once: true });
  return (work) => {
    if (waiting || signal.aborted) return unlessAborted(work, signal);
    work.then(settled, failed);
    return new Promise((resolve, reject) => {
      waiting = { resolve, reject };
    });
  };
}

export type Deadline = {
  clock: Clock;
  milliseconds: number;
  /** Also ends the work. */
  signal: AbortSignal;
  /** What is thrown when the time is over. */
  error: () => Error;
};

/** One for all: an abort without a reason makes a new error each time, which costs. */
const settled = new Error('the work has settled');

/**
 * Runs work under a deadline; its signal tells it to stop, and nobody waits for it any longer then. Nothing stays
 * attached to the deadline's own signal, which may be as old as the process.
 */
export async function within<T>(deadline: Deadline, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { clock, milliseconds, signal, error } = deadline;
  signal.throwIfAborted();
  const done = new AbortController();
  const stop = new AbortController();
  const onAbort = () => stop.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  clock.sleep(milliseconds, done.signal).then(
    () => stop.abort(error()),
    () => undefined,
  );
  try {
    return await unlessAborted(work(stop.signal), stop.signal);
  } finally {
    done.abort(settled);
    signal.removeEventListener('abort', onAbort);
  }
}
