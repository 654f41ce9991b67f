import type { Reply } from '../kit/server.ts';
import type { Call } from './call.ts';
import { invalid } from './errors.ts';

/** One page of a list that is given oldest first: `limit`, `order`, `after` and `before` of the query. */
export function pageReply<T>(
  { query }: Pick<Call, 'query'>,
  items: readonly T[],
  o: { idOf(item: T): string; render(item: T): unknown },
): Reply {
  const ordered = orderOf(query) === 'desc' ? items.toReversed() : items;
  const start = place(ordered, o.idOf, query, 'after') + 1;
  const before = place(ordered, o.idOf, query, 'before');
  const within = ordered.slice(start, before < 0 ? undefined : before);
  const page = within.slice(0, limitOf(query));
  const [first, last] = [page[0], page.at(-1)].map((item) => (item === undefined ? null : o.idOf(item)));
  const body = {
    object: 'list',
    data: page.map(o.render),
    first_id: first,
    last_id: last,
    has_more: page.length < within.length,
  };
  return { status: 200, body };
}

function place<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  query: URLSearchParams,
  cursor: 'after' | 'before',
): number {
  const id = query.get(cursor);
  if (id === null) return -1;
  const found = items.findIndex((item) => idOf(item) === id);
  if (found < 0) throw invalid(`There is nothing with the id '${id}' in this list.`, cursor);
  return found;
}

function orderOf(query: URLSearchParams): 'asc' | 'desc' {
  const order = query.get('order') ?? 'desc';
  if (order !== 'asc' && order !== 'desc') throw invalid("order is 'asc' or 'desc'.", 'order');
  return order;
}

function limitOf(query: URLSearchParams): number {
  const limit = Number(query.get('limit') ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw invalid('limit is a whole number from 1 to 100.', 'limit');
  return limit;
}
