import type { Column, Table } from '../catalogue.ts';
import type { Selected } from '../wire/columns.ts';
import type { Condition } from '../wire/filters.ts';
import type { Statement } from './answer.ts';
import { selectSql, whereSql } from './clauses.ts';
import { createBindings, identifier, tableName } from './identifiers.ts';

/** What a change gives back: columns, or only that it happened. */
export type Returning = { select: Selected[] | null } | null;

export type Insertion = {
  table: Table;
  columns: Column[];
  /** JSON: one row or an array of them. */
  body: string;
  missingDefault: boolean;
  /** Columns whose collision is no error. */
  conflict: { columns: readonly string[]; resolution: 'merge-duplicates' | 'ignore-duplicates' } | null;
  returning: Returning;
};

export function insertStatement(insertion: Insertion): Statement {
  const { table, columns, body, conflict, returning } = insertion;
  const bindings = createBindings();
  const returned = returningSql(table, returning, bindings);
  if (columns.length === 0) return { rows: `${emptyRows(table, body)}${returned}`, bindings };
  const names = columns.map(({ name }) => identifier(name)).join(', ');
  const defaults = insertion.missingDefault ? columns.filter((column) => column.default !== null) : [];
  const rows = rowsSql(columns, bindings.bind(body), defaults);
  const merges = conflict?.resolution === 'merge-duplicates' && conflict.columns.length > 0;
  const counted = merges ? ` where ${countInserted(1, '0')}` : '';
  const onConflict = conflict ? conflictSql(conflict, columns) : '';
  const target = `insert into ${tableName(table.name)} (${names}) select ${names} from ${rows}`;
  return { rows: `${target}${counted}${onConflict}${returned}`, bindings };
}

/** `{}` is a row of defaults; `[]` is none. */
function emptyRows({ name }: Table, body: string): string {
  if (body.trim().startsWith('{')) return `insert into ${tableName(name)} default values`;
  return `insert into ${tableName(name)} select from (select) nothing where false`;
}

/** The payload as a relation of the columns' types. */
function rowsSql(columns: Column[], payload: string, defaults: Column[]): string {
  const typed = columns.map(({ name, type }) => `${identifier(name)} ${type}`).join(', ');
  const array = `(select case json_typeof(${payload}::json) when 'array' then ${payload}::json else json_build_array(${payload}::json) end)`;
  if (defaults.length === 0) return `json_to_recordset(${array}) as pgrst_body (${typed})`;
  const filled = defaults.map((column) => `'${column.name.replaceAll("'", "''")}', ${column.default}`);
  const merged = `(select jsonb_agg(jsonb_build_object(${filled.join(', ')}) || one) from jsonb_array_elements(${array}::jsonb) one)`;
  return `jsonb_to_recordset(${merged}) as pgrst_body (${typed})`;
}

function conflictSql(
  { columns: keys, resolution }: NonNullable<Insertion['conflict']>,
  columns: Column[],
): string {
  if (keys.length === 0) return '';
  const target = ` on conflict (${keys.map(identifier).join(', ')})`;
  if (resolution === 'ignore-duplicates') return `${target} do nothing`;
  const set = columns.map(({ name }) => `${identifier(name)} = excluded.${identifier(name)}`).join(', ');
  return `${target} do update set ${set} where ${countInserted(-1, '-1')}`;
}

/** Counts new rows as PostgREST does: up with each that is tried, down again with each that was there. */
const countInserted = (step: number, never: string): string =>
  `set_config('pgrst.inserted', (coalesce(nullif(current_setting('pgrst.inserted', true), '')::int, 0) + ${step})::text, true) <> '${never}'`;

export type Update = {
  table: Table;
  columns: Column[];
  body: string;
  conditions: Condition[];
  returning: Returning;
};

export function updateStatement({ table, columns, body, conditions, returning }: Update): Statement {
  const bindings = createBindings();
  const name = tableName(table.name);
  if (columns.length === 0)
    return { rows: `select ${returning ? `${name}.*` : '1'} from ${name} where false`, bindings };
  const rows = rowsSql(columns, bindings.bind(body), []);
  const set = columns.map((column) => `${identifier(column.name)} = pgrst_body.${identifier(column.name)}`);
  const where = whereSql(conditions, { from: name, bindings });
  const returned = returningSql(table, returning, bindings);
  return {
    rows: `update ${name} set ${set.join(', ')} from (select * from ${rows} limit 1) pgrst_body${where}${returned}`,
    bindings,
  };
}

export function deleteStatement(table: Table, conditions: Condition[], returning: Returning): Statement {
  const bindings = createBindings();
  const name = tableName(table.name);
  const where = whereSql(conditions, { from: name, bindings });
  return { rows: `delete from ${name}${where}${returningSql(table, returning, bindings)}`, bindings };
}

/** `returning 1` needs no right to read. */
function returningSql(table: Table, returning: Returning, bindings: Statement['bindings']): string {
  if (returning === null) return ' returning 1';
  return ` returning ${selectSql(returning.select, { from: tableName(table.name), bindings })}`;
}
