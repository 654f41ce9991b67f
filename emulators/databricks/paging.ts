import type { Reply } from '../kit/server.ts';
import { type Call, ok } from './call.ts';
import { invalid } from './errors.ts';

/** Rows from the highest place to the lowest, whatever `place` counts. */
type List<T> = {
  /** Of the answer. */
  member: string;
  rows: readonly T[];
  placeOf(row: NoInfer<T>): number;
  render(row: NoInfer<T>): unknown;
};

/**
 * One page of a list. Its token goes on below the last row shown, so that rows which come or go shift nothing, and
 * holds for the same list alone. As in the service, an empty list leaves its member out, and the last page has no token.
 */
export async function pageReply<T>({ query, request, member }: Call, o: List<T>): Promise<Reply> {
  const list = [member.key, request.path, query.get('include_all')].join(' ');
  const below = placeIn(query.get('page_token'), list);
  const rest = o.rows.filter((row) => o.placeOf(row) < below);
  const page = rest.slice(0, sizeOf(query));
  const last = page.at(-1);
  return ok({
    ...(page.length > 0 ? { [o.member]: await Promise.all(page.map(o.render)) } : {}),
    ...(last !== undefined && rest.length > page.length
      ? { next_page_token: tokenOf(list, o.placeOf(last)) }
      : {}),
  });
}

const tokenOf = (list: string, place: number): string =>
  Buffer.from(JSON.stringify([list, place])).toString('base64url');

/** Throws 400 for what is no token of this list. */
function placeIn(token: string | null, list: string): number {
  if (token === null) return Number.POSITIVE_INFINITY;
  const [of, place] = decoded(token);
  if (of !== list || typeof place !== 'number') throw invalid('page_token is not valid for this list.');
  return place;
}

function decoded(token: string): unknown[] {
  try {
    const content: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return Array.isArray(content) ? content : [];
  } catch {
    return [];
  }
}

const sizes = { usual: 20, most: 100 };

function sizeOf(query: URLSearchParams): number {
  const given = query.get('page_size');
  if (given === null) return sizes.usual;
  const size = Number(given);
  if (!Number.isInteger(size) || size < 1 || size > sizes.most)
    throw invalid(`page_size must be a whole number from 1 to ${sizes.most}.`);
  return size;
}
