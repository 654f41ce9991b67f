import { readFile } from 'node:fs/promises';
import { usage } from '../failure.ts';

/** A GeoJSON file; undefined where none was named. @throws Failure for what is no JSON. */
export async function readGeo(path: string | undefined): Promise<unknown> {
  if (path === undefined) return undefined;
  const content = await readFile(path, 'utf8');
  try {
    return JSON.parse(content);
  } catch {
    throw usage(`${path} is no JSON.`);
  }
}
