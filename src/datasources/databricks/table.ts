import type { Cell, Column, Table } from '../../domain/tables.ts';
import type { WireCell, WireChunk, WireColumn, WireStatement } from './wire.ts';

type Convert = (text: string) => Cell;

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Also from scientific notation, which large whole numbers may come in. Beyond 2^53 it stays as it was written. */
const whole: Convert = (text) => {
  const number = decimal.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : text;
};
/** NaN and the infinities, which no JSON holds, stay text. */
const floating: Convert = (text) => {
  const number = decimal.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : text;
};
const truth: Convert = (text) => (/^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : text);

/** By `type_name`; every other type, DECIMAL, DATE and TIMESTAMP among them, stays text. */
const converters = new Map<string, Convert>([
  ['BOOLEAN', truth],
  ['BYTE', whole],
  ['SHORT', whole],
  ['INT', whole],
  ['LONG', whole],
  ['FLOAT', floating],
  ['DOUBLE', floating],
]);

/** Columns in the order of the cells, which is that of their positions. */
export function columnsOf({ manifest }: WireStatement): Column[] {
  const columns = (manifest?.schema?.columns ?? []).map((column, index) => ({ index, ...column }));
  const place = (column: WireColumn & { index: number }) => column.position ?? column.index;
  return columns
    .toSorted((one, other) => place(one) - place(other))
    .map(({ name, type_name }) => ({ name, type: type_name ?? 'STRING' }));
}

export const rowsIn = (chunk: WireChunk | null | undefined): WireCell[][] =>
  chunk?.data_array ?? chunk?.data_typed_array ?? [];

/** Every cell comes as text or null (contract section 3.4). Each row is as long as there are columns. */
export function toRows(columns: Column[], rows: WireCell[][]): Cell[][] {
  const convert = columns.map(({ type }) => converters.get(type.toUpperCase()));
  return rows.map((row) =>
    columns.map((_, index) => {
      const cell = row[index] ?? null;
      return typeof cell === 'string' ? (convert[index]?.(cell) ?? cell) : cell;
    }),
  );
}

/** `more`: there are rows that were not read. */
export function toTable(statement: WireStatement, read: WireCell[][], maxRows: number, more: boolean): Table {
  const columns = columnsOf(statement);
  const { total_row_count: total, truncated } = statement.manifest ?? {};
  const rows = toRows(columns, read.slice(0, maxRows));
  const isCut = Boolean(truncated) || more || read.length > maxRows || (total ?? 0) > rows.length;
  return { columns, rows, rowCount: total ?? (isCut ? null : rows.length), truncated: isCut };
}
