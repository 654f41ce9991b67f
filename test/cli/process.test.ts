import { execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { data } from './support/server.ts';
import { signedIn } from './support/signed-in.ts';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/** As a process of its own, with pipes. */
async function signedInProcess() {
  const { api, world } = await signedIn();
  const env = { ...process.env, MLGRAPH_CONFIG_DIR: world.directory, MLGRAPH_URL: api.url };
  return { api, env };
}

const many = Array.from({ length: 3000 }, (_, i) => ({
  id: `id-${i}`,
  title: `Space ${i}`,
  description: 'x'.repeat(50),
}));
const spaces = data({ genieSpaces: { nodes: many, pageInfo: { hasNextPage: false } } });

describe('as a process', () => {
  test('writes all of a long list to a pipe, without colours', async () => {
    const { api, env } = await signedInProcess();
    api.on('GenieSpaces', spaces);
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, 'spaces', 'list'], { env });
    expect(stdout.split('\n')).toHaveLength(3002);
    expect(stdout + stderr).not.toContain('\u001b');
  });

  test('ends in silence when its reader has seen enough', async () => {
    const { api, env } = await signedInProcess();
    api.on('GenieSpaces', spaces);
    const child = spawn(process.execPath, [main, 'spaces', 'list'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let err = '';
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect([code, err]).toEqual([0, '']);
  });

  test('exits with the code of its failure', async () => {
    const { api, env } = await signedInProcess();
    await api.close();
    const failure = await promisify(execFile)(process.execPath, [main, 'runs', 'list'], { env }).catch(
      (error) => error,
    );
    expect(failure).toMatchObject({ code: 7, stdout: '' });
  });
});
