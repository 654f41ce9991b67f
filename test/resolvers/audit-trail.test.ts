import { expect, test, vi } from 'vitest';
import type { AuditNote } from '../../src/domain/audit.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { createAuditTrail } from '../../src/resolvers/audit-trail.ts';

const event = (target: string): AuditNote => ({
  at: new Date(0),
  actor: 'entra:t:ada',
  actorKind: 'USER',
  action: 'sendMessage',
  target,
  outcome: 'OK',
  upstream: 'AZURE_FOUNDRY',
  requestId: 'r',
  keyPrefix: null,
});

/** A clock whose sleeps end when told, and a store that fails as often as told. */
function stage({ failures = 0 } = {}) {
  const sleeps: { ms: number; end: () => void }[] = [];
  const clock = {
    now: () => 0,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        sleeps.push({ ms, end: resolve });
      }),
  };
  const written: string[][] = [];
  const keys: string[][] = [];
  const lost: (string | null)[] = [];
  let left = failures;
  const trail = createAuditTrail({
    clock,
    append: async (events) => {
      keys.push(events.map(({ key }) => key));
      if (left-- > 0) throw new Error('down');
      written.push(events.map(({ target }) => target ?? ''));
    },
    lost: (events) => void lost.push(...events.map(({ target }) => target)),
  });
  const nextSleep = async (count: number) => {
    await vi.waitFor(() => expect(sleeps.length).toBeGreaterThanOrEqual(count));
    return sleeps[count - 1] as (typeof sleeps)[number];
  };
  return { trail, written, keys, lost, sleeps, nextSleep };
}

test('what comes within half a second is one write, and what comes later the next', async () => {
  const { trail, written, nextSleep } = stage();
  for (const target of ['a', 'b', 'c']) trail.record(event(target));
  const first = await nextSleep(1);
  expect(first.ms).toBeLessThan(1_000);
  expect(written).toEqual([]);
  first.end();
  await vi.waitFor(() => expect(written).toEqual([['a', 'b', 'c']]));
  trail.record(event('d'));
  (await nextSleep(2)).end();
  await vi.waitFor(() => expect(written).toEqual([['a', 'b', 'c'], ['d']]));
});

test('a write that fails is tried again, ever later, in order, with what came meanwhile', async () => {
  const { trail, written, lost, nextSleep } = stage({ failures: 2 });
  trail.record(event('a'));
  (await nextSleep(1)).end();
  const second = await nextSleep(2);
  trail.record(event('b'));
  second.end();
  const third = await nextSleep(3);
  expect(third.ms).toBe(second.ms * 2);
  third.end();
  await vi.waitFor(() => expect(written).toEqual([['a', 'b']]));
  expect(lost).toEqual([]);
});

test('closing writes at once what waits, and takes no more', async () => {
  const { trail, written, lost } = stage();
  trail.record(event('a'));
  await trail.close();
  expect(written).toEqual([['a']]);
  trail.record(event('late'));
  expect(lost).toEqual(['late']);
});

test('closing on a store that stays down ends in time, and tells what was lost', async () => {
  const { trail, lost, nextSleep } = stage({ failures: Number.POSITIVE_INFINITY });
  trail.record(event('a'));
  const closed = trail.close();
  await vi.waitFor(async () => {
    const deadline = await nextSleep(2);
    expect(deadline.ms).toBe(5_000);
    deadline.end();
  });
  await closed;
  expect(lost).toEqual(['a']);
});

test('the queue is bounded: what is beyond it is told, not kept', () => {
  const { trail, lost } = stage();
  for (let index = 0; index < 10_002; index++) trail.record(event(String(index)));
  expect(lost).toEqual(['10000', '10001']);
});

test('by the real clock an event is written within a second', async () => {
  const times: number[] = [];
  const trail = createAuditTrail({
    clock: systemClock,
    append: async () => void times.push(performance.now()),
    lost: () => undefined,
  });
  const start = performance.now();
  trail.record(event('a'));
  await vi.waitFor(() => expect(times).toHaveLength(1), { timeout: 2_000 });
  expect((times[0] ?? 0) - start).toBeLessThan(1_000);
});

test('an event that is written again has the key that it had', async () => {
  const { trail, keys, nextSleep } = stage({ failures: 1 });
  trail.record(event('a'));
  (await nextSleep(1)).end();
  const pause = await nextSleep(2);
  trail.record(event('b'));
  pause.end();
  await vi.waitFor(() => expect(keys).toHaveLength(2));
  const [[first], [again, other]] = keys as [string[], string[]];
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});
