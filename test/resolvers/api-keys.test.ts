import { describe, expect, test } from 'vitest';
import type { Context } from '../../src/context.ts';
import { hashOfApiKey, isApiKeySecret } from '../../src/domain/api-key-secret.ts';
import type { ApiKey, NewApiKey } from '../../src/domain/api-keys.ts';
import { type Caller, scopes } from '../../src/domain/callers.ts';
import { MlgraphError } from '../../src/domain/errors.ts';
import { localId } from '../../src/domain/ids.ts';
import type { ApiKeyWish } from '../../src/resolvers/api-key-input.ts';
import {
  createApiKey,
  getApiKey,
  ownerOf,
  ownKey,
  revokeApiKey,
  rotateApiKey,
  usageOf,
} from '../../src/resolvers/api-keys.ts';
import { FakeClock } from './watch-support.ts';

const member = scopes.filter((scope) => scope !== 'ADMIN');
const uuid = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
const idOf = (key: string) => localId('ApiKey', key);

type Row = ApiKey & { hash: string };

/** What the database does: everybody sees what they made and what they are. */
function memory() {
  const rows: Row[] = [];
  const asked: unknown[] = [];
  const as = ({ key: owner }: Pick<Caller, 'key'>) => {
    const seen = (key: string) =>
      rows.find((row) => row.key === key && (row.owner === owner || `apikey:${key}` === owner));
    const change = (key: string, values: Partial<Row>) => {
      const row = seen(key);
      return row && row.revokedAt === null ? { ...Object.assign(row, values) } : null;
    };
    return {
      async createApiKey(key: NewApiKey) {
        const id = uuid(rows.length + 1);
        const times = { createdAt: new Date(0), revokedAt: null, lastUsedAt: null };
        const row: Row = { ...key, ...times, id: idOf(id), key: id, owner };
        rows.push(row);
        return { ...row };
      },
      getApiKey: async (key: string) => seen(key) ?? null,
      rotateApiKey: async ({ key }: ApiKey, values: Pick<Row, 'hash' | 'prefix'> & { graceUntil: Date }) => {
        asked.push(values.graceUntil);
        return change(key, { hash: values.hash, prefix: values.prefix });
      },
      revokeApiKey: async ({ key }: ApiKey, revokedAt: Date) => change(key, { revokedAt }),
      apiKeyUsage: async (...args: unknown[]) => {
        asked.push(args);
        return [];
      },
      getUser: async (key: string) => ({ key }),
    };
  };
  return { rows, asked, as };
}

function stage(database = memory()) {
  const clock = new FakeClock();
  const forgotten: string[] = [];
  const as = (who: Partial<Caller>): Context => {
    const caller = { kind: 'USER', key: 'ada', role: 'MEMBER', scopes: member, apiKey: null, ...who };
    return {
      clock,
      caller,
      signedIn: { caller },
      people: { user: async () => ({ key: caller.key, role: 'MEMBER' }) },
      store: database.as(caller as Caller),
      apiKeys: { forget: (id: string) => forgotten.push(id) },
      system: { startedAt: new Date(5) },
    } as unknown as Context;
  };
  const service = (id: string, more: Partial<Caller> & { limit?: number } = {}) =>
    as({
      kind: 'SERVICE',
      key: `apikey:${id}`,
      scopes: ['READ', 'KEYS'],
      expiresAt: null,
      apiKey: { id, name: 'job', prefix: 'mlg_abcdefgh', requestsPerMinute: more.limit ?? null },
      ...more,
    });
  return { ...database, clock, forgotten, as, service, ada: as({}) };
}

const wish = (more: Partial<ApiKeyWish> = {}): ApiKeyWish => ({
  name: 'nightly',
  scopes: ['READ', 'PREDICT'],
  ...more,
});
const failureOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => expect.fail('a failure was expected'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MlgraphError);
  const { code, message, details } = error as MlgraphError;
  return { code, message, field: details.field };
};

describe('a new key', () => {
  test('has what was asked, a secret that is told, and its hash that is kept', async () => {
    const { ada, rows } = stage();
    const { apiKey, secret } = await createApiKey(
      wish({ name: '  nightly\n', scopes: ['PREDICT', 'READ', 'READ'], requestsPerMinute: 5 }),
      ada,
    );
    expect(isApiKeySecret(secret)).toBe(true);
    expect(apiKey).toMatchObject({
      name: 'nightly',
      scopes: ['READ', 'PREDICT'],
      requestsPerMinute: 5,
      expiresAt: null,
      prefix: secret.slice(0, 12),
    });
    expect(rows[0]?.hash).toBe(hashOfApiKey(secret));
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  test.each([
    ['no name', { name: ' ' }, 'input.name'],
    ['a long name', { name: 'x'.repeat(101) }, 'input.name'],
    ['no scope', { scopes: [] }, 'input.scopes'],
    ['no requests', { requestsPerMinute: 0 }, 'input.requestsPerMinute'],
    ['a past end', { expiresAt: new Date('2026-11-01T00:00:00Z') }, 'input.expiresAt'],
  ])('with %s is BAD_USER_INPUT, naming the field', async (_, more, field) => {
    const { ada, rows } = stage();
    expect(await failureOf(createApiKey(wish(more), ada))).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(rows).toEqual([]);
  });

  test('of a hundred characters, whatever they are made of, has a name', async () => {
    const { apiKey } = await createApiKey(wish({ name: '🔑'.repeat(100) }), stage().ada);
    expect([...apiKey.name]).toHaveLength(100);
  });

  test('has no scope that its maker lacks, and the refusal names those', async () => {
    const { ada, service, rows } = stage();
    const refused = await failureOf(createApiKey(wish({ scopes: ['READ', 'ADMIN'] }), ada));
    expect(refused).toMatchObject({ code: 'FORBIDDEN', field: 'input.scopes' });
    expect(refused.message).toMatch(/: ADMIN\.$/);
    const by = await failureOf(createApiKey(wish({ scopes: ['READ', 'TRAIN', 'CHAT'] }), service('job')));
    expect(by.message).toMatch(/: TRAIN, CHAT\.$/);
    expect(rows).toEqual([]);
  });

  test('of a service has no higher limit and no later end than that, and its own where none is asked', async () => {
    const { service, clock } = stage();
    const expiresAt = new Date(clock.now() + 60_000);
    const job = service('job', { limit: 10, expiresAt });
    const make = (more: Partial<ApiKeyWish>) => createApiKey(wish({ scopes: ['READ'], ...more }), job);
    expect((await make({})).apiKey).toMatchObject({ requestsPerMinute: 10, expiresAt });
    const less = { requestsPerMinute: 9, expiresAt: new Date(clock.now() + 1_000) };
    expect((await make(less)).apiKey).toMatchObject(less);
    for (const [more, field] of [
      [{ requestsPerMinute: 11 }, 'input.requestsPerMinute'],
      [{ expiresAt: new Date(clock.now() + 60_001) }, 'input.expiresAt'],
    ] as const)
      expect(await failureOf(make(more))).toMatchObject({ code: 'FORBIDDEN', field });
  });

  test('of a person outlives their token', async () => {
    const { as, clock } = stage();
    const expiresAt = new Date(clock.now() + 60_000_000);
    const person = as({ expiresAt: new Date(clock.now() + 1_000) });
    expect((await createApiKey(wish({ expiresAt }), person)).apiKey.expiresAt).toEqual(expiresAt);
    expect((await createApiKey(wish(), person)).apiKey.expiresAt).toBeNull();
  });
});

describe('rotation', () => {
  test('gives a new secret and lets the old one be good for the grace, a day where none is asked', async () => {
    const { ada, asked, clock, rows, forgotten } = stage();
    const made = await createApiKey(wish(), ada);
    const { apiKey, secret } = await rotateApiKey({ id: made.apiKey.id, graceSeconds: 60 }, ada);
    expect(apiKey.id).toBe(made.apiKey.id);
    expect(secret).not.toBe(made.secret);
    expect(rows[0]).toMatchObject({ hash: hashOfApiKey(secret), prefix: secret.slice(0, 12) });
    expect(forgotten).toEqual([apiKey.key]);
    await rotateApiKey({ id: made.apiKey.id }, ada);
    await rotateApiKey({ id: made.apiKey.id, graceSeconds: 0 }, ada);
    expect(asked).toEqual([60, 86_400, 0].map((seconds) => new Date(clock.now() + seconds * 1_000)));
  });

  test.each([-1, 2_592_001])('with %d seconds of grace is BAD_USER_INPUT', async (graceSeconds) => {
    const { ada } = stage();
    const { apiKey } = await createApiKey(wish(), ada);
    const refused = await failureOf(rotateApiKey({ id: apiKey.id, graceSeconds }, ada));
    expect(refused).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.graceSeconds' });
  });

  test('of a key that is revoked, or has expired, is CONFLICT', async () => {
    const { ada, clock } = stage();
    const { apiKey: revoked } = await createApiKey(wish(), ada);
    await revokeApiKey({ id: revoked.id }, ada);
    const { apiKey: over } = await createApiKey(wish({ expiresAt: new Date(clock.now() + 1_000) }), ada);
    await clock.advance(1_000);
    for (const { id } of [revoked, over])
      expect(await failureOf(rotateApiKey({ id }, ada))).toMatchObject({
        code: 'CONFLICT',
        field: 'input.id',
      });
  });

  test('by a secret that was replaced, or by a key that ends sooner, is FORBIDDEN', async () => {
    const { ada, service, clock, rows } = stage();
    const { apiKey } = await createApiKey(wish({ scopes: ['READ', 'KEYS'] }), ada);
    const { apiKey: child } = await createApiKey(wish({ scopes: ['READ'] }), service(apiKey.key));
    const hashes = rows.map(({ hash }) => hash);
    const replaced = service(apiKey.key, { expiresAt: new Date(clock.now() + 60_000) });
    for (const { id } of [apiKey, child])
      expect(await failureOf(rotateApiKey({ id }, replaced))).toMatchObject({
        code: 'FORBIDDEN',
        field: 'input.id',
      });
    expect(rows.map(({ hash }) => hash)).toEqual(hashes);
    expect((await rotateApiKey({ id: apiKey.id }, service(apiKey.key))).apiKey.id).toBe(apiKey.id);
  });

  test('hands nobody the scopes that they have lost', async () => {
    const { as, ada, rows } = stage();
    const { apiKey } = await createApiKey(wish({ scopes: ['ADMIN'] }), as({ role: 'ADMIN', scopes }));
    const hash = rows[0]?.hash;
    expect(await failureOf(rotateApiKey({ id: apiKey.id }, ada))).toMatchObject({ code: 'FORBIDDEN' });
    expect(rows[0]?.hash).toBe(hash);
  });
});

describe('revocation', () => {
  test('counts at once here, and once and for all', async () => {
    const { ada, clock, forgotten } = stage();
    const { apiKey } = await createApiKey(wish(), ada);
    const revokedAt = new Date(clock.now());
    expect((await revokeApiKey({ id: apiKey.id }, ada)).apiKey).toMatchObject({ revokedAt });
    await clock.advance(1_000);
    expect((await revokeApiKey({ id: apiKey.id }, ada)).apiKey).toMatchObject({ revokedAt });
    expect(forgotten).toEqual([apiKey.key, apiKey.key]);
  });
});

describe.each([
  ['rotateApiKey', rotateApiKey],
  ['revokeApiKey', revokeApiKey],
] as const)('%s', (_, act) => {
  test('of what is none, of the settings, or somebody else’s is refused, naming the field', async () => {
    const { ada, as, forgotten } = stage();
    const { apiKey } = await createApiKey(wish(), ada);
    const ben = as({ key: 'ben' });
    for (const [id, code] of [
      [apiKey.id, 'NOT_FOUND'],
      [idOf('reader'), 'NOT_FOUND'],
      [localId('Session', uuid(1)), 'BAD_USER_INPUT'],
      ['x', 'BAD_USER_INPUT'],
    ] as const)
      expect(await failureOf(act({ id }, ben))).toMatchObject({ code, field: 'input.id' });
    expect(forgotten).toEqual([]);
  });
});

describe('a service', () => {
  test('sees its own key, and none of its owner’s', async () => {
    const { ada, service } = stage();
    const { apiKey } = await createApiKey(wish(), ada);
    const other = await createApiKey(wish(), ada);
    const job = service(apiKey.key, { scopes: ['READ'] });
    expect(await ownKey(job)).toMatchObject({ id: apiKey.id, createdAt: new Date(0), owner: 'ada' });
    expect(await getApiKey(apiKey.id, 'id', job)).toMatchObject({ id: apiKey.id });
    const refused = { code: 'FORBIDDEN', message: 'This needs the scope KEYS.' };
    expect(await failureOf(getApiKey(other.apiKey.id, 'id', job))).toMatchObject(refused);
    expect(await failureOf(getApiKey(other.apiKey.id, 'id', service(apiKey.key)))).toMatchObject({
      code: 'NOT_FOUND',
      field: 'id',
    });
  });

  test('of the settings has no row: its key is what the settings say', async () => {
    const { service, rows } = stage();
    const reader = service('reader', { scopes: ['READ'] });
    Object.defineProperty(reader, 'store', { get: () => expect.fail('the database was asked') });
    const key = await ownKey(reader);
    expect(key).toEqual({
      id: idOf('reader'),
      key: 'reader',
      owner: null,
      name: 'job',
      prefix: 'mlg_abcdefgh',
      scopes: ['READ'],
      requestsPerMinute: null,
      createdAt: new Date(5),
      expiresAt: null,
      revokedAt: null,
      lastUsedAt: null,
    });
    expect(await getApiKey(idOf('reader'), 'id', reader)).toEqual(key);
    expect(rows).toEqual([]);
  });

  test('that a person is not has no key', async () => {
    expect(await ownKey(stage().ada)).toBeNull();
  });
});

test('use is of thirty days, or of 1 to 366, with today', async () => {
  const { ada, asked } = stage();
  const key = { key: uuid(1) } as ApiKey;
  for (const days of [undefined, 1, 366]) await usageOf(key, days, ada);
  expect(asked).toEqual([
    [uuid(1), '2026-10-03'],
    [uuid(1), '2026-11-01'],
    [uuid(1), '2025-11-01'],
  ]);
  for (const days of [0, 367])
    expect(await failureOf((async () => usageOf(key, days, ada))())).toMatchObject({ field: 'days' });
});

test('the owner is a person: the caller, or whom the database shows them', async () => {
  const { ada } = stage();
  const owned = (owner: string | null) => ownerOf({ owner } as ApiKey, ada);
  expect(await owned('ada')).toMatchObject({ key: 'ada', role: 'MEMBER' });
  expect(await owned('ben')).toEqual({ key: 'ben' });
  expect([await owned(null), await owned(`apikey:${uuid(1)}`)]).toEqual([null, null]);
});
