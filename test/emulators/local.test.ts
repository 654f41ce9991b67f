import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { gatewayClient } from '../../emulators/local/gateway-client.ts';
import { freePort } from '../../emulators/local/ports.ts';
import { processMark } from '../../emulators/local/process-mark.ts';
import type { Session } from '../../emulators/local/session.ts';

const main = fileURLToPath(new URL('../../emulators/main.ts', import.meta.url));

let home: string;
let port: number;
let running: ChildProcess[];
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'mlgraph-local-'));
  port = await freePort();
  running = [];
});
afterEach(async () => {
  for (const child of running) await end(child);
  rmSync(home, { recursive: true });
});

function start(): ChildProcess & { output(): string } {
  const env = { ...process.env, MLGRAPH_HOME: home, PORT: String(port) };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  return Object.assign(child, { output: () => text });
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = once(child, 'exit');
  child.kill(signal);
  return (await exit)[0];
}

const session = (): Session => JSON.parse(readFileSync(join(home, 'session.json'), 'utf8'));
const said = (child: { output(): string }, text: string, timeout = 20_000) =>
  vi.waitFor(() => expect(child.output()).toContain(text), { timeout, interval: 50 });

const json = { 'content-type': 'application/json' };

async function ask<T>(query: string, token: string, variables = {}): Promise<T> {
  const headers = { ...json, authorization: `Bearer ${token}` };
  const answer = await fetch(session().url, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query, variables }),
  });
  return (await answer.json()) as T;
}
const tokenOf = (name: string) => session().people.find((person) => person.name === name)?.token ?? '';

it('signs five people in, tells where everything is, and leaves nothing behind', async () => {
  const local = start();
  await said(local, `http://127.0.0.1:${port}/graphql`);
  const { pids, people, apiKeys, upstreams, ...rest } = session();
  expect(rest).toEqual({
    url: `http://127.0.0.1:${port}/graphql`,
    wsUrl: `ws://127.0.0.1:${port}/graphql`,
  });
  expect(people.map(({ name, role }) => [name, role])).toEqual([
    ['Ada', 'data-scientist'],
    ['Ben', 'data-scientist'],
    ['Grace', 'administrator'],
    ['Olaf', 'outsider'],
    ['Kim', 'keycloak'],
  ]);
  expect(apiKeys.map(({ name, scopes }) => [name, scopes.join()])).toEqual([
    ['reader', 'READ'],
    ['predictor', 'READ,PREDICT'],
    ['admin', 'READ,TRAIN,PREDICT,CHAT,DEPLOY,KEYS,ADMIN'],
  ]);
  expect(Object.keys(upstreams)).toEqual([
    ...['entra', 'arm', 'azureml', 'blob', 'foundry'],
    ...['databricks', 'chapkit', 'chapkit-2', 'keycloak', 'threescale', 'supabase'],
  ]);
  expect(pids.emulators).toBe(local.pid);
  expect(statSync(join(home, 'session.json')).mode & 0o777).toBe(0o600);
  const me = await ask<{ data: { me: { user: { name: string; role: string } } } }>(
    '{ me { user { name role } } }',
    tokenOf('Grace'),
  );
  expect(me.data.me.user).toEqual({ name: 'Grace', role: 'ADMIN' });
  local.kill('SIGINT');
  expect(await end(local, 'SIGINT')).toBe(0);
  expect(() => process.kill(pids.gateway, 0)).toThrow('ESRCH');
  for (const file of ['session.json', 'graphiql.json', 'holder.json'])
    expect(existsSync(join(home, file))).toBe(false);
});

it('is there, database and all, once it says so, also the first time', async () => {
  const local = start();
  await said(local, '/graphql');
  const query = '{ health { services { name status } } sessions(first: 1) { nodes { id } } }';
  const { data } = await ask<{ data: { health: { services: unknown }; sessions: unknown } }>(
    query,
    tokenOf('Ada'),
  );
  expect(data.sessions).toEqual({ nodes: [] });
  expect(data.health.services).toContainEqual({ name: 'supabase', status: 'HEALTHY' });
});

it('refuses a second start on the same home, and names the first', async () => {
  const local = start();
  await said(local, '/graphql');
  const second = start();
  const [code] = await once(second, 'exit');
  expect(code).toBe(1);
  expect(second.output()).toContain(`by process ${local.pid}`);
  expect(session().pids.emulators).toBe(local.pid);
});

it('says so when the port is taken', async () => {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const local = start();
  const [code] = await once(local, 'exit');
  server.close();
  expect(code).toBe(1);
  expect(local.output()).toContain(`Port ${port} is already in use`);
});

it('brings a killed gateway back, with its new pid in the session and the old tokens still good', async () => {
  const local = start();
  await said(local, '/graphql');
  const before = session();
  process.kill(before.pids.gateway, 'SIGKILL');
  await vi.waitFor(() => expect(session().pids.gateway).not.toBe(before.pids.gateway), { timeout: 20_000 });
  const { upstreams, url } = session();
  expect({ upstreams, url }).toEqual({ upstreams: before.upstreams, url: before.url });
  const answer = await ask<{ data: unknown }>('{ me { kind } }', before.people[0]?.token ?? '');
  expect(answer.data).toEqual({ me: { kind: 'USER' } });
});

it('ends the gateway of a start that was killed, and takes its place; tokens stay good', async () => {
  const first = start();
  await said(first, '/graphql');
  const before = session();
  await end(first, 'SIGKILL');
  const second = start();
  await said(second, '/graphql');
  expect(session().upstreams).toEqual(before.upstreams);
  const answer = await ask<{ data: unknown }>('{ me { kind } }', before.people[0]?.token ?? '');
  expect(answer.data).toEqual({ me: { kind: 'USER' } });
  expect(processMark(before.pids.gateway).born).toBeNull();
});

/** What the subscriptions of the tabs come to. */
const lastEvents: Record<string, RegExp> = {
  Watch: /"status":"COMPLETED".*"completedTrials":5/,
  Logs: /"complete":true/,
  Listen: /"ReplyDelta".*"ReplyCompleted"/s,
  Answer: /"status":"COMPLETED".*"sql":"SELECT /,
};

/** Reads until the expected events have come. */
async function runLiveTab(
  query: string,
  variables: Record<string, unknown>,
  token: string,
  expected: RegExp,
): Promise<void> {
  const headers = { ...json, authorization: `Bearer ${token}`, accept: 'text/event-stream' };
  const body = JSON.stringify({ query, variables });
  const answer = await fetch(session().url, { method: 'POST', headers, body });
  let events = '';
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    events += chunk;
    if (expected.test(events)) return;
  }
  throw new Error(`The stream ended too soon: ${events}`);
}

/** As the page runs it: a subscription over server-sent events, an upload as multipart. Throws for an error. */
async function runTab(query: string, variables: Record<string, unknown>, token: string): Promise<void> {
  const [, live] = /^subscription (\w+)/m.exec(query) ?? [];
  if (live !== undefined) return await runLiveTab(query, variables, token, lastEvents[live] ?? /^$/);
  const file = { variable: 'file', name: 'mine.csv', content: Buffer.from('a,b\n1,2\n') };
  const upload = query.includes('mutation Upload') ? file : undefined;
  await gatewayClient(port, () => token)(query, variables, upload);
}

it('finishes a run on the sample as Ada, once, and the opening tabs run as they are', async () => {
  const first = start();
  await said(first, 'The sample is there', 90_000);
  const { tabs, headers } = JSON.parse(readFileSync(join(home, 'graphiql.json'), 'utf8'));
  const token = headers.authorization.replace('Bearer ', '');
  for (const { query, variables } of tabs) await runTab(query, JSON.parse(variables), token);
  await end(first);
  const second = start();
  await said(second, '/graphql');
  const runs = await ask<{ data: { datasets: { nodes: { name: string }[] } } }>(
    '{ datasets { nodes { name version } } }',
    tokenOf('Ada'),
  );
  expect(runs.data.datasets.nodes).toEqual([
    { name: 'iris', version: '1' },
    { name: 'my-data', version: '1' },
  ]);
  await end(second);
  expect(second.output()).not.toContain('The sample');
}, 180_000);
