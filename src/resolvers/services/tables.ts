import { badInput } from '../../domain/errors.ts';
import type { Cell, TableInput } from '../../domain/tables.ts';
import { assertNested } from './nesting.ts';

/** As it comes from a client: cells are any JSON. */
export type GivenTable = { columns: readonly string[]; rows: readonly (readonly unknown[])[] };

const mostColumns = 1_000;
const mostCells = 1_000_000;
const maxName = 256;

/** A table whose rows are as long as its columns. @throws BAD_USER_INPUT naming the place, as `input.data.rows[3]`. */
export function readTable(field: string, table: GivenTable): TableInput {
  const { columns, rows } = table;
  checkColumns(`${field}.columns`, columns);
  if (rows.length * columns.length > mostCells)
    throw refused(`${field}.rows`, `at most ${mostCells} cells were expected.`);
  return {
    columns: [...columns],
    rows: rows.map((row, index) => readRow(`${field}.rows[${index}]`, row, columns.length)),
  };
}

/** The same, which must hold something. */
export function readRows(field: string, given: GivenTable): TableInput {
  const table = readTable(field, given);
  if (table.rows.length === 0) throw refused(`${field}.rows`, 'at least one row was expected.');
  return table;
}

function checkColumns(field: string, columns: readonly string[]): void {
  if (columns.length === 0) throw refused(field, 'at least one column was expected.');
  if (columns.length > mostColumns) throw refused(field, `at most ${mostColumns} were expected.`);
  const seen = new Set<string>();
  for (const [index, name] of columns.entries()) {
    if (name.trim() === '' || name.length > maxName)
      throw refused(`${field}[${index}]`, `a name of 1 to ${maxName} characters was expected.`);
    if (seen.has(name)) throw refused(`${field}[${index}]`, `the column "${name}" is given twice.`);
    seen.add(name);
  }
}

function readRow(field: string, row: readonly unknown[], length: number): Cell[] {
  if (row.length !== length) {
    throw refused(field, `${length} cells were expected, one for each column, not ${row.length}.`);
  }
  return row.map((cell, index) => readCell(`${field}[${index}]`, cell));
}

function readCell(field: string, cell: unknown): Cell {
  if (cell === null || typeof cell === 'string' || typeof cell === 'boolean') return cell;
  if (typeof cell === 'number' && Number.isFinite(cell)) return cell;
  throw refused(field, 'text, a number, a truth value or null was expected.');
}

type Feature = { type?: unknown; geometry?: unknown };

/** A GeoJSON FeatureCollection (RFC 7946), or null. @throws BAD_USER_INPUT. */
export function readGeo(field: string, geo: unknown): unknown {
  if (geo == null) return null;
  assertNested(field, geo);
  const { type, features } = geo as { type?: unknown; features?: unknown };
  if (type !== 'FeatureCollection' || !Array.isArray(features))
    throw refused(field, 'a GeoJSON FeatureCollection was expected.');
  const wrong = (features as (Feature | null)[]).findIndex(
    (feature) => feature?.type !== 'Feature' || typeof feature.geometry !== 'object',
  );
  if (wrong >= 0) throw refused(`${field}.features[${wrong}]`, 'a Feature with a geometry was expected.');
  return geo;
}

const refused = (field: string, why: string) => badInput(field, `${field}: ${why}`);
