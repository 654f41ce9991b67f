import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';

/** Longer than anybody holds it: what is done under it has a deadline of its own, well below. */
const abandonedAfterMs = 60_000;
const waitMs = 50;
const patienceMs = 90_000;

/** Does something while no other process does, by a file that only one of them can make. */
export async function withLock<T>(
  path: string,
  world: Pick<World, 'now' | 'sleep'>,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  for (let waited = 0; !(await take(path)); waited += waitMs) {
    if (waited > patienceMs)
      throw new Failure(exitCodes.conflict, 'Another mlgraph holds the sign-in.', { next: `Remove ${path}` });
    await removeAbandoned(path, world.now());
    await world.sleep(waitMs);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The lock of a process that has died. Of several that find it, the one whose rename succeeds removes it. */
async function removeAbandoned(path: string, now: number): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (!found || now - found.mtimeMs < abandonedAfterMs) return;
  const grave = `${path}.${randomUUID()}`;
  await rename(path, grave).catch(() => {});
  await rm(grave, { force: true });
}
