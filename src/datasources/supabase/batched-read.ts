import DataLoader from 'dataloader';
import { z } from 'zod';
import { ask } from './client.ts';
import type { Connection } from './connection.ts';
import { listed } from './filters.ts';
import { columnsOf } from './wire.ts';

/** As many values as still make a URL of some 5,000 characters. */
const batchSize = 100;

type Source<T extends z.ZodObject> = {
  table: string;
  row: T;
  column: keyof z.infer<T> & string;
  /** Of a table whose rows have no owner: what the policies let the caller see. */
  unowned?: boolean;
};

/**
 * Reads the caller's rows by the value of a column, those of one tick in one request. Nothing is remembered: whoever
 * follows a reply reads its row again and again. None for a missing row, and for somebody else's. Only for a column
 * that few rows share: the database cuts an answer of more than a thousand.
 */
export function createBatchedRows<T extends z.ZodObject>(
  connection: Connection,
  { table, row, column, unowned = false }: Source<T>,
): (value: string) => Promise<z.infer<T>[]> {
  const readBatch = async (values: readonly string[]) => {
    const { client, owner } = connection;
    const all = client.from(table).select(columnsOf(row));
    const query = unowned ? all : all.eq('owner', owner);
    const rows = await ask(query.filter(column, 'in', listed([...new Set(values)])), z.array(row));
    const found = Map.groupBy(rows, (each) => each[column]);
    return values.map((value) => found.get(value as z.infer<T>[typeof column]) ?? []);
  };
  const loader = new DataLoader<string, z.infer<T>[]>(readBatch, { cache: false, maxBatchSize: batchSize });
  return (value) => loader.load(value);
}

/** The same for a column whose value names one row; null where there is none. */
export function createBatchedRead<T extends z.ZodObject>(
  connection: Connection,
  source: Source<T>,
): (value: string) => Promise<z.infer<T> | null> {
  const readRows = createBatchedRows(connection, source);
  return async (value) => (await readRows(value))[0] ?? null;
}
