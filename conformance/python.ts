import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const venv = join(here, '.venv');
const requirements = join(here, 'requirements.txt');
const installed = join(venv, 'installed.txt');
const pythonInVenv = join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

const run = promisify(execFile);

/** Why the Python clients cannot be had on this machine. */
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

/**
 * The Python of `.venv` with the clients of requirements.txt, made on the first run and whenever that file changes.
 * Throws NoPython where there is no python3, or no PyPI.
 */
export async function pythonWithClients(): Promise<string> {
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return pythonInVenv;
  rmSync(venv, { recursive: true, force: true });
  await step('no python3', 'python3', ['--version'], 10_000);
  await step('no python3 with venv', 'python3', ['-m', 'venv', venv], 120_000);
  console.log('installing the Python clients from PyPI, once; this takes a minute');
  const quiet = ['--quiet', '--disable-pip-version-check'];
  await step('no PyPI', pythonInVenv, ['-m', 'pip', 'install', ...quiet, '-r', requirements], 900_000);
  writeFileSync(installed, wanted);
  return pythonInVenv;
}

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
