import type { Reply } from '../kit/server.ts';
import { type Call, ok } from './call.ts';
import { invalid } from './errors.ts';

/**
 * One page of a list. Its token names the last row shown, so that new rows shift nothing, and holds for the same list
 * alone. As in the service, an empty list leaves its member out, and the last page has no token.
 */
export async function pageReply<T>(
  { query, request, member }: Call,
  o: {
    member: string;
    rows: readonly T[];
    keyOf(row: T): string;
    render(row: T): unknown | Promise<unknown>;
  },
): Promise<Reply> {
  const list = `${member.key} ${request.path} ${query.get('include_all') ?? ''}`;
  const start = startOf(query.get('page_token'), list, o.rows.map(o.keyOf));
  const page = o.rows.slice(start, start + sizeOf(query));
  const last = page.at(-1);
  const more = last !== undefined && start + page.length < o.rows.length;
  return ok({
    ...(page.length > 0 ? { [o.member]: await Promise.all(page.map(o.render)) } : {}),
    ...(more ? { next_page_token: tokenOf(list, o.keyOf(last)) } : {}),
  });
}

function startOf(token: string | null, list: string, keys: string[]): number {
  if (token === null || token === '') return 0;
  const place = keys.findIndex((key) => tokenOf(list, key) === token);
  if (place < 0) throw invalid('page_token is not valid for this list.');
  return place + 1;
}

const tokenOf = (list: string, key: string): string =>
  Buffer.from(JSON.stringify([list, key])).toString('base64url');

const sizes = { usual: 20, most: 100 };

function sizeOf(query: URLSearchParams): number {
  const given = query.get('page_size');
  if (given === null) return sizes.usual;
  const size = Number(given);
  if (!Number.isInteger(size) || size < 1 || size > sizes.most)
    throw invalid(`page_size must be a whole number from 1 to ${sizes.most}.`);
  return size;
}
