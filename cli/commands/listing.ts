import type { Command } from 'commander';
import { type Collected, collect, type Page } from '../api/pages.ts';
import type { Cli } from '../cli.ts';
import type { Column } from '../output/table.ts';
import { whole } from './action.ts';

export type ListOptions = { limit: number; after?: string };

/** The options of every list. */
export const withListOptions = (command: Command): Command =>
  command
    .option('-n, --limit <number>', 'how many at most', whole(1, 10_000), 25)
    .option('--after <cursor>', 'go on behind an earlier list: its nextCursor');

/** Loads a list and shows it: with --json as a document with the list under `key`. */
export async function showList<Node>(
  { out }: Cli,
  key: string,
  options: ListOptions,
  load: (page: { first: number; after: string | undefined }) => Promise<Page<Node> | null | undefined>,
  columns: readonly Column<Node>[],
): Promise<void> {
  const found = await collect(options.limit, options.after, load);
  const { items, nextCursor, sources } = found;
  tellSources(out, found);
  if (out.json) return out.document({ [key]: items, nextCursor, ...(sources.length > 0 && { sources }) });
  if (items.length === 0) out.note('None.');
  else out.list(columns, items);
  if (nextCursor !== null) out.note(`There are more: --limit ${Math.min(10_000, options.limit * 4)}`, 'dim');
}

/** Those that failed, while others answered. */
export function tellSources(out: Cli['out'], { sources }: Pick<Collected<unknown>, 'sources'>): void {
  for (const { ok, provider, service, message } of sources)
    if (!ok) out.warn(`${service ?? provider} is missing: ${message ?? 'it failed'}`);
}

/** A moment as people here write it. */
export function moment(time: string | null | undefined): string {
  if (!time) return '';
  const at = new Date(time);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Such as `1h 05m` or `42s`. */
export function span(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return '';
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  const minutes = Math.floor(whole / 60);
  const two = (value: number) => String(value).padStart(2, '0');
  return minutes < 60
    ? `${minutes}m ${two(whole % 60)}s`
    : `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
}
