import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { usage } from '../failure.ts';

/** A table as the API takes it. */
export type InputTable = { columns: string[]; rows: (string | number | boolean | null)[][] };

/**
 * A CSV file with a head. A column whose cells are all numbers is one of numbers, unless `text` names it; numbers that
 * would change by it, such as 007 or more digits than a number holds, keep their column text. Empty cells are null.
 */
export async function readTable(path: string, text: readonly string[] = []): Promise<InputTable> {
  const [columns, ...lines] = cellsOf(await readFile(path, 'utf8'), path);
  if (!columns || lines.length === 0) throw usage(`${path} holds no rows below a head.`);
  const unknown = text.find((name) => !columns.includes(name));
  if (unknown !== undefined) throw usage(`${path} has no column "${unknown}".`);
  const readers = columns.map((name, index) =>
    readerOf(
      lines.map((cells) => cells[index] ?? ''),
      text.includes(name),
    ),
  );
  const rows = lines.map((cells) =>
    cells.map((cell, index) => (cell === '' ? null : (readers[index] as Reader)(cell))),
  );
  return { columns, rows };
}

type Reader = (cell: string) => string | number | boolean;

function cellsOf(content: string, path: string): string[][] {
  try {
    return parse(content, { bom: true, skip_empty_lines: true, trim: true }) as string[][];
  } catch (error) {
    throw usage(`${path} is no CSV: ${(error as Error).message}`);
  }
}

function readerOf(cells: readonly string[], text: boolean): Reader {
  const filled = cells.filter((cell) => cell !== '');
  const asText = (cell: string) => cell;
  if (text || filled.length === 0) return asText;
  if (filled.every(isNumber)) return Number;
  return filled.every((cell) => /^(true|false)$/i.test(cell)) ? (cell) => /^true$/i.test(cell) : asText;
}

/** One that is the same number when it is written again, but for its zeros at the end and its exponent. */
function isNumber(cell: string): boolean {
  if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(cell)) return false;
  const value = Number(cell);
  return Number.isFinite(value) && (Number.isSafeInteger(value) || !/^-?\d+$/.test(cell));
}
