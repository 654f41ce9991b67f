import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { migratedDump } from './dump.ts';
import type { SupabaseOptions } from './index.ts';
import { makeCluster } from './make-cluster.ts';
import { openDatabase } from './pglite.ts';
import { serveSupabase } from './server.ts';

export type ThreadOptions = SupabaseOptions;
export type ThreadMessage = { url: string } | { failed: string } | 'opened';

const options = workerData as ThreadOptions;
const tell = (message: ThreadMessage): void => parentPort?.postMessage(message);

async function open() {
  const dataDir = options.home === undefined ? undefined : join(options.home, 'database');
  if (dataDir && !options.fromDump) await makeCluster(dataDir);
  return await openDatabase({ dataDir, dump: options.fromDump ? migratedDump : undefined });
}

const database = open();
database
  .catch((error) => console.error('supabase: the database does not open:', error))
  .then(() => tell('opened'));

try {
  const emulator = await serveSupabase({ ...options, database });
  parentPort?.once('message', async () => {
    await emulator.close();
    parentPort?.close();
  });
  tell({ url: emulator.url });
} catch (error) {
  tell({ failed: error instanceof Error ? error.message : String(error) });
  await database.then(
    (open) => open.close(),
    () => undefined,
  );
}
