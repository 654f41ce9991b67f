import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../../emulators/local/ports.ts';
import { distribution, NoKeycloak } from './distribution.ts';
import { ask, realmName, type Target } from './target.ts';

const administrator = { username: 'conformance', password: randomUUID() };

/** Starts the real server with the realm. Throws NoKeycloak where it cannot be had, or is not up in four minutes. */
export async function startReal(realm: unknown): Promise<Target> {
  const home = await distribution();
  const data = join(home, 'data');
  rmSync(data, { recursive: true, force: true });
  mkdirSync(join(data, 'import'), { recursive: true });
  writeFileSync(join(data, 'import', `${realmName}-realm.json`), JSON.stringify(realm));
  const log = join(home, 'server.log');
  const port = await freePort();
  const child = launch(home, { port, management: await freePort(), log });
  const target: Target = {
    name: 'Keycloak',
    origin: `http://127.0.0.1:${port}`,
    setRealm: (settings) => administer(target, '', settings),
    setPerson: async (name, changes) => {
      const token = await administratorToken(target);
      const { json } = await ask(target, `/admin/realms/${realmName}/users?username=${name}`, {
        bearer: token,
      });
      await administer(target, `/users/${(json as { id: string }[])[0]?.id}`, changes);
    },
    close: () => stop(child),
  };
  try {
    await ready(target, child, log);
  } catch (error) {
    await stop(child);
    throw error;
  }
  return target;
}

/** In a group of processes of its own, so that its shell and its Java end together. */
function launch(home: string, { port, management, log }: { port: number; management: number; log: string }) {
  const output = openSync(log, 'w');
  const options = [`--http-port=${port}`, `--http-management-port=${management}`, '--http-host=127.0.0.1'];
  const child = spawn(join(home, 'bin', 'kc.sh'), ['start-dev', ...options, '--import-realm'], {
    detached: true,
    stdio: ['ignore', output, output],
    env: {
      ...process.env,
      KC_BOOTSTRAP_ADMIN_USERNAME: administrator.username,
      KC_BOOTSTRAP_ADMIN_PASSWORD: administrator.password,
    },
  });
  closeSync(output);
  return child;
}

async function ready(target: Target, child: ChildProcess, log: string): Promise<void> {
  const deadline = Date.now() + 240_000;
  while (Date.now() < deadline && child.exitCode === null) {
    const answer = await ask(target, `/realms/${realmName}`).catch(() => null);
    if (answer?.status === 200) return;
    await wait(500);
  }
  throw new NoKeycloak('it did not start', { cause: readFileSync(log, 'utf8').slice(-2000) });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('close', resolve));
  process.kill(-child.pid, 'SIGTERM');
  const killing = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), 20_000);
  await ended;
  clearTimeout(killing);
}

async function administratorToken(target: Target): Promise<string> {
  const form = { grant_type: 'password', client_id: 'admin-cli', ...administrator };
  const { json } = await ask(target, '/realms/master/protocol/openid-connect/token', { form });
  return (json as { access_token: string }).access_token;
}

async function administer(target: Target, path: string, changes: unknown): Promise<void> {
  const bearer = await administratorToken(target);
  const asked = { method: 'PUT', json: changes, bearer };
  const { status, text } = await ask(target, `/admin/realms/${realmName}${path}`, asked);
  if (status !== 204) throw new Error(`the administrator was told ${status} ${text}`);
}
