import type { Query } from '../database.ts';
import type { Media } from '../wire/media.ts';
import type { Bindings } from './identifiers.ts';

/** What a statement came to. */
export type Answer = {
  /** JSON, as PostgreSQL wrote it. */
  body: string;
  /** How many rows the body holds, or were changed. */
  rows: number;
  /** How many rows there are in all, where that was asked. */
  total: number | null;
  /** Of an upsert: how many of the rows are new. */
  inserted: number | null;
};

/** A common table expression named `pgrst_rows`, and a query that counts all. */
export type Statement = { rows: string; total?: string; bindings: Bindings };

/** Runs a statement and has PostgreSQL write its rows as JSON. */
export async function answer(query: Query, statement: Statement, media: Media): Promise<Answer> {
  const { rows, total = 'null', bindings } = statement;
  const array = media.stripNulls ? 'json_strip_nulls(json_agg(pgrst_rows))' : 'json_agg(pgrst_rows)';
  const body = media.single ? `coalesce((${array} -> 0)::text, 'null')` : `coalesce(${array}::text, '[]')`;
  const [found] = await query(
    `with pgrst_rows as (${rows}) select ${body} as body, count(*)::text as rows, ${total}::text as total,
      nullif(current_setting('pgrst.inserted', true), '') as inserted from pgrst_rows`,
    bindings.values,
  );
  return {
    body: found?.body ?? '',
    rows: Number(found?.rows),
    total: numberOrNull(found?.total),
    inserted: numberOrNull(found?.inserted),
  };
}

const numberOrNull = (text: string | null | undefined): number | null =>
  text === null || text === undefined ? null : Number(text);
