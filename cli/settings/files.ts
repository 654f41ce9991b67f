import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import envPaths from 'env-paths';
import type { World } from '../world.ts';

/** Where settings and sign-ins are kept, for this user alone. `MLGRAPH_CONFIG_DIR` names another place. */
export const directoryOf = ({ env }: World): string =>
  env.MLGRAPH_CONFIG_DIR || envPaths('mlgraph', { suffix: '' }).config;

export const settingsFileOf = (world: World): string => join(directoryOf(world), 'config.json');

/** The JSON of a file; null where there is no such file or it holds no JSON object. */
export async function readJson(path: string): Promise<Record<string, unknown> | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Writes a file that only this user may read. Who reads meanwhile sees the old one or the new one, never a part. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(value, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

export const removeFile = (path: string): Promise<void> => rm(path, { force: true });
