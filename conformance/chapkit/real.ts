import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Service } from './ask.ts';
import { pythonWithChapkit, type RealVersion } from './python.ts';

export type RealChapkit = Service & { close(): Promise<void> };

const script = fileURLToPath(new URL('./service.py', import.meta.url));
const startsWithin = 60_000;
const endsWithin = 15_000;

/** How long the work of a job takes: long enough that it is seen under way. */
export const jobSeconds = 0.5;

/**
 * The service that Chapkit itself makes of the guide's linear regression, with nothing in it yet. The version is
 * installed when it is wanted first. Throws NoNewPython or NoPython where that cannot be.
 */
export async function startRealChapkit(version: RealVersion): Promise<RealChapkit> {
  const python = await pythonWithChapkit(version);
  const home = mkdtempSync(join(tmpdir(), 'mlgraph-real-chapkit-'));
  const key = 'sk_conformance_key';
  const port = await freePort();
  const child = spawn(python, [script], {
    cwd: emptyFolder(home),
    env: {
      PATH: process.env.PATH,
      PACE_SECONDS: String(jobSeconds),
      SERVICE_NAME: 'disease-forecast',
      DATABASE_FILE: join(home, 'chapkit.db'),
      SERVICEKIT_API_KEYS: key,
      PORT: String(port),
      LOG_LEVEL: 'error',
    },
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  const close = async () => {
    await end(child);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await answering(url, child);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, key, close };
}

/** Every run packs up the folder that the service was started in. */
function emptyFolder(home: string): string {
  const folder = join(home, 'project');
  mkdirSync(folder);
  return folder;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('there is no free port');
  return address.port;
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + startsWithin;
  while (Date.now() < deadline && child.exitCode === null) {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
    if (response?.ok) return;
    await wait(100);
  }
  throw new Error(`the service ${child.exitCode === null ? 'does not answer' : 'has ended'}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), endsWithin);
  await ended;
  clearTimeout(late);
}
