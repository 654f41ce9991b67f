import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonOf } from '../venv.ts';

/** The newest of each wire generation. */
export const realVersions = { 1: '1.1.1', 2: '2.4.1' } as const;
export type RealVersion = (typeof realVersions)[keyof typeof realVersions];

/** Chapkit wants Python 3.13, which not every machine has. */
export class NoNewPython extends Error {}

const run = promisify(execFile);
const isNew = 'import sys; sys.exit(sys.version_info < (3, 13))';

/** Those that pyenv has, of which it need not have chosen any. */
function pyenvPythons(): string[] {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  if (!existsSync(versions)) return [];
  return readdirSync(versions).map((version) => join(versions, version, 'bin', 'python3'));
}

async function findPython(): Promise<string> {
  for (const python of ['python3.13', 'python3.14', 'python3', ...pyenvPythons()]) {
    const fits = await run(python, ['-c', isNew], { timeout: 10_000 }).then(
      () => true,
      () => false,
    );
    if (fits) return python;
  }
  throw new NoNewPython('no Python 3.13');
}

/** The Python with that Chapkit. Throws NoNewPython, or NoPython where there is no PyPI. */
export const pythonWithChapkit = async (version: RealVersion): Promise<string> =>
  pythonOf({
    folder: `.venv-chapkit-${version}`,
    requirements: `chapkit/requirements-${version}.txt`,
    python: await findPython(),
  });
