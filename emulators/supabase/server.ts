import { type Emulator, startEmulator } from '../kit/server.ts';
import { callerOf, type Keys } from './access.ts';
import type { Database } from './database.ts';
import { createRoutes } from './routes.ts';
import { faultReply } from './wire/errors.ts';

export type ServeOptions = Keys & {
  database: Promise<Database>;
  /** A free one by default. */
  port?: number;
  tls?: { key: string; cert: string };
  /** Milliseconds since 1970. */
  clock?: () => number;
  /** How many rows one answer holds at most; as hosted, 1000. Null for no bound. */
  maxRows?: number | null;
};

/** Serves a database in this thread; it listens at once, and requests wait until the database is open. */
export async function serveSupabase({ database, ...options }: ServeOptions): Promise<Emulator> {
  const { clock = Date.now, maxRows = 1000 } = options;
  const emulator = await startEmulator({
    name: 'supabase',
    port: options.port,
    tls: options.tls,
    handle: createRoutes({ ...options, database, clock, maxRows }),
    callerOf: ({ headers }) => callerOf(headers, options),
    errorReply: faultReply,
  });
  return {
    ...emulator,
    close: async () => {
      await emulator.close();
      await database.then(
        (open) => open.close(),
        () => undefined,
      );
    },
  };
}
