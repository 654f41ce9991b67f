import { expect, test } from 'vitest';
import type { UsageBatch, UsageCount } from '../../src/domain/api-keys.ts';
import { createUsage } from '../../src/resolvers/api-key-usage.ts';
import { FakeClock, settled } from './watch-support.ts';

/** A database that can be down, or lose its answers. */
function stage() {
  const clock = new FakeClock();
  const state = { down: false, answerLost: false };
  const batches: UsageBatch[] = [];
  const lost: UsageCount[] = [];
  const usage = createUsage({
    clock,
    async write(batch) {
      if (state.down) throw new Error('down');
      batches.push(batch);
      if (state.answerLost) throw new Error('cut');
    },
    lost: (counts) => void lost.push(...counts),
  });
  const written = () =>
    batches.map(({ batch, counts }) => [batch, counts.map(({ keyId, requests }) => [keyId, requests])]);
  return { clock, state, usage, batches, lost, written };
}

test('what is counted within a second is one write, a row for each key and day of UTC', async () => {
  const { clock, usage, batches } = stage();
  await clock.advance(86_400_000 - 500);
  usage.count('one', { cost: 5 });
  usage.count('one', { errors: 1, cost: 7 });
  usage.count('two');
  await clock.advance(500);
  usage.count('one');
  expect(batches).toEqual([]);
  await clock.advance(500);
  const first = { keyId: 'one', date: '2026-11-01', usedAt: new Date('2026-11-01T23:59:59.500Z') };
  expect(batches).toEqual([
    {
      writer: expect.stringMatching(/^[0-9a-f-]{36}$/),
      batch: 1,
      counts: [
        { ...first, requests: 2, errors: 1, cost: 12 },
        { ...first, keyId: 'two', requests: 1, errors: 0, cost: 0 },
        { keyId: 'one', date: '2026-11-02', requests: 1, errors: 0, cost: 0, usedAt: new Date('2026-11-02') },
      ],
    },
  ]);
  await clock.advance(10_000);
  expect(batches).toHaveLength(1);
  expect(clock.sleeping).toBe(0);
});

test('a batch that may have been written is sent again as it was, and what comes meanwhile in the next', async () => {
  const { clock, state, usage, batches, written } = stage();
  state.answerLost = true;
  usage.count('one');
  await clock.advance(1_000);
  usage.count('one');
  usage.count('two');
  await clock.advance(500);
  expect(written()).toEqual([
    [1, [['one', 1]]],
    [1, [['one', 1]]],
  ]);
  expect(new Set(batches.map(({ writer }) => writer)).size).toBe(1);
  state.answerLost = false;
  await clock.advance(60_000);
  expect(written().slice(2)).toEqual([
    [1, [['one', 1]]],
    [
      2,
      [
        ['one', 1],
        ['two', 1],
      ],
    ],
  ]);
});

test('nothing is lost while the database is down, and it is asked ever more rarely', async () => {
  const { clock, state, usage, written } = stage();
  state.down = true;
  usage.count('one');
  await clock.advance(60_000);
  expect(clock.longestSleep).toBeGreaterThan(5_000);
  usage.count('one');
  state.down = false;
  await clock.advance(20_000);
  expect(written()).toEqual([
    [1, [['one', 1]]],
    [2, [['one', 1]]],
  ]);
});

test('what is left is written when the process ends, and told where it cannot be', async () => {
  const good = stage();
  good.usage.count('one');
  await good.usage.close();
  expect(good.written()).toEqual([[1, [['one', 1]]]]);
  good.usage.count('one');
  expect(good.lost).toMatchObject([{ keyId: 'one' }]);

  const { clock, state, usage, lost, batches } = stage();
  state.down = true;
  usage.count('one');
  await clock.advance(1_000);
  usage.count('two');
  const closed = usage.close(5_000);
  await settled();
  await clock.advance(5_000);
  await closed;
  expect(lost.map(({ keyId }) => keyId)).toEqual(['one', 'two']);
  expect(batches).toEqual([]);
});

test('nobody fills the memory with keys', async () => {
  const { state, usage, lost } = stage();
  state.down = true;
  for (let index = 0; index < 10_001; index++) usage.count(`key-${index}`);
  expect(lost).toMatchObject([{ keyId: 'key-10000' }]);
  usage.count('key-0');
  expect(lost).toHaveLength(1);
});
