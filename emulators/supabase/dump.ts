import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  openAsBlob,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { readMigrations } from './migrations.ts';
import { openPGlite } from './pglite.ts';

/**
 * A dump of the empty, migrated database, made at the first call and kept in the system's folder for passing files:
 * opening it takes a fraction of what making a new cluster does. Throws Error where that folder is somebody else's.
 */
export async function migratedDump(): Promise<Blob> {
  const path = join(privateFolder(), `database-${fingerprint()}.tar`);
  return existsSync(path) ? await openAsBlob(path) : await makeDump(path);
}

async function makeDump(path: string): Promise<Blob> {
  const pglite = await openPGlite({});
  try {
    const dump = await pglite.dumpDataDir('none');
    const draft = `${path}.${process.pid}.tmp`;
    writeFileSync(draft, new Uint8Array(await dump.arrayBuffer()), { mode: 0o600 });
    renameSync(draft, path);
    return dump;
  } finally {
    await pglite.close();
  }
}

/** Others may write into the folder for passing files, and a dump of theirs would hold their policies. */
function privateFolder(): string {
  const { uid } = userInfo();
  const path = join(tmpdir(), `mlgraph-${uid}`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  if (!found.isDirectory() || (uid >= 0 && (found.uid !== uid || (found.mode & 0o077) !== 0)))
    throw new Error(`${path} is not a folder of this user alone.`);
  return path;
}

/** Of everything the dump depends on. */
function fingerprint(): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const { version } = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'));
  return createHash('sha256')
    .update(JSON.stringify([version, readMigrations()]))
    .digest('hex')
    .slice(0, 16);
}
