import { z } from 'zod';
import { badInput } from '../../domain/errors.ts';
import { type Page, pageOfRows, type TwoWayPageRequest } from '../../domain/paging.ts';
import { ask, type Client } from './client.ts';
import { quoted } from './filters.ts';
import { columnsOf } from './wire.ts';

/** A read under construction. */
export type Query = ReturnType<ReturnType<Client['from']>['select']>;

/** What a list is sorted by: columns that together name a row, all in one direction. */
export type Order = {
  columns: readonly [string, RegExp][];
  ascending: boolean;
};

/** What the columns of an order may hold: cursors are for those who can read, and write, base64. */
export const sortable = {
  time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?([+-]\d\d:\d\d|Z)$/,
  uuid: /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i,
  ordinal: /^\d{1,18}$/,
  text: /^[^\p{Cc}]{1,512}$/u,
};

/** Whether a session or a message can have this key: anything else would be an error of the database. */
export const isKey = (key: string): boolean => sortable.uuid.test(key);

/**
 * A page by the values that the row before it has: neither slower nor wrong far down the list, nor moved by rows
 * that came or went.
 */
export async function readPageOf<T extends z.ZodObject>(
  from: ReturnType<Client['from']>,
  narrow: (query: Query) => Query,
  o: { row: T; order: Order; page: TwoWayPageRequest },
): Promise<Page<z.infer<T>>> {
  const { row, order, page } = o;
  const upward = order.ascending !== (page.backward ?? false);
  const behind = page.start.token === null ? null : valuesIn(page, order);
  const direction = { ...order, ascending: upward };
  const rows = await readBehind(from, narrow, { row, order: direction, behind, limit: page.first + 1 });
  const tokenOf = (found: z.infer<T>) =>
    JSON.stringify(order.columns.map(([column]) => String((found as Record<string, unknown>)[column])));
  return pageOfRows(page, rows, tokenOf);
}

/** Rows in order, from the beginning of the list or strictly behind the row that has the values `behind`. */
export async function readBehind<T extends z.ZodObject>(
  from: ReturnType<Client['from']>,
  narrow: (query: Query) => Query,
  o: { row: T; order: Order; behind: readonly string[] | null; limit: number },
): Promise<z.infer<T>[]> {
  const { row, order, behind, limit } = o;
  let query = narrow(from.select(columnsOf(row)));
  if (behind) query = beyond(query, order, behind);
  for (const [column] of order.columns) query = query.order(column, { ascending: order.ascending });
  return ask(query.limit(limit), z.array(row));
}

/** Rows of one answer: where more are asked for, hosted projects cut it at 1000 without a word (contract section 8). */
const fullAnswer = 500;

/** All rows of a list, however many, by a column that names a row within it. */
export async function readAll<T extends z.ZodObject>(
  from: () => ReturnType<Client['from']>,
  narrow: (query: Query) => Query,
  { row, column }: { row: T; column: keyof z.infer<T> & string },
): Promise<z.infer<T>[]> {
  const found: z.infer<T>[] = [];
  for (;;) {
    const last = found.at(-1)?.[column];
    const list = narrow(from().select(columnsOf(row)));
    const rest = last === undefined ? list : list.gt(column, last);
    const rows = await ask(rest.order(column).limit(fullAnswer), z.array(row));
    found.push(...rows);
    if (rows.length < fullAnswer) return found;
  }
}

/** Rows on the far side of `values`: past it in the first column, or level there and past it in the next. */
function beyond(query: Query, { columns, ascending }: Order, values: readonly string[]): Query {
  const operator = ascending ? 'gt' : 'lt';
  const terms = columns.map(([column], index) => {
    const level = columns.slice(0, index).map(([other], at) => `${other}.eq.${quoted(values[at] ?? '')}`);
    const past = `${column}.${operator}.${quoted(values[index] ?? '')}`;
    return level.length === 0 ? past : `and(${[...level, past].join(',')})`;
  });
  return query.or(terms.join(','));
}

const tokenShape = z.array(z.string());

/** @throws BAD_USER_INPUT where the cursor was made by somebody else. */
function valuesIn(page: TwoWayPageRequest, { columns }: Order): string[] {
  const field = page.backward ? 'before' : 'after';
  const refused = badInput(field, `${field}: not a cursor of this list.`);
  try {
    const values = tokenShape.parse(JSON.parse(page.start.token ?? ''));
    const fits = columns.every(([, pattern], index) => {
      const value = values[index] ?? '';
      return pattern.test(value) && !(pattern === sortable.time && Number.isNaN(Date.parse(value)));
    });
    if (fits && values.length === columns.length) return values;
  } catch {
    throw refused;
  }
  throw refused;
}
