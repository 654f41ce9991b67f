import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const run = promisify(execFile);

/** Why Python packages cannot be had on this machine. */
export class NoPython extends Error {}

async function step(reason: string, command: string, args: string[], timeout: number): Promise<void> {
  await run(command, args, { timeout, maxBuffer: 2 ** 24 }).catch((cause) => {
    const said = String(cause.stderr ?? '')
      .trim()
      .split('\n')
      .at(-1);
    throw new NoPython(said ? `${reason} (${said})` : reason, { cause });
  });
}

export type Venv = {
  /** Folder beside this file. */
  folder: string;
  /** File of pip requirements beside this file; when it changes the environment is made anew. */
  requirements: string;
  /** The Python it is made with. */
  python: string;
};

/** The Python of an environment with the packages, made on the first run. Throws NoPython without Python or PyPI. */
export async function pythonOf({ folder, requirements, python }: Venv): Promise<string> {
  const venv = join(here, folder);
  const own = join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const installed = join(venv, 'installed.txt');
  const wanted = readFileSync(join(here, requirements), 'utf8');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return own;
  rmSync(venv, { recursive: true, force: true });
  await step(`no ${python}`, python, ['--version'], 10_000);
  await step(`no ${python} with venv`, python, ['-m', 'venv', venv], 120_000);
  console.log(`installing ${requirements} from PyPI, once; this takes a minute`);
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r'];
  await step('no PyPI', own, [...install, join(here, requirements)], 900_000);
  writeFileSync(installed, wanted);
  return own;
}
