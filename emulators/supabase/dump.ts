import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  openAsBlob,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readMigrations } from './migrations.ts';
import { openPGlite } from './pglite.ts';

/** Beside what is installed, and of its owner: whoever may write there chooses what code runs here anyway. */
const folder = fileURLToPath(new URL('../../node_modules/.cache/mlgraph-database', import.meta.url));

/**
 * A dump of the empty, migrated database, made at the first call (`npm ci` makes one) and kept: opening it takes a
 * fraction of what making a new cluster does.
 */
export const migratedDump = async (): Promise<Blob> => (await keptDump()) ?? (await makeDump());

/** The same where it was made already. */
export async function keptDump(): Promise<Blob | undefined> {
  const path = pathOfDump();
  return existsSync(path) ? await openAsBlob(path) : undefined;
}

async function makeDump(): Promise<Blob> {
  const pglite = await openPGlite({});
  try {
    const dump = await pglite.dumpDataDir('none');
    keep(new Uint8Array(await dump.arrayBuffer()));
    return dump;
  } finally {
    await pglite.close();
  }
}

/** In place of those of earlier migrations. */
function keep(dump: Uint8Array): void {
  const path = pathOfDump();
  const draft = `${path}.${process.pid}.tmp`;
  mkdirSync(folder, { recursive: true });
  const old = readdirSync(folder).filter((name) => name.endsWith('.tar'));
  writeFileSync(draft, dump);
  renameSync(draft, path);
  for (const name of old) if (join(folder, name) !== path) rmSync(join(folder, name), { force: true });
}

/** Named by everything the dump depends on. */
function pathOfDump(): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const { version } = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'));
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([version, readMigrations()]))
    .digest('hex');
  return join(folder, `${fingerprint.slice(0, 16)}.tar`);
}
