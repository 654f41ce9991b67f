import { badInput } from '../../domain/errors.ts';

/** How far somebody has read: of which run, which of its files (none: before the first), up to which byte. */
export type LogPosition = { run: string; path: string; offset: number };

export const writeLogCursor = ({ run, path, offset }: LogPosition): string =>
  Buffer.from(JSON.stringify([run, path, offset])).toString('base64url');

export const notThisLog = () =>
  badInput('after', 'after: not a cursor of this log; pass the cursor of one of its chunks.');

/** @throws BAD_USER_INPUT for `after`: cursors come back from clients. */
export function readLogCursor(cursor: string): LogPosition {
  const [run, path, offset] = partsOf(cursor);
  if (typeof run !== 'string' || typeof path !== 'string' || !Number.isSafeInteger(offset))
    throw notThisLog();
  if ((offset as number) < 0) throw notThisLog();
  return { run, path, offset: offset as number };
}

function partsOf(cursor: string): unknown[] {
  if (cursor.length > 4_096) throw notThisLog();
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.length === 3) return parts;
  } catch {
    // Falls through: not JSON is not a cursor either.
  }
  throw notThisLog();
}
