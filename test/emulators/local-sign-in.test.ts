import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createEntra } from '../../emulators/entra/index.ts';
import { nothing } from '../../emulators/local/seed.ts';
import { createSignIn } from '../../emulators/local/sign-in.ts';
import { localTenant } from '../../emulators/local/tenant.ts';

const hour = 3600 * 1000;
const upstreams = {
  entra: 'http://e',
  arm: 'http://a',
  azureml: 'http://m',
  blob: 'http://b',
  foundry: 'http://f',
  databricks: 'http://d',
  chapkit: 'http://c',
  'chapkit-2': 'http://c2',
  keycloak: 'http://k',
  threescale: 'http://t',
  supabase: 'http://s',
};

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'mlgraph-sign-in-'));
  writeFileSync(
    join(home, 'seed.json'),
    JSON.stringify({ ...nothing, runId: 'r', sessionId: 's', questionId: 'q', modelId: 'm', finished: true }),
  );
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(home, { recursive: true });
});

it('renews the tokens of the session and of the page every twelve hours, until it is stopped', () => {
  const entra = createEntra({ ...localTenant, clientSecret: 'secret' });
  const lines: string[] = [];
  const signIn = createSignIn({
    home,
    port: 4000,
    platform: { entra, upstreams, keycloak: { issueUserToken: (name) => `a token of ${name}` } },
    apiKeys: [{ name: 'reader', scopes: ['READ'], key: 'mlg_x' }],
    print: (line) => void lines.push(line),
  });
  signIn.gatewayReady(11);
  signIn.gatewayReady(12);
  expect(lines).toEqual([
    'GraphiQL: http://127.0.0.1:4000/graphql, signed in as Ada.',
    `Tokens of Ada, Ben, Grace, Olaf and Kim, and API keys: ${home}/session.json`,
  ]);
  const session = () => JSON.parse(readFileSync(join(home, 'session.json'), 'utf8'));
  const page = () => JSON.parse(readFileSync(join(home, 'graphiql.json'), 'utf8')).headers.authorization;
  const hoursLeft = (token: string) =>
    (Number(entra.verify(token, localTenant.clientId).exp) * 1000 - Date.now()) / hour;
  expect(session().pids.gateway).toBe(12);
  vi.advanceTimersByTime(12 * hour - 1000);
  expect(hoursLeft(session().people[3].token)).toBeLessThan(12.01);
  vi.advanceTimersByTime(1000);
  expect(hoursLeft(session().people[3].token)).toBe(24);
  expect(hoursLeft(page().replace('Bearer ', ''))).toBe(24);
  signIn.stop();
  vi.advanceTimersByTime(13 * hour);
  expect(hoursLeft(session().people[3].token)).toBe(11);
});
