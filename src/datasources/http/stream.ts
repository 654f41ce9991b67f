import { DeadlinePassed } from './deadline.ts';
import { AnswerBroken, type Body } from './exchange.ts';

/** Unread bytes beyond which the connection is read no further. */
const mostUnread = 256 * 1024;

/** The life of one stream: a signal that ends with its parent's or when time is up, and what is to be let go of then. */
export type Life = {
  signal: AbortSignal;
  /** Ends it after `ms` unless something is expected, or nothing, before. Null: nothing is waited for. */
  expect(ms: number | null): void;
  /** Ends it now; a reason means that somebody else than its reader ended it. */
  end(reason?: unknown): void;
};

/** `onEnd` is called once. The total counts from now. */
export function beginLife(parent: AbortSignal, totalMs: number, onEnd: () => void): Life {
  const controller = new AbortController();
  /** Left running while nothing is expected, and wound up again: a stream expects something with each of its words. */
  let waiting: { timer: NodeJS.Timeout; ms: number } | null = null;
  let isExpecting = false;
  const late = () => end(new DeadlinePassed('the stream stalled'));
  const total = setTimeout(late, totalMs);
  const onAbort = () => end(parent.reason);
  function end(reason: unknown = new Error('the reader left')): void {
    if (controller.signal.aborted) return;
    clearTimeout(total);
    clearTimeout(waiting?.timer);
    parent.removeEventListener('abort', onAbort);
    controller.abort(reason);
    onEnd();
  }
  parent.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    expect(ms) {
      isExpecting = ms !== null && !controller.signal.aborted;
      if (ms === null || !isExpecting) return;
      if (waiting?.ms === ms) return void waiting.timer.refresh();
      clearTimeout(waiting?.timer);
      waiting = { timer: setTimeout(() => isExpecting && late(), ms), ms };
    },
    end,
  };
}

/**
 * The chunks of a body, one read at a time. They are taken off the body as they come, up to a bound: a body that
 * breaks off would throw away what nobody had read yet.
 * @throws From `next()`: what `errorOf` makes of AnswerBroken, or of the reason for which `life` ended.
 */
export function chunksOf(
  body: Body,
  life: Life,
  { idleMs, errorOf }: { idleMs: number; errorOf(failure: unknown): unknown },
): AsyncIterableIterator<Uint8Array> {
  const unread = collect(body, life.signal);
  // Then whatever else is late is the reader.
  body.once('data', () => life.expect(null));
  const finished = { done: true, value: undefined } as const;
  let left = false;
  let first = true;
  const leave = () => {
    left = true;
    life.end();
    body.destroy();
  };
  const iterator: AsyncIterableIterator<Uint8Array> = {
    async next() {
      if (left) return finished;
      if (!first) life.expect(idleMs);
      try {
        while (unread.isEmpty()) await unread.more();
        const chunk = unread.take();
        life.expect(null);
        first = false;
        if (chunk) return { done: false, value: chunk };
        leave();
        return finished;
      } catch (error) {
        if (left) return finished;
        leave();
        throw errorOf(error);
      }
    },
    async return() {
      leave();
      return finished;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

type Unread = {
  /** Neither bytes nor an end. */
  isEmpty(): boolean;
  /** Resolves when it may no longer be empty. */
  more(): Promise<void>;
  /** All that came; null at the clean end. An abort overtakes whatever is unread. */
  take(): Uint8Array | null;
};

function collect(body: Body, signal: AbortSignal): Unread {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let end: 'clean' | { cause: unknown } | null = null;
  let wake = () => {};
  const finish = (how: NonNullable<typeof end>) => {
    end ??= how;
    wake();
  };
  body.on('data', (chunk: Uint8Array) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > mostUnread) body.pause();
    wake();
  });
  body.once('end', () => finish('clean'));
  body.on('error', (cause) => finish({ cause }));
  body.once('close', () => finish({ cause: new Error('closed') }));
  signal.addEventListener('abort', () => wake(), { once: true });
  return {
    isEmpty: () => chunks.length === 0 && !end && !signal.aborted,
    more: () =>
      new Promise<void>((resolve) => {
        wake = resolve;
      }),
    take() {
      if (signal.aborted) throw signal.reason;
      const [first, ...others] = chunks.splice(0);
      if (first) {
        bytes = 0;
        if (body.isPaused()) body.resume();
        return others.length === 0 ? first : Buffer.concat([first, ...others]);
      }
      if (end === null || end === 'clean') return null;
      throw new AnswerBroken('the answer broke off', end);
    },
  };
}
