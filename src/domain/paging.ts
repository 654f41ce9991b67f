import { createHash } from 'node:crypto';
import { badInput } from './errors.ts';

export const defaultPageSize = 25;
export const maxPageSize = 100;

export type PageArgs = { first?: number | null; after?: string | null };
/** `last` counts from the end of the list, or from `before`. */
export type TwoWayPageArgs = PageArgs & { last?: number | null; before?: string | null };
export type Edge<T> = { cursor: string; node: T };
/** `endCursor` may stand behind the last edge, where filtered items were passed over. */
export type Page<T> = {
  edges: Edge<T>[];
  endCursor: string | null;
  hasNextPage: boolean;
  hasPreviousPage: boolean;
};

/** Where a page begins upstream: the token of an upstream page, and how many of its items were already given. */
export type Position = { token: string | null; offset: number };
/** A checked request for a page: size, start, and how to print the cursor of a later position. */
export type PageRequest = {
  first: number;
  start: Position;
  after: boolean;
  cursorAt(position: Position): string;
};
/** Backward, `first` items before `start` (or the end of the list) are meant, and `after` tells of a cursor before. */
export type TwoWayPageRequest = PageRequest & { backward?: boolean };

/** A size within 1..100, 25 without. @throws BAD_USER_INPUT naming `field`. */
export function pageSize(asked: number | null | undefined, field: 'first' | 'last' = 'first'): number {
  const size = asked ?? defaultPageSize;
  if (!Number.isInteger(size) || size < 1 || size > maxPageSize) {
    throw badInput(field, `${field}: a whole number from 1 to ${maxPageSize} was expected, not ${size}.`);
  }
  return size;
}

const bindingOf = (owner: string, query: unknown, position: string) =>
  createHash('sha256')
    .update(JSON.stringify([owner, query, position]))
    .digest('base64url')
    .slice(0, 16);

/**
 * Checks page arguments against the caller and the query that the cursor was made for.
 * @throws BAD_USER_INPUT naming `after` when the cursor is malformed, another caller's, or another query's.
 */
export function readPage(args: PageArgs, owner: string, query: unknown): PageRequest {
  return requestOf(pageSize(args.first), { field: 'after', cursor: args.after }, owner, query);
}

/**
 * The same for a list that is also read from its end: forward by `first` and `after`, backward by `last` and `before`.
 * @throws BAD_USER_INPUT naming the argument that is wrong, or that does not go with the others.
 */
export function readTwoWayPage(args: TwoWayPageArgs, owner: string, query: unknown): TwoWayPageRequest {
  const { first, after, last, before } = args;
  if (last == null && before == null) return readPage({ first, after }, owner, query);
  if (first != null) throw badInput('first', 'first: not together with last or before.');
  if (after != null) throw badInput('after', 'after: not together with last or before.');
  const size = pageSize(last, 'last');
  return { ...requestOf(size, { field: 'before', cursor: before }, owner, query), backward: true };
}

type GivenCursor = { field: 'after' | 'before'; cursor: string | null | undefined };

function requestOf(
  first: number,
  { field, cursor }: GivenCursor,
  owner: string,
  query: unknown,
): PageRequest {
  return {
    first,
    start: cursor == null ? { token: null, offset: 0 } : readCursor(field, cursor, owner, query),
    after: cursor != null,
    cursorAt: (position) => sealPosition([position.token, position.offset], owner, query),
  };
}

const readCursor = (field: string, cursor: string, owner: string, query: unknown): Position =>
  openPosition(field, cursor, owner, query, (position) => {
    const [token, offset] = position as [unknown, unknown];
    if ((token !== null && typeof token !== 'string') || !isOffset(offset)) return null;
    return { token, offset };
  });

/** An opaque cursor of a position, bound to its caller and query. */
export function sealPosition(position: unknown, owner: string, query: unknown): string {
  const text = JSON.stringify(position);
  return Buffer.from(JSON.stringify([text, bindingOf(owner, query, text)])).toString('base64url');
}

/**
 * The position in a cursor, as `read` understands it. The binding is no secret: whoever knows how it is made could
 * write anything there, so `read` checks all of it, and answers null for what is no position.
 * @throws BAD_USER_INPUT naming `field` when the cursor is malformed, another caller's, or another query's.
 */
export function openPosition<T>(
  field: string,
  cursor: string,
  owner: string,
  query: unknown,
  read: (position: unknown) => T | null,
): T {
  const position = positionIn(cursor, owner, query, read);
  if (position !== null) return position;
  throw badInput(
    field,
    `${field}: not a cursor of this list for this caller; pass one that the same query gave.`,
  );
}

function positionIn<T>(
  cursor: string,
  owner: string,
  query: unknown,
  read: (position: unknown) => T | null,
): T | null {
  try {
    const [text, binding] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as [string, string];
    return binding === bindingOf(owner, query, text) ? read(JSON.parse(text)) : null;
  } catch {
    return null;
  }
}

const isOffset = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** One page of an upstream; `next` is its token for the following one, null at the end. */
export type UpstreamPage<T> = { items: T[]; next: string | null };

/**
 * Fills a page from as many upstream pages as it takes; after `maxCalls` the page is short (even empty), with
 * `hasNextPage` and an `endCursor` that goes on from there. `keep` filters what the upstream cannot.
 */
export async function collectPage<T>(
  request: PageRequest,
  fetchPage: (token: string | null) => Promise<UpstreamPage<T>>,
  { keep = () => true, maxCalls = 10 }: { keep?: (item: T) => boolean; maxCalls?: number } = {},
): Promise<Page<T>> {
  const edges: Edge<T>[] = [];
  const pageEnding = (position: Position | null): Page<T> => ({
    edges,
    endCursor: position ? request.cursorAt(position) : (edges.at(-1)?.cursor ?? null),
    hasNextPage: position !== null,
    hasPreviousPage: request.after,
  });
  let { token, offset } = request.start;
  for (let call = 1; ; call++) {
    const page = await fetchPage(token);
    for (let index = offset; index < page.items.length; index++) {
      const node = page.items[index] as T;
      if (!keep(node)) continue;
      if (edges.length === request.first) return pageEnding({ token, offset: index });
      edges.push({ node, cursor: request.cursorAt({ token, offset: index + 1 }) });
    }
    if (page.next === null) return pageEnding(null);
    if (call >= maxCalls) return pageEnding({ token: page.next, offset: 0 });
    token = page.next;
    offset = 0;
  }
}

/**
 * A page from rows read in one go: up to one more than asked, which tells that there are more. Those of a backward
 * request come from its start towards the beginning of the list. `tokenOf` tells where a row stands.
 */
export function pageOfRows<T>(request: TwoWayPageRequest, rows: T[], tokenOf: (row: T) => string): Page<T> {
  const { first, after, backward = false } = request;
  const more = rows.length > first;
  const shown = rows.slice(0, first);
  if (backward) shown.reverse();
  const edges = shown.map((node) => ({
    node,
    cursor: request.cursorAt({ token: tokenOf(node), offset: 0 }),
  }));
  return {
    edges,
    endCursor: edges.at(-1)?.cursor ?? null,
    hasNextPage: backward ? after : more,
    hasPreviousPage: backward ? more : after,
  };
}

/** The same page of other things. */
export const mapPage = <T, U>(page: Page<T>, map: (node: T) => U): Page<U> => ({
  ...page,
  edges: page.edges.map(({ cursor, node }) => ({ cursor, node: map(node) })),
});
