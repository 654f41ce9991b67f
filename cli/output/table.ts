import Table from 'cli-table3';
import { clean } from './clean.ts';

/** One column of a list: its head, and what it shows of each item. */
export type Column<T> = {
  head: string;
  /** Empty where there is nothing to show. */
  of(item: T): string | number | boolean | null | undefined;
  /** Too long to be read: only where a program reads. */
  wide?: boolean;
  /** Long, and of no use when shortened. */
  full?: boolean;
};

const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** For eyes: columns in line, the head in bold. */
export function alignedTable<T>(
  columns: readonly Column<T>[],
  items: readonly T[],
  bold: (text: string) => string,
): string {
  const table = new Table({
    head: columns.map(({ head }) => bold(head)),
    chars: noLines,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  });
  for (const item of items)
    table.push(columns.map(({ of, full }) => (full ? clean : shortened)(text(of(item)))));
  return `${table.toString().replace(/ +$/gm, '')}\n`;
}

/** For programs: a line an item, tabs between, the head first. */
export const tabbedTable = <T>(columns: readonly Column<T>[], items: readonly T[]): string =>
  [columns.map(({ head }) => head), ...items.map((item) => columns.map(({ of }) => text(of(item))))]
    .map((cells) => `${cells.map((cell) => cell.replace(/[\t\n\r]+/g, ' ')).join('\t')}\n`)
    .join('');

/** RFC 4180. Null is an empty cell. */
export const csv = (columns: readonly string[], rows: readonly (readonly unknown[])[]): string =>
  [columns, ...rows].map((cells) => `${cells.map((cell) => quoted(text(cell))).join(',')}\n`).join('');

const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

const text = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

const shortened = (cell: string) => {
  const line = clean(cell).replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
};
