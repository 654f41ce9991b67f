import type { Reply } from '../kit/server.ts';
import { type Call, ok } from './call.ts';

const most = 500;

/** One page of a list under its member's name. What makes no sense falls back silently. */
export function pageReply<T>(
  { input }: Call,
  member: string,
  rows: readonly T[],
  view: (row: T) => unknown,
): Reply {
  const size = wholeIn(input.per_page, most) ?? most;
  const page = wholeIn(input.page, Number.MAX_SAFE_INTEGER) ?? 1;
  const shown = rows.slice((page - 1) * size, page * size);
  const metadata = {
    per_page: size,
    total_entries: rows.length,
    total_pages: Math.ceil(rows.length / size),
    current_page: page,
  };
  return ok({ [member]: shown.map(view), ...(rows.length > size ? { metadata } : {}) });
}

function wholeIn(value: unknown, highest: number): number | null {
  const number = Number(value);
  return Number.isSafeInteger(number) && number >= 1 && number <= highest ? number : null;
}
