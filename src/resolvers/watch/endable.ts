import { waitsUnlessAborted } from '../../domain/deadline.ts';

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
  const unlessEnded = waitsUnlessAborted(ended.signal);
  const source = open(ending.signal);
  const finished = { done: true, value: undefined } as const;
  const end = () => {
    signal.removeEventListener('abort', end);
    ending.abort();
    ended.abort();
    source.return?.().catch(() => {});
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  const iterator: AsyncIterableIterator<T> = {
    async next() {
      if (ending.signal.aborted) return finished;
      try {
        const result = await unlessEnded(source.next());
        if (result.done) end();
        return result;
      } catch (error) {
        if (ending.signal.aborted) return finished;
        end();
        throw error;
      }
    },
    async return() {
      end();
      return finished;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
