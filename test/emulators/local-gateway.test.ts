import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { superviseGateway } from '../../emulators/local/gateway-process.ts';
import { freePort } from '../../emulators/local/ports.ts';

const entry = fileURLToPath(new URL('./support/gateway-double.ts', import.meta.url));

let port: number;
let ready: number[];
let restarts: string[];
let started: ReturnType<typeof superviseGateway> | undefined;
beforeEach(async () => {
  port = await freePort();
  ready = [];
  restarts = [];
});
afterEach(() => started?.stop());

const start = (env: Record<string, string> = {}) => {
  started = superviseGateway({
    entry,
    port,
    env: { PORT: String(port), HOST: '127.0.0.1', ...env },
    onStart: () => undefined,
    onReady: (pid) => void ready.push(pid),
    onRestart: (ending) => void restarts.push(ending),
  });
  return started;
};
const becomesReady = (times: number) => vi.waitFor(() => expect(ready).toHaveLength(times), 10_000);

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

it('brings a killed gateway back on the same port', async () => {
  start();
  await becomesReady(1);
  process.kill(ready[0] ?? 0, 'SIGKILL');
  await becomesReady(2);
  expect(restarts).toEqual(['was ended by SIGKILL']);
  expect(ready[1]).not.toBe(ready[0]);
  expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200);
});

it('stops it with SIGTERM, and starts it no more', async () => {
  const gateway = start();
  await becomesReady(1);
  await gateway.stop();
  await gateway.ended;
  expect(alive(ready[0] ?? 0)).toBe(false);
  expect(restarts).toEqual([]);
});

it('gives up on one that never starts', async () => {
  const gateway = start({ NODE_TEST_BEHAVIOUR: 'fails' });
  await expect(gateway.ended).rejects.toThrow('it ended with code 3');
  expect(restarts).toHaveLength(2);
});

it('gives it the environment it is told, and nothing else', async () => {
  start();
  await becomesReady(1);
  const environment = await (await fetch(`http://127.0.0.1:${port}/environment`)).json();
  expect(Object.keys(environment).filter((name) => name !== '__CF_USER_TEXT_ENCODING')).toEqual([
    'PORT',
    'HOST',
  ]);
});

it('keeps it out of the process group, so that a Ctrl-C reaches it by the supervisor alone', async () => {
  start();
  await becomesReady(1);
  const { spawn } = await import('node:child_process');
  const ps = spawn('ps', ['-o', 'pgid=', '-p', String(ready[0])]);
  const [group] = await once(ps.stdout, 'data');
  expect(Number(String(group))).toBe(ready[0]);
});
