import type { Cell, Column, Table, TableInput } from '../../domain/tables.ts';
import { unreadable } from './errors.ts';
import { frame, type WireFrame } from './wire.ts';

/** A table as the service takes it (contract section 9). */
export const toFrame = ({ columns, rows }: TableInput) => ({ columns, data: rows });

/** A table has as many as its rows times its columns, though hardly any of them was sent. */
const mostCells = 1_000_000;

/**
 * The table in what an artifact holds: a DataFrame, an array of records, or, before the envelope, `predictions`.
 * @throws UPSTREAM_ERROR where there is none.
 */
export function toTable(data: unknown, systemName: string): Table {
  const { content, predictions } = (data ?? {}) as { content?: unknown; predictions?: unknown };
  const held = content ?? predictions;
  const read = frame.safeParse(Array.isArray(held) ? fromRecords(held) : held);
  if (!read.success) throw unreadable(systemName, 'predictions that are no table');
  const { columns, data: given } = read.data;
  const rows = shownOf(given, columns).map((row) => rowOf(row, columns.length));
  const rowCount = Array.isArray(held) ? held.length : given.length;
  return { columns: columnsOf(read.data, rows), rows, rowCount, truncated: rows.length < rowCount };
}

/** The first rows, as many as there may be of so many columns. */
const shownOf = <T>(rows: readonly T[], columns: readonly string[]): readonly T[] =>
  rows.slice(0, Math.floor(mostCells / Math.max(1, columns.length)));

/** Columns in the order in which they first occur. */
function fromRecords(records: readonly unknown[]): unknown {
  const objects = records.filter((record): record is object => typeof record === 'object' && record !== null);
  if (objects.length < records.length) return null;
  const columns = [...new Set(objects.flatMap(Object.keys))];
  const data = shownOf(objects, columns).map((record) => {
    const cells = new Map(Object.entries(record));
    return columns.map((name) => cells.get(name));
  });
  return { columns, data };
}

/** As long as there are columns; what is no cell is its JSON. */
const rowOf = (row: readonly unknown[], length: number): Cell[] =>
  Array.from({ length }, (_, index) => toCell(row[index]));

function toCell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? JSON.stringify(value) : (value as Cell);
}

/** Types as the service names them, else by what the cells are, in its words. */
function columnsOf({ columns, schema }: WireFrame, rows: Cell[][]): Column[] {
  const told = new Map(schema?.fields.map(({ name, type }) => [name, type]));
  return columns.map((name, index) => ({
    name,
    type: told.get(name) ?? typeOf(rows.map((row) => row[index] ?? null)),
  }));
}

function typeOf(cells: Cell[]): string {
  const present = cells.filter((cell) => cell !== null);
  const all = (is: (cell: Cell) => boolean) => present.length > 0 && present.every(is);
  if (all(Number.isInteger)) return 'integer';
  if (all((cell) => typeof cell === 'number')) return 'number';
  if (all((cell) => typeof cell === 'boolean')) return 'boolean';
  return all((cell) => typeof cell === 'string') ? 'string' : 'any';
}
