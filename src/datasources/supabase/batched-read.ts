import DataLoader from 'dataloader';
import { z } from 'zod';
import { ask } from './client.ts';
import type { Connection } from './connection.ts';
import { listed } from './filters.ts';
import { columnsOf } from './wire.ts';

/** As many values as still make a URL of some 5,000 characters. */
const batchSize = 100;

/**
 * Reads the caller's rows by the value of a column, those of one tick in one request. Nothing is remembered: whoever
 * follows a reply reads its row again and again. Null for a missing row, and for somebody else's.
 */
export function createBatchedRead<T extends z.ZodObject>(
  connection: Connection,
  { table, row, column }: { table: string; row: T; column: keyof z.infer<T> & string },
): (value: string) => Promise<z.infer<T> | null> {
  const readBatch = async (values: readonly string[]) => {
    const { client, owner } = connection;
    const query = client.from(table).select(columnsOf(row)).eq('owner', owner);
    const rows = await ask(query.filter(column, 'in', listed([...new Set(values)])), z.array(row));
    const found = new Map(rows.map((each) => [each[column], each]));
    return values.map((value) => found.get(value as z.infer<T>[typeof column]) ?? null);
  };
  const loader = new DataLoader<string, z.infer<T> | null>(readBatch, {
    cache: false,
    maxBatchSize: batchSize,
  });
  return (value) => loader.load(value);
}
