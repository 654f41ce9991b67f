import { expect, test } from 'vitest';
import { readQuotas } from '../src/config/quotas.ts';
import { readerOf } from '../src/config/settings.ts';

function read(env: Record<string, string>) {
  const settings = readerOf(env);
  return { quotas: readQuotas(settings), faults: settings.faults };
}

test('one operation may cost a lot, and all together what they like, unless it is said', () => {
  expect(read({})).toEqual({ quotas: { maxCost: 10_000, costPerMinute: null }, faults: [] });
});

test('both can be set', () => {
  const { quotas } = read({ MLGRAPH_MAX_COST: '500', MLGRAPH_COST_PER_MINUTE: '6000' });
  expect(quotas).toEqual({ maxCost: 500, costPerMinute: 6_000 });
});

test.each(['0', '-1', '1.5', 'none', '1e3', '99999999999'])('%s is no bound', (value) => {
  expect(read({ MLGRAPH_MAX_COST: value, MLGRAPH_COST_PER_MINUTE: value }).faults).toEqual([
    expect.stringMatching(/^MLGRAPH_MAX_COST: /),
    expect.stringMatching(/^MLGRAPH_COST_PER_MINUTE: /),
  ]);
});
