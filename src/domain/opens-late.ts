/**
 * What `open` gives, opened when it is first asked for; from then on its iterator is handed through as it is, without
 * the promises that a generator around it would make for each thing that it gives on.
 */
export function opensLate<T>(open: () => Promise<AsyncIterable<T>>): AsyncIterableIterator<T, void> {
  let opening: Promise<AsyncIterator<T>> | null = null;
  let source: AsyncIterator<T> | null = null;
  let isOver = false;
  const iterator: AsyncIterableIterator<T, void> = {
    next() {
      if (source && !isOver) return source.next();
      if (isOver) return Promise.resolve({ done: true, value: undefined });
      opening ??= open().then((opened) => {
        source = opened[Symbol.asyncIterator]();
        return source;
      });
      return opening.then((opened) => opened.next());
    },
    async return() {
      isOver = true;
      await opening?.then(
        (opened) => opened.return?.(),
        () => undefined,
      );
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
