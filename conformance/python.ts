import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pythonOf } from './venv.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

/** The Python with the clients of requirements.txt. Throws NoPython where there is no python3, or no PyPI. */
export const pythonWithClients = (): Promise<string> =>
  pythonOf({ folder: '.venv', requirements: 'requirements.txt', python: 'python3' });

export type Outcome = { passed: number; failed: number };

/**
 * Runs one script, showing its output, and counts the checks it reports. A script that ends by itself before its last
 * check, or not within ten minutes, is one more failure.
 */
export async function runScript(
  python: string,
  script: string,
  env: Record<string, string>,
): Promise<Outcome> {
  const child = spawn(python, ['-u', join(here, script)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 600_000,
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const outcome = { passed: 0, failed: 0 };
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(line);
    if (line.startsWith('ok ')) outcome.passed += 1;
    if (line.startsWith('FAILED ')) outcome.failed += 1;
  }
  const code = await ended;
  if (code === 0 || (code === 1 && outcome.failed > 0)) return outcome;
  console.log(`FAILED ${script} ended with ${code ?? 'a signal'}`);
  return { ...outcome, failed: outcome.failed + 1 };
}
