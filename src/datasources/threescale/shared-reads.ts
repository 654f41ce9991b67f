import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { CallContext } from '../../domain/callers.ts';
import type { Clock } from '../../domain/clock.ts';
import { unlessAborted } from '../../domain/deadline.ts';

type Held = { value: Promise<unknown>; readAt: number };

/** What is the same for everybody: read once for all who ask within a minute. Failures are not kept. */
export type SharedReads = {
  /** `signal` ends the wait, not the reading. */
  get<T>(
    name: string,
    read: (call: CallContext) => Promise<T>,
    options: { signal: AbortSignal; maxAgeMs?: number },
  ): Promise<T>;
  forget(name: string): void;
};

const keptMs = 60_000;

export function createSharedReads(clock: Clock, max = 2_000): SharedReads {
  const known = new LRUCache<string, Held>({ max });
  return {
    get<T>(
      name: string,
      read: (call: CallContext) => Promise<T>,
      { signal, maxAgeMs = keptMs }: { signal: AbortSignal; maxAgeMs?: number },
    ): Promise<T> {
      const held = known.get(name);
      if (held && clock.now() - held.readAt < maxAgeMs)
        return unlessAborted(held.value as Promise<T>, signal);
      const value = read(nobodys());
      known.set(name, { value, readAt: clock.now() });
      value.catch(() => {
        if (known.peek(name)?.value === value) known.delete(name);
      });
      return unlessAborted(value, signal);
    },
    forget: (name) => void known.delete(name),
  };
}

/** No operation's own: whoever began it may leave while others wait. Each call has its deadline. */
export const nobodys = (): CallContext => ({
  signal: new AbortController().signal,
  requestId: randomUUID(),
  traceparent: '',
});
