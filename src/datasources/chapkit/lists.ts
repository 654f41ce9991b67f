import { z } from 'zod';
import { badInput } from '../../domain/errors.ts';
import { type Page, type PageRequest, pageOfRows } from '../../domain/paging.ts';
import type { Connection } from './connection.ts';
import { unreadable } from './errors.ts';

const mostPages = 100;

/**
 * A whole list, in one call. Asked without `page` and `size`, every generation gives all of it in a bare array; its
 * own pages stand in the database's order in 1.x, and move when rows come in. A service that pages nevertheless is
 * read to its end.
 */
export async function readAll<T>(connection: Connection, path: string, item: z.ZodType<T>): Promise<T[]> {
  const paged = z.object({ items: z.array(item), pages: z.number(), size: z.number() });
  const schema = z.union([z.array(item), paged]);
  const first = await connection.send({ method: 'GET', path, schema });
  if (Array.isArray(first)) return first;
  const { pages, size } = first;
  if (pages > mostPages) throw unreadable(connection.systemName, `a list of ${pages} pages`);
  const items = [...first.items];
  for (let page = 2; page <= pages; page++) {
    const query = { page, size };
    items.push(...(await connection.send({ method: 'GET', path, query, schema: paged })).items);
  }
  return items;
}

type Dated = { createdAt: Date; key: string };

/** The list's order: by time, and by key where that is equal. */
export const newestFirst = (a: Dated, b: Dated): number =>
  b.createdAt.getTime() - a.createdAt.getTime() || (a.key < b.key ? 1 : a.key > b.key ? -1 : 0);

const token = z.tuple([z.number(), z.string()]);

/** A page of a list in that order. Its cursor names the last row seen, so that what comes in moves nothing. */
export function pageOf<T extends Dated>(request: PageRequest, sorted: readonly T[]): Page<T> {
  const start = request.start.token === null ? 0 : firstBehind(placeIn(request.start.token), sorted);
  const rows = sorted.slice(start, start + request.first + 1);
  return pageOfRows(request, rows, ({ createdAt, key }) => JSON.stringify([createdAt.getTime(), key]));
}

function firstBehind(place: Dated, sorted: readonly Dated[]): number {
  const index = sorted.findIndex((row) => newestFirst(place, row) < 0);
  return index < 0 ? sorted.length : index;
}

/** @throws BAD_USER_INPUT where the cursor was made by somebody else. */
function placeIn(text: string): Dated {
  try {
    const [at, key] = token.parse(JSON.parse(text));
    return { createdAt: new Date(at), key };
  } catch {
    throw badInput('after', 'after: not a cursor of this list.');
  }
}
