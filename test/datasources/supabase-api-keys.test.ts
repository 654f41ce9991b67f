import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../../src/datasources/supabase/store.ts';
import type { NewApiKey, UsageCount } from '../../src/domain/api-keys.ts';
import { localId } from '../../src/domain/ids.ts';
import { readPage } from '../../src/domain/paging.ts';
import { json } from './scripted-server.ts';
import { keys, personNamed, startScriptedStore } from './support/supabase.ts';
import { failure, walk } from './support/supabase-chat.ts';
import { type EmulatedStore, startEmulatedStore } from './support/supabase-emulated.ts';
import { uuid } from './support/supabase-rows.ts';

let database: EmulatedStore;
beforeAll(async () => {
  database = await startEmulatedStore();
});
afterAll(() => database[Symbol.asyncDispose]());

const nightly = (change: Partial<NewApiKey> = {}): NewApiKey => ({
  name: 'nightly',
  prefix: 'mlg_abcdefgh',
  hash: randomUUID(),
  scopes: ['READ', 'PREDICT'],
  requestsPerMinute: 60,
  expiresAt: new Date('2027-01-01T00:00:00.123Z'),
  ...change,
});
const counted = (keyId: string, more: Partial<UsageCount> = {}): UsageCount => ({
  keyId,
  date: '2026-11-30',
  requests: 3,
  errors: 1,
  cost: 30,
  usedAt: new Date('2026-11-30T10:00:00.5Z'),
  ...more,
});
const page = (owner: string, first: number, after: string | null = null) =>
  readPage({ first, after }, owner, ['apiKeys']);
const idsOf = async (store: Store, owner: string) =>
  (await walk(2, (after) => store.listApiKeys(page(owner, 2, after)))).map(({ key }) => key);

describe('a key', () => {
  test('is kept without its secret, and found by the hash of it', async () => {
    const { store, caller } = database.somebody();
    const { hash, ...asked } = nightly();
    const key = await store.createApiKey({ ...asked, hash });
    expect(key).toEqual({
      ...asked,
      id: localId('ApiKey', key.key),
      key: expect.stringMatching(/^[0-9a-f-]{36}$/),
      owner: caller.key,
      createdAt: expect.any(Date),
      revokedAt: null,
      lastUsedAt: null,
    });
    expect(await store.getApiKey(key.key)).toEqual(key);
    const found = await database.connector.service.findApiKey(hash);
    expect(found).toEqual({ ...asked, id: key.key, owner: caller.key, revokedAt: null, root: caller.key });
    expect(await database.connector.service.findApiKey('another')).toBeNull();
  });

  test('is its owner’s and an administrator’s, and to others not there', async () => {
    const { store, caller } = database.somebody();
    const made = await store.createApiKey(nightly());
    const admin = database.as(database.person('ADMIN'));
    expect(await admin.getApiKey(made.key)).toEqual(made);
    const { store: other } = database.somebody();
    const rotation = { hash: 'x', prefix: 'mlg_x', graceUntil: new Date() };
    expect(await other.getApiKey(made.key)).toBeNull();
    expect(await other.rotateApiKey(made, rotation)).toBeNull();
    expect(await other.revokeApiKey(made, new Date())).toBeNull();
    expect(await store.rotateApiKey({ ...made, owner: null }, rotation)).toBeNull();
    expect(await store.getApiKey('of-the-settings')).toBeNull();
    expect(await idsOf(store, caller.key)).toEqual([made.key]);
  });

  test('that is revoked stays so, with the time of the first', async () => {
    const { store } = database.somebody();
    const made = await store.createApiKey(nightly());
    const at = new Date('2026-11-30T12:00:00.5Z');
    const admin = database.as(database.person('ADMIN'));
    expect(await admin.revokeApiKey(made, at)).toEqual({ ...made, revokedAt: at });
    expect(await store.revokeApiKey(made, new Date())).toBeNull();
    const rotation = { hash: randomUUID(), prefix: 'mlg_x', graceUntil: new Date(8.64e15) };
    expect(await store.rotateApiKey(made, rotation)).toBeNull();
    expect(await store.getApiKey(made.key)).toEqual({ ...made, revokedAt: at });
  });

  test('that is rotated is found by both secrets, by the old one until the grace ends', async () => {
    const { store } = database.somebody();
    const old = nightly({ expiresAt: new Date(Date.now() + 7_200_000) });
    const made = await store.createApiKey(old);
    const rotation = { hash: randomUUID(), prefix: 'mlg_new', graceUntil: new Date(Date.now() + 3_600_000) };
    expect(await store.rotateApiKey(made, rotation)).toEqual({ ...made, prefix: 'mlg_new' });
    const { service } = database.connector;
    expect(await service.findApiKey(old.hash)).toMatchObject({
      id: made.key,
      expiresAt: rotation.graceUntil,
    });
    expect(await service.findApiKey(rotation.hash)).toMatchObject({
      id: made.key,
      expiresAt: made.expiresAt,
    });
  });
});

test('keys come newest first, page by page, a caller’s own; an administrator’s pages hold all', async () => {
  const { store, caller } = database.somebody();
  const made: string[] = [];
  for (let index = 0; index < 5; index++) made.push((await store.createApiKey(nightly())).key);
  expect((await idsOf(store, caller.key)).toSorted()).toEqual(made.toSorted());
  const root = database.person('ADMIN');
  expect(await idsOf(database.as(root), root.key)).toEqual(expect.arrayContaining(made));
});

describe('use', () => {
  const batchOf = (...counts: UsageCount[]) => ({ writer: randomUUID(), batch: 1, counts });

  test('is added up by day, each batch once, and tells when the key was last used', async () => {
    const { store } = database.somebody();
    const { key } = await store.createApiKey(nightly());
    const { service } = database.connector;
    const batch = batchOf(counted(key), counted(key, { date: '2026-12-01' }));
    await service.countUsage(batch);
    await service.countUsage(batch);
    await service.countUsage(batchOf(counted(key)));
    expect(await store.apiKeyUsage(key, '2026-11-30')).toEqual([
      { date: '2026-11-30', requests: 6, errors: 2, cost: 60 },
      { date: '2026-12-01', requests: 3, errors: 1, cost: 30 },
    ]);
    expect((await store.getApiKey(key))?.lastUsedAt).toEqual(new Date('2026-11-30T10:00:00.5Z'));
  });

  test('of several keys is asked for once, each from its own day on', async () => {
    const { store } = database.somebody();
    const made = await Promise.all([1, 2, 3].map(() => store.createApiKey(nightly())));
    const [one, two, unused] = made.map(({ key }) => key) as [string, string, string];
    await database.connector.service.countUsage(
      batchOf(...[one, two].flatMap((key) => [counted(key), counted(key, { date: '2026-12-01' })])),
    );
    await database.forgetCalls();
    const asked = [
      store.apiKeyUsage(one, '2026-11-01'),
      store.apiKeyUsage(two, '2026-12-01'),
      store.apiKeyUsage(unused, '2026-11-01'),
    ];
    const dates = (await Promise.all(asked)).map((days) => days.map(({ date }) => date));
    expect(dates).toEqual([['2026-11-30', '2026-12-01'], ['2026-12-01'], []]);
    expect(await database.calls()).toHaveLength(1);
  });

  test('of none is not written', async () => {
    await database.forgetCalls();
    await database.connector.service.countUsage(batchOf());
    expect(await database.calls()).toEqual([]);
  });

  test('whose answer was lost is sent again as it was, by the service', async () => {
    await using scripted = await startScriptedStore(
      (_, response, count) => (count === 1 ? response.destroy() : json(response, 200, false)),
      { retries: 2, random: () => 0 },
    );
    await scripted.connector.service.countUsage(batchOf(counted(uuid(1))));
    const [first, second] = scripted.server.received;
    expect(second?.body.toString()).toBe(first?.body.toString());
    expect(first?.headers.authorization).toBe(`Bearer ${keys.serviceRoleKey}`);
  });
});

test('people are looked up together, each once', async () => {
  const admin = database.as(database.person('ADMIN'));
  const people = [personNamed('Kim'), personNamed('Lee')];
  for (const person of people) await database.as(person).see(person);
  await database.forgetCalls();
  const asked = ['Kim', 'Lee', 'Kim', 'Nobody'].map((name) => admin.getUser(personNamed(name).key));
  expect((await Promise.all(asked)).map((user) => user?.name ?? null)).toEqual(['Kim', 'Lee', 'Kim', null]);
  expect(await database.calls()).toHaveLength(1);
});

test.each([
  ['no list', {}],
  ['a key without scopes', [{ id: uuid(1) }]],
])('what is found of a hash is %s: UPSTREAM_ERROR', async (_, answer) => {
  await using scripted = await startScriptedStore((_request, response) => json(response, 200, answer));
  expect(await failure(scripted.connector.service.findApiKey('h'))).toBe('UPSTREAM_ERROR');
});
