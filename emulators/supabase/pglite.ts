import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { PGlite, PGliteInterface } from '@electric-sql/pglite';
import { type Database, databaseError, type Query } from './database.ts';
import { applyMigrations } from './migrations.ts';

export type OpenOptions = {
  /** Folder of the data; without it they are in memory. */
  dataDir?: string;
  /** Gives a dump to begin with; asked only where there are no data yet. */
  dump?: () => Promise<Blob | undefined>;
};

/** The 128 MB of buffers that are usual would all be memory of this process. */
const settings = ['shared_buffers = 8MB', 'max_wal_size = 64MB', 'min_wal_size = 32MB', "timezone = 'UTC'"];

/** Opens PGlite and applies what migrations are new to it. Loads the library only now: it is large. */
export async function openPGlite({ dataDir, dump }: OpenOptions): Promise<PGlite> {
  // Else every function is compiled at once, which is most of what opening takes.
  setFlagsFromString('--wasm-lazy-compilation');
  const { PGlite } = await import('@electric-sql/pglite');
  const folder = dataDir === undefined ? null : dataFolder(dataDir);
  const loadDataDir = folder?.complete ? undefined : await dump?.();
  const pglite = await PGlite.create({ dataDir: folder?.cluster, loadDataDir, postgresqlconf: settings });
  try {
    await applyMigrations((work) => inTransaction(pglite, work));
    folder?.completed();
    return pglite;
  } catch (error) {
    await pglite.close();
    throw error;
  }
}

/** Whether the folder holds a database. */
export const hasData = (dataDir: string): boolean => existsSync(join(dataDir, 'complete'));

/** A cluster whose making was broken off cannot be opened: it holds nothing yet, and is made anew. */
function dataFolder(path: string) {
  const [cluster, marker] = [join(path, 'cluster'), join(path, 'complete')];
  const complete = hasData(path);
  if (!complete) rmSync(cluster, { recursive: true, force: true });
  mkdirSync(cluster, { recursive: true, mode: 0o700 });
  return { cluster, complete, completed: () => writeFileSync(marker, '') };
}

/** The database as the emulator uses it. From here on the session is no superuser's but for `administer`. */
export async function openDatabase(options: OpenOptions = {}): Promise<Database> {
  const pglite = await openPGlite(options);
  await pglite.exec('set session authorization authenticator');
  return {
    transaction: (work) => inTransaction(pglite, work),
    administer: (work) =>
      inTransaction(pglite, async (query) => {
        await query('set local session authorization postgres');
        return await work(query);
      }),
    close: () => pglite.close(),
  };
}

const inTransaction = <T>(pglite: PGlite, work: (query: Query) => Promise<T>): Promise<T> =>
  pglite.transaction((transaction) => work(queryOf(transaction))).catch(raise);

const raise = (error: unknown): never => {
  throw databaseError(error);
};

/** OIDs of the types `text` and `json`, whose binary form is the text itself. */
const textual = new Set(['25', '114']);

/**
 * Values are given as text, as a server takes them; what is read is cast to text by the statements. Where that is the
 * same, they go as bytes, since PGlite counts those of a string one by one.
 */
const asIs = new Proxy(
  {},
  { get: (_, oid) => (value: string) => (textual.has(String(oid)) ? Buffer.from(value) : value) },
);

function queryOf(session: Pick<PGliteInterface, 'query' | 'exec'>): Query {
  return async (sql, values) => {
    const typed = { serializers: asIs };
    if (values) return (await session.query<Row>(sql, [...values], typed).catch(raise)).rows;
    const results = await session.exec(sql).catch(raise);
    return (results.at(-1)?.rows ?? []) as Row[];
  };
}

type Row = Record<string, string | null>;
