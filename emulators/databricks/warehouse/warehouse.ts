import type { DuckDBInstance } from '@duckdb/node-api';
import { LRUCache } from 'lru-cache';
import type { Statement } from '../questions/sql.ts';
import { type Column, cellOf, columnOf } from './cells.ts';
import { sampleTables } from './tables.ts';

export type RowSet = { columns: Column[]; rows: (string | null)[][]; truncated: boolean };

/** The engine that runs the SQL of the answers over the sample tables. */
export type Warehouse = {
  /** At most 5000 rows. */
  run(statement: Pick<Statement, 'sql' | 'parameters'>): Promise<RowSet>;
  close(): Promise<void>;
};

const mostRows = 5000;

/** Nothing is loaded before the first question. */
export function createWarehouse(): Warehouse {
  let opened: Promise<DuckDBInstance> | undefined;
  const results = new LRUCache<string, Promise<RowSet>>({ max: 20 });
  const open = () => {
    opened ??= openTables();
    return opened;
  };
  return {
    run: (statement) => {
      const key = JSON.stringify([statement.sql, statement.parameters]);
      const known = results.get(key) ?? open().then((instance) => query(instance, statement));
      results.set(key, known);
      return known;
    },
    close: async () => (await opened)?.closeSync(),
  };
}

async function openTables(): Promise<DuckDBInstance> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '64MB' });
  const connection = await instance.connect();
  await connection.run(sampleTables);
  connection.closeSync();
  return instance;
}

async function query(
  instance: DuckDBInstance,
  { sql, parameters }: Pick<Statement, 'sql' | 'parameters'>,
): Promise<RowSet> {
  const connection = await instance.connect();
  try {
    const values = Object.fromEntries(parameters.map(({ keyword, value }) => [keyword, value]));
    const reader = await connection.runAndReadAll(bound(sql, parameters), values);
    const columns = reader
      .columnNames()
      .map((name, position) => columnOf(name, position, reader.columnType(position)));
    const rows = reader.getRows();
    const shown = rows
      .slice(0, mostRows)
      .map((row) => columns.map((column, index) => cellOf(row[index], column)));
    return { columns, rows: shown, truncated: rows.length > mostRows };
  } finally {
    connection.closeSync();
  }
}

/** Databricks names a parameter `:start`, this engine `$start`, and takes its value as text. */
const bound = (sql: string, parameters: Statement['parameters']): string =>
  parameters.reduce(
    (text, { keyword, sql_type }) =>
      text.replaceAll(`:${keyword}`, sql_type === 'DATE' ? `CAST($${keyword} AS DATE)` : `$${keyword}`),
    sql,
  );
