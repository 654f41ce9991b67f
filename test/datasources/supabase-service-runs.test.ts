import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NewServiceRun, Store, StoredServiceRun } from '../../src/datasources/supabase/store.ts';
import { json } from './scripted-server.ts';
import { startScriptedStore } from './support/supabase.ts';
import { failure } from './support/supabase-chat.ts';
import { type EmulatedStore, startEmulatedStore } from './support/supabase-emulated.ts';
import { uuid } from './support/supabase-rows.ts';

let database: EmulatedStore;
beforeAll(async () => {
  database = await startEmulatedStore();
});
afterAll(() => database[Symbol.asyncDispose]());

const training = (change: Partial<NewServiceRun> = {}): NewServiceRun => ({
  kind: 'TRAINING',
  service: 'chapkit',
  configKey: 'config-1',
  modelKey: null,
  clientRunId: null,
  contentHash: null,
  createdBy: 'Ada',
  ...change,
});
const add = async (store: Store, change?: Partial<NewServiceRun>) =>
  (await store.addServiceRun(training(change))).run;

describe('a run', () => {
  test('is there before it is submitted, and keeps what becomes of it', async () => {
    const { store } = database.somebody();
    const { run, repeated } = await store.addServiceRun(training());
    expect(repeated).toBe(false);
    expect(run).toEqual({
      ...training(),
      key: expect.any(String),
      jobKey: null,
      artifactKey: null,
      status: 'PENDING',
      rawStatus: '',
      createdAt: expect.any(Date),
      startedAt: null,
      finishedAt: null,
      error: null,
    });
    const submitted = { jobKey: 'job-1', artifactKey: 'artifact-1', rawStatus: 'pending' };
    await store.updateServiceRun(run.key, submitted);
    const ended = {
      status: 'FAILED' as const,
      rawStatus: 'failed',
      startedAt: new Date('2026-11-20T10:00:00.123Z'),
      finishedAt: new Date('2026-11-20T10:00:01Z'),
      error: { code: null, message: 'too few rows' },
    };
    await store.updateServiceRun(run.key, ended);
    expect(await store.getServiceRun(run.key.toUpperCase())).toEqual({ ...run, ...submitted, ...ended });
  });

  test('with the same clientRunId is one, whoever comes first', async () => {
    const { store } = database.somebody();
    const again = { clientRunId: 'c"1\0', contentHash: 'hash' };
    const all = await Promise.all([1, 2, 3].map(() => store.addServiceRun(training(again))));
    expect(new Set(all.map(({ run }) => run.key)).size).toBe(1);
    expect(all.filter(({ repeated }) => !repeated)).toHaveLength(1);
    const other = await store.addServiceRun(training({ ...again, contentHash: 'other' }));
    expect(other).toMatchObject({ repeated: true, run: { contentHash: 'hash' } });
    expect((await store.findServiceRun('c"1\0'))?.key).toBe(other.run.key);
    expect(await store.findServiceRun('c2')).toBeNull();
    const free = await Promise.all([1, 2].map(() => add(store)));
    expect(free[0]?.key).not.toBe(free[1]?.key);
  });

  test('is nobody else’s', async () => {
    const { store } = database.somebody();
    const run = await add(store, { clientRunId: 'c1' });
    await store.updateServiceRun(run.key, { artifactKey: 'artifact-1' });
    for (const role of ['MEMBER', 'ADMIN'] as const) {
      const other = database.as(database.person(role));
      expect(await other.getServiceRun(run.key)).toBeNull();
      expect(await failure(other.updateServiceRun(run.key, { rawStatus: 'x' }))).toBe('NOT_FOUND');
      expect(await other.listServiceRuns({ service: 'chapkit', after: null, limit: 10 })).toEqual([]);
      expect(await other.serviceRunsOf('chapkit', ['artifact-1'])).toEqual([]);
      expect(await other.findServiceRun('c1')).toBeNull();
      expect(await other.addServiceRun(training({ clientRunId: 'c1' }))).toMatchObject({ repeated: false });
    }
    expect(await failure(store.updateServiceRun(uuid(404), { rawStatus: 'x' }))).toBe('NOT_FOUND');
    expect(await failure(store.updateServiceRun('no-key', { rawStatus: 'x' }))).toBe('NOT_FOUND');
    expect(await store.getServiceRun('no-key')).toBeNull();
  });
});

describe('runs of a service', () => {
  const listed = async (store: Store, limit: number, more: object = {}) => {
    const seen: StoredServiceRun[] = [];
    for (let after: StoredServiceRun | null = null; ; after = seen.at(-1) ?? null) {
      const page = await store.listServiceRuns({ service: 'chapkit', after, limit, ...more });
      seen.push(...page);
      if (page.length < limit) return seen;
    }
  };

  test('come newest first, those of one moment by key downward, and go on behind any of them', async () => {
    const { store } = database.somebody();
    for (let index = 0; index < 7; index++) await add(store);
    await add(store, { service: 'other' });
    const all = await listed(store, 100);
    expect(all).toHaveLength(7);
    const placed = all.map(({ createdAt, key }) => `${createdAt.toISOString()} ${key}`);
    expect(placed).toEqual(placed.toSorted().toReversed());
    for (const limit of [1, 2, 3]) expect(await listed(store, limit)).toEqual(all);
  });

  test('of one millisecond are each told once', async () => {
    const { caller, store } = database.somebody();
    const page = (limit: number) => listed(store, limit).then((runs) => runs.map(({ key }) => key));
    await Promise.all(Array.from({ length: 20 }, () => add(store)));
    expect(new Set(await page(3)).size, caller.key).toBe(20);
    expect(await page(3)).toEqual(await page(7));
  });

  test('are narrowed by status and time, its beginning included', async () => {
    const { store } = database.somebody();
    const runs = [await add(store), await add(store), await add(store)];
    const [first, second, third] = runs as [StoredServiceRun, StoredServiceRun, StoredServiceRun];
    await store.updateServiceRun(second.key, { status: 'COMPLETED' });
    const keys = async (more: object) => (await listed(store, 10, more)).map(({ key }) => key).toSorted();
    expect(await keys({ status: ['COMPLETED', 'FAILED'] })).toEqual([second.key]);
    expect(await keys({ status: [] })).toEqual([]);
    expect(await keys({ status: null, createdAfter: null })).toHaveLength(3);
    const since = runs.filter(({ createdAt }) => createdAt >= third.createdAt).map(({ key }) => key);
    expect(await keys({ createdAfter: third.createdAt })).toEqual(since.toSorted());
    const until = runs.filter(({ createdAt }) => createdAt < third.createdAt).map(({ key }) => key);
    expect(await keys({ createdBefore: third.createdAt })).toEqual(until.toSorted());
    expect(await keys({ createdBefore: first.createdAt })).toEqual([]);
  });

  test.each([
    ['a key', { createdAt: new Date(0), key: '1),or(key.gt.0' }],
    ['a time', { createdAt: new Date(Number.NaN), key: uuid(1) }],
  ])('behind what can be no run by %s reach no database', async (_, after) => {
    await using scripted = await startScriptedStore((_request, response) => json(response, 200, []));
    const listing = scripted.store.listServiceRuns({ service: 'chapkit', after, limit: 1 });
    expect(await failure(listing)).toBe('BAD_USER_INPUT');
    expect(scripted.server.received).toEqual([]);
  });

  test('never ask for more than a page and one', async () => {
    await using scripted = await startScriptedStore((_, response) => json(response, 200, []));
    await scripted.store.listServiceRuns({ service: 'chapkit', after: null, limit: 5_000 });
    expect(new URL(scripted.server.received[0]?.url ?? '', 'http://x').searchParams.get('limit')).toBe('101');
  });
});

describe('runs that made artifacts', () => {
  test('are one request for those of one tick, and of their service alone', async () => {
    const { store } = database.somebody();
    const made = await Promise.all([1, 2, 3].map(() => add(store)));
    for (const [index, { key }] of made.entries())
      await store.updateServiceRun(key, { artifactKey: `artifact-${index}` });
    const elsewhere = await add(store, { service: 'other' });
    await store.updateServiceRun(elsewhere.key, { artifactKey: 'artifact-0' });
    await database.forgetCalls();
    const [one, many] = await Promise.all([
      store.serviceRunsOf('chapkit', ['artifact-0']),
      store.serviceRunsOf('chapkit', ['artifact-2', 'artifact-1', 'artifact-2', 'artifact-404', 'a\0']),
    ]);
    expect(one.map(({ key }) => key)).toEqual([made[0]?.key]);
    expect(many.map(({ key }) => key)).toEqual([made[2]?.key, made[1]?.key]);
    expect(await database.calls()).toHaveLength(1);
  });

  test('are asked for a hundred at a time, below the longest answer of the database', async () => {
    await using scripted = await startScriptedStore((_, response) => json(response, 200, []));
    const keys = Array.from({ length: 1_050 }, (_, index) => `01J0000000000000000000${1000 + index}`);
    expect(await scripted.store.serviceRunsOf('chapkit', keys)).toEqual([]);
    expect(scripted.server.received).toHaveLength(11);
    for (const { url } of scripted.server.received) expect(url.length).toBeLessThan(8_000);
  });
});
