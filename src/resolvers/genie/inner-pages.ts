import type { PageRequest, Position } from '../../domain/paging.ts';

/** Asks for a page that the gateway itself reads: its cursors are plain, and go on by `readInnerCursor`. */
export const innerPage = (first: number, start: Position = { token: null, offset: 0 }): PageRequest => ({
  first,
  start,
  after: start.token !== null || start.offset > 0,
  cursorAt: ({ token, offset }) => JSON.stringify([token, offset]),
});

/** Null for what is none: it may have come back in a client's cursor. */
export function readInnerCursor(text: string): Position | null {
  try {
    const [token, offset] = JSON.parse(text) as [unknown, unknown];
    const isPlace = (token === null || typeof token === 'string') && Number.isSafeInteger(offset);
    return isPlace && (offset as number) >= 0 ? { token, offset: offset as number } : null;
  } catch {
    return null;
  }
}
