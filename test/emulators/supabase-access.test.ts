import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Emulator } from '../../emulators/kit/server.ts';
import { startSupabase } from '../../emulators/supabase/index.ts';
import { clientOf, keys, mint, sign } from '../database/support/project.ts';

let home: string;
let emulator: Emulator;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'mlgraph-test-'));
  emulator = await startSupabase({ ...keys, home, fromDump: true });
});
afterAll(async () => {
  await emulator?.close();
  await rm(home, { recursive: true, force: true });
});

const now = () => Math.floor(Date.now() / 1000);
const good = () => ({ sub: 'ada', role: 'authenticated', iat: now(), exp: now() + 300 });
const get = (headers: Record<string, string>, path = '/rest/v1/sessions') =>
  fetch(`${emulator.url}${path}`, { headers });
const withToken = (token: string) => get({ apikey: keys.anonKey, authorization: `Bearer ${token}` });

describe('the key', () => {
  it('is asked for at the edge', async () => {
    const none = await get({});
    expect([none.status, await none.json()]).toMatchObject([401, { message: 'No API key found in request' }]);
    const wrong = await get({ apikey: 'sb_publishable_other' });
    expect([wrong.status, await wrong.json()]).toMatchObject([401, { message: 'Invalid API key' }]);
  });

  it('is a role where it is the bearer, or where there is none', async () => {
    const event = { actor: 'gateway', actor_kind: 'SERVICE', action: 'x', outcome: 'OK' };
    const service = clientOf(emulator.url, null, keys.serviceRoleKey);
    expect((await service.from('audit_events').insert(event)).status).toBe(201);
    expect((await clientOf(emulator.url).from('audit_events').insert(event)).status).toBe(401);
    expect((await get({ apikey: keys.anonKey })).status).toBe(401);
  });
});

describe('the token', () => {
  it.each<[string, () => string, number, string]>([
    ['garbage', () => 'garbage', 401, 'PGRST301'],
    ['two parts', () => 'a.b', 401, 'PGRST301'],
    ['three parts of nothing', () => 'a.b.c', 401, 'PGRST301'],
    ['another secret', () => sign(good(), 'another secret'), 401, 'PGRST301'],
    ['no signature', () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`, 401, 'PGRST301'],
    ['changed claims', () => changed(sign(good())), 401, 'PGRST301'],
    ['expired', () => sign({ ...good(), exp: now() - 31 }), 401, 'PGRST303'],
    ['not yet valid', () => sign({ ...good(), nbf: now() + 60 }), 401, 'PGRST303'],
    ['issued in the future', () => sign({ ...good(), iat: now() + 60 }), 401, 'PGRST303'],
    ['a role that there is not', () => sign({ ...good(), role: 'nope' }), 401, '22023'],
    ['the role of the owner', () => sign({ ...good(), role: 'postgres' }), 403, '42501'],
  ])('is refused: %s', async (_, token, status, code) => {
    const refused = await withToken(token());
    expect([refused.status, await refused.json()]).toMatchObject([status, { code }]);
  });

  it('holds for half a minute after its time, and for nobody without a role', async () => {
    expect((await withToken(sign({ ...good(), exp: now() - 5 }))).status).toBe(200);
    expect((await withToken(sign({ sub: 'ada', exp: now() + 60 }))).status).toBe(401);
  });
});

describe('the wire', () => {
  const raw = async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set('apikey', keys.anonKey);
    headers.set('authorization', `Bearer ${mint('ada')}`);
    const response = await fetch(`${emulator.url}/rest/v1${path}`, { ...init, headers });
    return { status: response.status, headers: response.headers, body: await response.text() };
  };

  it('says in Content-Range which rows, and in Preference-Applied what it took', async () => {
    const empty = await raw('/agents', { headers: { prefer: 'count=exact' } });
    expect([empty.headers.get('content-range'), empty.body]).toEqual(['*/0', '[]']);
    const made = await raw('/agents', {
      method: 'POST',
      body: '[{"name":"a"},{"name":"b"}]',
      headers: { prefer: 'return=representation, count=exact' },
    });
    expect(made.headers.get('content-range')).toBe('*/2');
    expect(made.headers.get('preference-applied')).toBe('return=representation, count=exact');
    expect((await raw('/agents?limit=1')).headers.get('content-range')).toBe('0-0/*');
    const changed = await raw('/agents?name=eq.a', { method: 'PATCH', body: '{"version":"2"}' });
    expect([changed.status, changed.headers.get('content-range')]).toEqual([204, '0-0/*']);
  });

  it.each<[string, string, RequestInit, number, string]>([
    ['a body that is no JSON', '/agents', { method: 'POST', body: '{' }, 400, 'PGRST102'],
    [
      'rows of different names',
      '/agents',
      { method: 'POST', body: '[{"name":"a"},{"version":"1"}]' },
      400,
      'PGRST102',
    ],
    ['a form it does not have', '/agents', { headers: { accept: 'text/html' } }, 406, 'PGRST107'],
    ['a verb it does not have', '/agents', { method: 'OPTIONS' }, 405, 'PGRST117'],
    [
      'a preference it must have',
      '/agents',
      { headers: { prefer: 'handling=strict, x=y' } },
      400,
      'PGRST122',
    ],
    ['a limit that is none', '/agents?limit=x', {}, 400, 'PGRST100'],
    ['a list without an end', '/agents?name=in.(a', {}, 400, 'PGRST100'],
    ['an embedded table, which it does not do', '/sessions?select=*,messages(*)', {}, 501, 'EMULATOR'],
  ])('refuses %s', async (_, path, init, status, code) => {
    const refused = await raw(path, init);
    expect([refused.status, JSON.parse(refused.body)]).toMatchObject([status, { code }]);
  });
});

describe('the folder', () => {
  it('keeps what was written over a restart, and knows the migrations it has', async () => {
    const first = await clientOf(emulator.url, mint('bea'))
      .from('sessions')
      .insert({ title: 't', agent_name: 'a' });
    expect(first.error).toBeNull();
    await emulator.close();
    emulator = await startSupabase({ ...keys, home });
    const { data } = await clientOf(emulator.url, mint('bea')).from('sessions').select('title');
    expect(data).toEqual([{ title: 't' }]);
  });
});

describe('faults', () => {
  it('meet one person, and the log of calls names them without their token', async () => {
    const control = (method: string, path: string, body?: unknown) =>
      fetch(`${emulator.url}/_control/${path}`, {
        method,
        body: body === undefined ? null : JSON.stringify(body),
      });
    await control('POST', 'faults', { kind: 'status', status: 503, caller: 'ada', times: 1 });
    const adas = await clientOf(emulator.url, mint('ada')).from('sessions').select();
    expect([adas.status, adas.error?.code]).toEqual([503, 'PGRST002']);
    expect((await clientOf(emulator.url, mint('bea')).from('sessions').select()).status).toBe(200);
    const { calls } = await (await control('GET', 'calls')).json();
    expect(calls.at(-1)).toMatchObject({ caller: 'bea', path: '/rest/v1/sessions', status: 200 });
    expect(JSON.stringify(calls)).not.toContain(keys.anonKey);
    expect(calls.at(-1).headers.authorization).toBe('[hidden]');
  });
});

function changed(token: string): string {
  const [header, , signature] = token.split('.');
  const claims = Buffer.from(JSON.stringify({ ...good(), sub: 'bea' })).toString('base64url');
  return [header, claims, signature].join('.');
}
