import type { Reply } from '../../kit/server.ts';
import type { ArmCall } from './call.ts';
import { badRequest } from './errors.ts';

/** Small, so that everyone who lists must follow `nextLink`. */
const serverPageSize = 10;

type Token = [lastKey: string, index: number];

/**
 * One page of a list. `$skip` holds the key of the last item given, so that what comes or goes in between moves
 * nothing; it is opaque, not a number.
 */
export function pageReply<T>(
  { request, query }: ArmCall,
  items: T[],
  o: { keyOf: (item: T) => string; render: (item: T) => unknown; size?: number },
): Reply {
  const start = startOf(items, o.keyOf, query.get('$skip'));
  const end = start + Math.min(o.size ?? serverPageSize, serverPageSize);
  const page = items.slice(start, end);
  const last = page.at(-1);
  const value = page.map(o.render);
  if (end >= items.length || last === undefined) return { status: 200, body: { value } };
  const next = new URL(request.url);
  const token: Token = [o.keyOf(last), end - 1];
  next.searchParams.set('$skip', Buffer.from(JSON.stringify(token)).toString('base64url'));
  return { status: 200, body: { value, nextLink: next.href } };
}

function startOf<T>(items: T[], keyOf: (item: T) => string, token: string | null): number {
  if (token === null) return 0;
  try {
    const [key, index] = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Token;
    const found = items.findIndex((item) => keyOf(item) === key);
    return (found < 0 ? Math.min(index - 1, items.length) : found) + 1;
  } catch {
    throw badRequest('The continuation token is not valid.');
  }
}

/** Keeps what `listViewType` asks for; what is archived is hidden by default. */
export function inView(query: URLSearchParams, isArchived: boolean): boolean {
  const view = query.get('listViewType') ?? 'ActiveOnly';
  if (view === 'All') return true;
  return (view === 'ArchivedOnly') === isArchived;
}

/** Reads `a,b=1`: every key must be there, with its value where one is named. */
export function hasTags(filter: string | null, tags: Record<string, string>): boolean {
  if (!filter) return true;
  return filter.split(',').every((part) => {
    const [key = '', value] = part.split('=');
    return key in tags && (value === undefined || tags[key] === value);
  });
}
