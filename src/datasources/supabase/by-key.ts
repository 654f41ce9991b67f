import DataLoader from 'dataloader';
import { z } from 'zod';
import { ask } from './client.ts';
import type { Connection } from './connection.ts';
import { sortable } from './keyset.ts';
import { columnsOf } from './wire.ts';

/** As many keys as still make a URL of 4,000 characters. */
const batchSize = 100;

/**
 * Reads the caller's rows by key, those of one tick in one request. Nothing is remembered: whoever follows a reply
 * reads its row again and again. Null for a missing row, for somebody else's, and for what can be no key.
 */
export function createReadByKey<T extends z.ZodObject<{ key: z.ZodString }>>(
  connection: Connection,
  { table, row }: { table: string; row: T },
): (key: string) => Promise<z.infer<T> | null> {
  const readBatch = async (keys: readonly string[]) => {
    const { client, owner } = connection;
    const query = client.from(table).select(columnsOf(row)).eq('owner', owner);
    const rows = await ask(query.in('key', [...new Set(keys)]), z.array(row));
    const found = new Map(rows.map((each) => [each.key as string, each]));
    return keys.map((key) => found.get(key) ?? null);
  };
  const loader = new DataLoader<string, z.infer<T> | null>(readBatch, {
    cache: false,
    maxBatchSize: batchSize,
  });
  return async (key) => (sortable.uuid.test(key) ? loader.load(key.toLowerCase()) : null);
}
