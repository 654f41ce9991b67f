import { Worker } from 'node:worker_threads';
import type { Emulator } from '../kit/server.ts';
import type { Keys } from './access.ts';
import type { ThreadMessage, ThreadOptions } from './thread.ts';

export type { Keys } from './access.ts';
export { type Database, DatabaseError } from './database.ts';
export { migratedDump } from './dump.ts';
export { openDatabase } from './pglite.ts';
export { type ServeOptions, serveSupabase } from './server.ts';

export type SupabaseOptions = Keys & {
  /** The database is in its folder `database`. Without a home it is in memory. */
  home?: string;
  /** A free one by default. */
  port?: number;
  tls?: { key: string; cert: string };
  /** As hosted, 1000; null for no bound. */
  maxRows?: number | null;
  /** Opens a new database in this process from a dump, made if need be: for tests. */
  fromDump?: boolean;
};

/** `opened` resolves when no request waits for the database any more: it is open, or has told that it cannot be. */
export type SupabaseEmulator = Emulator & { opened: Promise<void> };

/**
 * Starts Supabase's REST interface in a thread of its own, since PGlite keeps the one it runs in busy. Resolves as
 * soon as it listens: requests wait until the database is open. Rejects where it cannot listen.
 */
export async function startSupabase(options: SupabaseOptions): Promise<SupabaseEmulator> {
  const worker = new Worker(new URL('./thread.ts', import.meta.url), {
    workerData: options satisfies ThreadOptions,
    execArgv: [],
  });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  worker.on('message', (message: ThreadMessage) => {
    if (message === 'opened') open();
    else if ('url' in message) resolve(message.url);
    else reject(new Error(message.failed));
  });
  worker.on('error', (error) => {
    console.error('supabase: unexpected', error);
    reject(error);
  });
  exited.then(open);
  worker.once('exit', () => reject(new Error('The emulator of Supabase ended before it listened.')));
  const close = async () => {
    worker.postMessage('close');
    await exited;
  };
  return { name: 'supabase', url: await promise, opened, close };
}
