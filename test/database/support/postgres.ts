import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import { type Database, databaseError, type Query } from '../../../emulators/supabase/database.ts';
import { applyMigrations } from '../../../emulators/supabase/migrations.ts';

/** Folder of Debian's newest server program; null where none is installed. */
export function installedPostgres(): string | null {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return null;
  const versions = readdirSync(root).sort((one, other) => Number(other) - Number(one));
  const bins = versions.map((version) => join(root, version, 'bin'));
  return bins.find((bin) => existsSync(join(bin, 'initdb'))) ?? null;
}

/** PostgreSQL refuses to run as root: `nobody` it is then. */
const unprivileged = userInfo().uid === 0 ? { uid: 65_534, gid: 65_534 } : {};
const run = promisify(execFile);

/**
 * The driver without its pool: under the runner's export conditions the package's own entry gets the pool in a form
 * that it cannot use.
 */
async function clientClass(): Promise<typeof Client> {
  const path = 'pg/lib/client.js';
  return (await import(path)).default;
}

/** A cluster of its own on a socket in a folder that goes with it, holding the migrated database. */
export async function startPostgres(bin: string): Promise<Database> {
  const home = await mkdtemp(join(tmpdir(), 'mlgraph-postgres-'));
  if (unprivileged.uid !== undefined) await chown(home, unprivileged.uid, unprivileged.gid);
  const data = join(home, 'data');
  const tool = (name: string, ...options: string[]) =>
    run(join(bin, name), options, { ...unprivileged, cwd: home, env: { ...process.env, HOME: home } });
  await tool('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync');
  const server = `-k ${home} -c listen_addresses= -c fsync=off -c timezone=UTC`;
  await tool('pg_ctl', 'start', '-w', '-D', data, '-l', join(home, 'log'), '-o', server);
  const Postgres = await clientClass();
  const connect = () => new Postgres({ host: home, user: 'postgres', database: 'postgres' });
  const close = async () => {
    await tool('pg_ctl', 'stop', '-m', 'fast', '-D', data);
    await rm(home, { recursive: true, force: true });
  };
  try {
    await applyMigrations((work) => inTransaction(connect, null, work));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    transaction: (work) => inTransaction(connect, 'authenticator', work),
    administer: (work) => inTransaction(connect, null, work),
    close,
  };
}

async function inTransaction<T>(
  connect: () => Client,
  user: string | null,
  work: (query: Query) => Promise<T>,
): Promise<T> {
  const client = connect();
  await client.connect();
  try {
    await client.query(user === null ? 'begin' : `begin; set local session authorization ${user}`);
    const done = await work(queryOf(client));
    await client.query('commit');
    return done;
  } catch (error) {
    await client.query('rollback');
    throw databaseError(error);
  } finally {
    await client.end();
  }
}

const asText = { getTypeParser: () => (value: string) => value };

function queryOf(client: Client): Query {
  return async (text, values) => {
    const found = await client
      .query({ text, ...(values ? { values: [...values] } : {}), types: asText })
      .catch((error) => {
        throw databaseError(error);
      });
    return (Array.isArray(found) ? found.at(-1) : found).rows;
  };
}
