import { waitsUnlessAborted } from '../../domain/deadline.ts';

/** One for all: an abort without a reason makes a new error each time, which costs. */
const left = new Error('the reader has left');

/**
 * An iterable over a generator that ends at once by `return()` or by `signal`, also while it waits inside `next()`,
 * where a bare generator would queue the `return()` until something comes (graphql-ws, issue 653).
 * The generator is given a signal that ends with either; its consumer sees a plain end, not that signal's reason.
 */
export function endable<T>(
  signal: AbortSignal,
  open: (signal: AbortSignal) => AsyncIterableIterator<T, void>,
): AsyncIterableIterator<T> {
  const ending = new AbortController();
  /** Told after the source, which has stopped by then. */
  const ended = new AbortController();
  const unlessEnded = waitsUnlessAborted<IteratorResult<T, void>>(ended.signal);
  const source = open(ending.signal);
  const finished = { done: true, value: undefined } as const;
  const end = () => {
    signal.removeEventListener('abort', end);
    ending.abort(left);
    ended.abort(left);
    source.return?.().catch(() => {});
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  const given = (result: IteratorResult<T, void>) => {
    if (result.done) end();
    return result;
  };
  const failed = (error: unknown) => {
    if (ending.signal.aborted) return finished;
    end();
    throw error;
  };
  const iterator: AsyncIterableIterator<T> = {
    next() {
      return ending.signal.aborted
        ? Promise.resolve(finished)
        : unlessEnded(source.next()).then(given, failed);
    },
    async return() {
      end();
      return finished;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
