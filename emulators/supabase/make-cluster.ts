import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { hasData } from './pglite.ts';

const program = fileURLToPath(new URL('./new-cluster.ts', import.meta.url));

/**
 * Makes the database of a folder that has none, in a process of its own: making one takes twice the memory that
 * holding it does, and gives it back only so. Throws Error where it cannot be made.
 */
export async function makeCluster(dataDir: string): Promise<void> {
  if (hasData(dataDir)) return;
  const child = spawn(process.execPath, [program, dataDir], { stdio: ['pipe', 'ignore', 'inherit'] });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`The database in ${dataDir} could not be made.`);
}
