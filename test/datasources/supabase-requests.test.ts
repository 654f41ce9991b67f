import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { readPage } from '../../src/domain/paging.ts';
import { createFakeClock } from '../auth/support/fake-clock.ts';
import { json } from './scripted-server.ts';
import { personNamed, startScriptedStore } from './support/supabase.ts';
import { messageOf, sessionOf, uuid } from './support/supabase-rows.ts';

const ada = personNamed('Ada');
const parameters = (url: string) => new URL(url, 'http://database').searchParams;

test('a store that outlives a token goes on with the next', async () => {
  const clock = createFakeClock(Date.parse('2026-09-01T00:00:00Z'));
  await using scripted = await startScriptedStore((_, response) => json(response, 200, []), { clock });
  const { store, server } = scripted;
  for (const waited of [0, 200_000, 100_000]) {
    clock.advance(waited);
    await store.openReplies();
  }
  const tokens = server.received.map(({ headers }) => headers.authorization?.replace('Bearer ', '') ?? '');
  expect(tokens[1]).toBe(tokens[0]);
  const [, , third] = tokens.map((token) => decodeJwt(token));
  expect(third).toMatchObject({ sub: ada.key, iat: clock.now() / 1000, exp: clock.now() / 1000 + 300 });
});

test('keys are read a hundred at a time, each once', async () => {
  await using scripted = await startScriptedStore((request, response) => {
    const asked = parameters(request.url).get('key') ?? '';
    const found = asked.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g) ?? [];
    return json(
      response,
      200,
      found.toReversed().map((key) => sessionOf({ key })),
    );
  });
  const keys = Array.from({ length: 150 }, (_, index) => uuid(index));
  const found = await Promise.all(keys.map((key) => scripted.store.getSession(key)));
  expect(found.map((session) => session?.key)).toEqual(keys);
  expect(scripted.server.received).toHaveLength(2);
  for (const { url } of scripted.server.received) expect(url.length).toBeLessThan(8_000);
});

test('nothing is remembered: a row is read as it is now', async () => {
  await using scripted = await startScriptedStore((_, response, count) =>
    json(response, 200, [sessionOf({ title: `Title ${count}` })]),
  );
  expect((await scripted.store.getSession(uuid(1)))?.title).toBe('Title 1');
  expect((await scripted.store.getSession(uuid(1)))?.title).toBe('Title 2');
});

test('a page goes on behind the last row of the one before, to the microsecond', async () => {
  const rows = [1, 2, 3].map((index) =>
    sessionOf({ key: uuid(index), updated_at: '2026-09-01T10:00:00.123456+00:00' }),
  );
  await using scripted = await startScriptedStore((_, response, count) =>
    json(response, 200, count === 1 ? rows : rows.slice(2)),
  );
  const list = (after: string | null) =>
    scripted.store.listSessions({}, readPage({ first: 2, after }, ada.key, 'sessions'));
  const first = await list(null);
  expect(first).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  const second = await list(first.endCursor);
  expect(second).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  const [one, two] = scripted.server.received.map(({ url }) => parameters(url));
  expect(one?.get('or')).toBeNull();
  expect(one?.get('limit')).toBe('3');
  expect(two?.getAll('order')).toEqual(['updated_at.desc,key.desc']);
  expect(two?.get('or')).toBe(
    '(updated_at.lt."2026-09-01T10:00:00.123456+00:00",' +
      `and(updated_at.eq."2026-09-01T10:00:00.123456+00:00",key.lt."${uuid(2)}"))`,
  );
});

test.each([
  ['a filter', '["2026-09-01T10:00:00+00:00\\"),or(key.gt.0","x"]'],
  ['no time', '["2026-99-99T99:99:99+00:00","00000000-0000-4000-8000-000000000001"]'],
  ['too few values', '["2026-09-01T10:00:00+00:00"]'],
  ['too many', '["2026-09-01T10:00:00+00:00","00000000-0000-4000-8000-000000000001","x"]'],
  ['no list', '{}'],
  ['no JSON', 'x'],
])('a cursor that was forged with %s reaches no database', async (_, token) => {
  await using scripted = await startScriptedStore((_request, response) => json(response, 200, []));
  const after = readPage({}, ada.key, 'sessions').cursorAt({ token, offset: 0 });
  const page = readPage({ after }, ada.key, 'sessions');
  await expect(scripted.store.listSessions({}, page)).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    details: { field: 'after' },
  });
  expect(scripted.server.received).toEqual([]);
});

test('what can be no key is missing, and is not asked for', async () => {
  await using scripted = await startScriptedStore((_, response) => json(response, 200, []));
  const { store, server } = scripted;
  for (const key of ['', 'x', `${uuid(1)})`, '../people', "' or true"]) {
    expect(await store.getSession(key)).toBeNull();
    expect(await store.getMessage(key)).toBeNull();
    expect(await store.latestReply(key)).toBeNull();
    expect(await store.deleteSession(key)).toBe(false);
    const missing = { code: 'NOT_FOUND' };
    await expect(store.updateSession(key, { title: 'x' })).rejects.toMatchObject(missing);
    await expect(store.updateReply(key, { content: 'x' })).rejects.toMatchObject(missing);
    await expect(
      store.addExchange({ sessionKey: key, content: 'x', clientMessageId: null }),
    ).rejects.toMatchObject(missing);
  }
  expect(await store.getAgent('a\0b')).toBeNull();
  expect(server.received).toEqual([]);
});

test('open replies beyond what one answer holds are read on, behind the last', async () => {
  const open = Array.from({ length: 1_100 }, (_, index) =>
    messageOf({ key: uuid(index), ordinal: 3 * (index + 1) }),
  );
  await using scripted = await startScriptedStore(({ url }, response) => {
    const asked = parameters(url);
    const after = Number(asked.get('ordinal')?.replace('gt.', '') ?? 0);
    const rest = open.filter(({ ordinal }) => ordinal > after);
    return json(response, 200, rest.slice(0, Math.min(1_000, Number(asked.get('limit') ?? 1_000))));
  });
  const found = await scripted.store.openReplies();
  expect(found.map(({ key }) => key)).toEqual(open.map(({ key }) => key));
  expect(scripted.server.received).toHaveLength(3);
});
