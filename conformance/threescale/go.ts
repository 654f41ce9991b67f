import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const run = promisify(execFile);

/** Why the Go client cannot be had on this machine. */
export class NoGo extends Error {}

/** Builds the checks with the client they are written for, below `folder`. Throws NoGo without Go or its modules. */
export async function buildChecks(folder: string): Promise<string> {
  await step('no go', ['version'], 10_000);
  await step("no module of 3scale's client", ['mod', 'download'], 120_000);
  const program = join(folder, 'checks');
  await run('go', ['build', '-o', program, '.'], { cwd: here, timeout: 300_000 });
  return program;
}

async function step(reason: string, args: string[], timeout: number): Promise<void> {
  await run('go', args, { cwd: here, timeout }).catch((cause) => {
    throw new NoGo(reason, { cause });
  });
}
