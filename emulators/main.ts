import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HomeInUse } from './local/home-lock.ts';
import { CannotStart, type Local, startLocal } from './local/start.ts';

const print = (line: string) => void process.stdout.write(`${line}\n`);

function fail(error: unknown): never {
  const expected = error instanceof HomeInUse || error instanceof CannotStart;
  process.stderr.write(`${expected ? error.message : (error as Error).stack}\n`);
  process.exit(1);
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new CannotStart(`PORT is a whole number up to 65535, not "${text}".`);
}

const start = async (): Promise<Local> =>
  await startLocal({
    home: resolve(process.env.MLGRAPH_HOME || '.local'),
    port: portOf(process.env.PORT || '4000'),
    entry: fileURLToPath(new URL('../src/main.ts', import.meta.url)),
    environment: process.env,
    print,
  });

// A signal may come before the start is over; the stop then follows the start.
const started = start();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stop());

async function stop(): Promise<void> {
  const local = await started.catch(() => null);
  await local?.stop();
  process.exit(0);
}

try {
  const local = await started;
  await local.ended;
} catch (error) {
  const local = await started.catch(() => null);
  await local?.stop();
  fail(error);
}
