import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Outcome, runCounted } from './counted.ts';
import { pythonOf } from './venv.ts';

export type { Outcome } from './counted.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

/** The Python with the clients of requirements.txt. Throws NoPython where there is no python3, or no PyPI. */
export const pythonWithClients = (): Promise<string> =>
  pythonOf({ folder: '.venv', requirements: 'requirements.txt', python: 'python3' });

/** Runs one script, showing its output, and counts the checks it reports. */
export const runScript = (python: string, script: string, env: Record<string, string>): Promise<Outcome> =>
  runCounted({ name: script, command: python, args: ['-u', join(here, script)], env });
