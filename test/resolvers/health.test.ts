import { expect, test } from 'vitest';
import type { Probe } from '../../src/domain/health.ts';
import { createHealth } from '../../src/resolvers/health.ts';

function fakeClock() {
  let now = 0;
  return { now: () => now, sleep: async () => {}, pass: (ms: number) => (now += ms) };
}
const up: Probe = { name: 'arm', provider: 'AZURE_ML', check: async () => {} };
const down: Probe = {
  name: 'entra',
  provider: null,
  check: () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7:443')),
};
const off: Probe = { name: 'genie', provider: 'DATABRICKS', check: null };

test('one probe serves all callers for five seconds', async () => {
  const clock = fakeClock();
  let probes = 0;
  const health = createHealth(() => [{ ...up, check: async () => void probes++ }], clock);
  await Promise.all(Array.from({ length: 50 }, health));
  clock.pass(4_999);
  await health();
  expect(probes).toBe(1);
  clock.pass(1);
  await health();
  expect(probes).toBe(2);
});

test.each([
  [[up, off], 'HEALTHY'],
  [[up, down], 'DEGRADED'],
  [[down, off], 'UNHEALTHY'],
  [[off], 'NOT_CONFIGURED'],
] as const)('the whole is judged by the configured ones (%#)', async (probes, status) => {
  expect((await createHealth(() => [...probes], fakeClock())()).status).toBe(status);
});

test('no message names a host', async () => {
  const { services } = await createHealth(() => [down], fakeClock())();
  expect(services[0]).toMatchObject({
    status: 'UNHEALTHY',
    latencyMs: null,
    message: 'entra does not answer.',
  });
});
