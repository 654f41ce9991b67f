import type { EmulatorRequest, Reply } from '../../../kit/server.ts';
import { armRefusal } from '../errors.ts';

/** Small, so that everyone who lists must follow `nextLink`. */
const serverPageSize = 4;

/** One page of a list. There is no way to ask for its size, and `$skipToken` is opaque. */
export function listPage({ url }: EmulatorRequest, items: readonly object[]): Reply {
  const start = startOf(url.searchParams.get('$skipToken'));
  const end = start + serverPageSize;
  const value = items.slice(start, end);
  if (end >= items.length) return { status: 200, body: { value } };
  const next = new URL(url);
  next.searchParams.set('$skipToken', Buffer.from(JSON.stringify({ start: end })).toString('base64url'));
  return { status: 200, body: { value, nextLink: next.href } };
}

function startOf(token: string | null): number {
  if (token === null) return 0;
  try {
    const { start } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (Number.isSafeInteger(start) && start >= 0) return start;
  } catch {
    // Not made here: refused below, as is one that holds something else.
  }
  throw armRefusal(400, 'InvalidSkipToken', 'The skip token is not valid.');
}
