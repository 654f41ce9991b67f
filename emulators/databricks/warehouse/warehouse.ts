import type { DuckDBInstance } from '@duckdb/node-api';
import { LRUCache } from 'lru-cache';
import type { Statement } from '../questions/sql.ts';
import { type Column, cellOf, columnOf } from './cells.ts';
import { sampleTables } from './tables.ts';

export type RowSet = { columns: Column[]; rows: (string | null)[][]; truncated: boolean };

type Query = Pick<Statement, 'sql' | 'parameters'>;

/** The engine that runs the SQL of the answers over the sample tables. */
export type Warehouse = {
  /** At most 5000 rows. */
  run(query: Query): Promise<RowSet>;
  runWhole(query: Query): Promise<RowSet>;
  close(): Promise<void>;
};

const mostRows = 5000;

/** Nothing is loaded before the first question. */
export function createWarehouse(): Warehouse {
  let opened: Promise<DuckDBInstance> | undefined;
  const results = new LRUCache<string, Promise<RowSet>>({ max: 20 });
  const runWhole = async (query: Query) => {
    opened ??= openTables();
    return await rowsOf(await opened, query);
  };
  const remembered = (query: Query) => {
    const key = JSON.stringify([query.sql, query.parameters]);
    const known = results.get(key) ?? runWhole(query).then(capped);
    results.set(key, known);
    // A failure is not kept; whoever waits for it hears of it all the same.
    known.catch(() => results.delete(key));
    return known;
  };
  return { run: remembered, runWhole, close: async () => (await opened)?.closeSync() };
}

const capped = (whole: RowSet): RowSet => ({
  ...whole,
  rows: whole.rows.slice(0, mostRows),
  truncated: whole.rows.length > mostRows,
});

async function openTables(): Promise<DuckDBInstance> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '64MB' });
  const connection = await instance.connect();
  await connection.run(sampleTables);
  connection.closeSync();
  return instance;
}

async function rowsOf(instance: DuckDBInstance, { sql, parameters }: Query): Promise<RowSet> {
  const connection = await instance.connect();
  try {
    const values = Object.fromEntries(parameters.map(({ keyword, value }) => [keyword, value]));
    const reader = await connection.runAndReadAll(bound(sql, parameters), values);
    const columns = reader
      .columnNames()
      .map((name, position) => columnOf(name, position, reader.columnType(position)));
    const rows = reader.getRows().map((row) => columns.map((column, index) => cellOf(row[index], column)));
    return { columns, rows, truncated: false };
  } finally {
    connection.closeSync();
  }
}

/** Databricks names a parameter `:start`, this engine `$start`, and takes its value as text. */
const bound = (sql: string, parameters: Query['parameters']): string =>
  parameters.reduce(
    (text, { keyword, sql_type }) =>
      text.replaceAll(`:${keyword}`, sql_type === 'DATE' ? `CAST($${keyword} AS DATE)` : `$${keyword}`),
    sql,
  );
