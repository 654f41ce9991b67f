import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Query } from './database.ts';

export type Migration = { version: string; name: string; sql: string };

const folder = fileURLToPath(new URL('../../supabase/migrations/', import.meta.url));

/** The migrations of this checkout, in order. */
export function readMigrations(): Migration[] {
  return readdirSync(folder)
    .map((file) => ({ file, named: /^(\d+)_(.+)\.sql$/.exec(file) }))
    .filter(({ named }) => named !== null)
    .map(({ file, named }) => ({
      version: String(named?.[1]),
      name: String(named?.[2]),
      sql: readFileSync(`${folder}${file}`, 'utf8'),
    }))
    .sort((one, other) => one.version.localeCompare(other.version));
}

/** Where Supabase's own command line keeps the same. */
const history = `
  create schema if not exists supabase_migrations;
  create table if not exists supabase_migrations.schema_migrations (
    version text primary key, statements text[], name text
  );`;

/**
 * Applies, each in its transaction, the migrations that the database has not seen, and gives their number. `run`
 * begins a transaction as the owner of the database. Throws Error for one that was changed after it was applied.
 */
export async function applyMigrations(
  run: <T>(work: (query: Query) => Promise<T>) => Promise<T>,
  migrations = readMigrations(),
): Promise<number> {
  const seen = await run(async (query) => {
    await query(history);
    return await query('select version, statements[1] as sql from supabase_migrations.schema_migrations');
  });
  const applied = new Map(seen.map(({ version, sql }) => [version, sql]));
  for (const { version, name, sql } of migrations)
    if (applied.has(version) && applied.get(version) !== sql)
      throw new Error(`Migration ${version}_${name} was changed after it had been applied to this database.`);
  const fresh = migrations.filter(({ version }) => !applied.has(version));
  for (const migration of fresh) await run((query) => apply(query, migration));
  return fresh.length;
}

async function apply(query: Query, { version, name, sql }: Migration): Promise<void> {
  await query(sql);
  await query('insert into supabase_migrations.schema_migrations values ($1, array[$2], $3)', [
    version,
    sql,
    name,
  ]);
}
