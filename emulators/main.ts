import { mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileCache } from './local/compile-cache.ts';
import type { Local } from './local/start.ts';

const home = resolve(process.env.MLGRAPH_HOME || '.local');
// What is kept there is for its owner alone.
mkdirSync(home, { recursive: true, mode: 0o700 });
enableCompileCache(compileCache);
// Only what is loaded from here on is kept compiled.
const { HomeInUse } = await import('./local/home-lock.ts');
const { CannotStart, startLocal } = await import('./local/start.ts');

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new CannotStart(`PORT is a whole number up to 65535, not "${text}".`);
}

const start = async (): Promise<Local> =>
  await startLocal({
    home,
    port: portOf(process.env.PORT || '4000'),
    entry: fileURLToPath(new URL('../src/main.ts', import.meta.url)),
    environment: process.env,
    print: (line) => void process.stdout.write(`${line}\n`),
  });

const started = start();

/** A signal may come before the start is over; the stop then follows the start. */
async function stop(): Promise<never> {
  const local = await started.catch(() => null);
  await local?.stop();
  process.exit(0);
}

// npm passes on a Ctrl-C that the terminal has sent already: the second signal must not cut the first one's stop short.
let stopping = false;
const stopOnce = () => {
  if (!stopping) void stop();
  stopping = true;
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stopOnce);

try {
  await (await started).ended;
} catch (error) {
  const local = await started.catch(() => null);
  await local?.stop();
  const expected = error instanceof HomeInUse || error instanceof CannotStart;
  process.stderr.write(`${expected ? error.message : (error as Error).stack}\n`);
  process.exit(1);
}
