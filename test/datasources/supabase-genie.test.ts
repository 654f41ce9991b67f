import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../../src/datasources/supabase/store.ts';
import { readPage } from '../../src/domain/paging.ts';
import { json } from './scripted-server.ts';
import { startScriptedStore } from './support/supabase.ts';
import { failure, walk } from './support/supabase-chat.ts';
import { type EmulatedStore, startEmulatedStore } from './support/supabase-emulated.ts';

let database: EmulatedStore;
beforeAll(async () => {
  database = await startEmulatedStore();
});
afterAll(() => database[Symbol.asyncDispose]());

const home = 'adb-1.azuredatabricks.example';
const begun = (
  conversationKey: string,
  change: Partial<Parameters<Store['rememberConversation']>[0]> = {},
) => ({
  home,
  spaceKey: 'space-1',
  conversationKey,
  as: 'USER' as const,
  title: null,
  ...change,
});
const place = { spaceKey: 'space-1', conversationKey: 'c1', messageKey: 'm1' };

describe('conversations with Genie', () => {
  test('are kept with what they go on as; only their title changes, and is not lost', async () => {
    const { store } = database.somebody();
    await store.rememberConversation(begun('c1', { as: 'APP' }));
    const first = await store.getConversation(home, 'c1');
    expect(first).toEqual({ ...begun('c1'), as: 'APP', createdAt: expect.any(Date) });
    await store.rememberConversation(begun('c1', { title: 'Orders', spaceKey: 'space-2' }));
    await store.rememberConversation(begun('c1'));
    expect(await store.getConversation(home, 'c1')).toEqual({ ...first, title: 'Orders' });
  });

  test('are of their workspace and their owner', async () => {
    const { store } = database.somebody();
    await store.rememberConversation(begun('c1', { title: 'Here' }));
    await store.rememberConversation(begun('c1', { title: 'There', home: 'elsewhere' }));
    expect(await store.getConversation(home, 'c1')).toMatchObject({ title: 'Here' });
    expect(await store.getConversation('elsewhere', 'c1')).toMatchObject({ title: 'There' });
    expect(await store.getConversation('nowhere', 'c1')).toBeNull();
    expect(await store.getConversation(home, 'c\0')).toBeNull();
    for (const role of ['MEMBER', 'ADMIN'] as const) {
      const other = database.as(database.person(role));
      expect(await other.getConversation(home, 'c1')).toBeNull();
      expect((await other.listConversations(home, 'space-1', readPage({}, 'x', 'y'))).edges).toEqual([]);
      await other.rememberConversation(begun('c1', { title: 'Taken' }));
    }
    expect(await store.getConversation(home, 'c1')).toMatchObject({ title: 'Here' });
  });

  test('come newest first, page by page, of one space', async () => {
    const { caller, store } = database.somebody();
    const made = ['c1', 'c2', 'c3', 'c4', 'c5'];
    for (const key of made) await store.rememberConversation(begun(key));
    await store.rememberConversation(begun('c6', { spaceKey: 'space-2' }));
    await store.rememberConversation(begun('c7', { home: 'elsewhere' }));
    const list = (first: number) =>
      walk(first, (after) =>
        store.listConversations(home, 'space-1', readPage({ first, after }, caller.key, 'list')),
      );
    const found = await list(2);
    expect(found.map(({ conversationKey }) => conversationKey).toSorted()).toEqual(made);
    const times = found.map(({ createdAt }) => createdAt.getTime());
    expect(times).toEqual(times.toSorted((one, other) => other - one));
    expect(await list(1)).toEqual(found);
  });

  test('many by key are one request', async () => {
    const { store } = database.somebody();
    await store.rememberConversation(begun('c1'));
    await database.forgetCalls();
    const found = await Promise.all(['c1', 'c2', 'c1'].map((key) => store.getConversation(home, key)));
    expect(found.map((each) => each?.conversationKey ?? null)).toEqual(['c1', null, 'c1']);
    expect(await database.calls()).toHaveLength(1);
  });
});

describe('a question with a clientMessageId', () => {
  const claim = { clientMessageId: 'first', contentHash: 'hash' };

  test('is taken by one of many, who are told where it stands once that is known', async () => {
    const { store } = database.somebody();
    const claims = await Promise.all([1, 2, 3, 4].map(() => store.claimQuestion(claim)));
    expect(claims.filter(({ taken }) => taken)).toHaveLength(1);
    const asking = { taken: false, sameContent: true, place: null };
    expect(claims.filter(({ taken }) => !taken)).toEqual([asking, asking, asking]);
    await store.settleQuestion('first', place);
    expect(await store.claimQuestion(claim)).toEqual({ ...asking, place });
    expect(await store.claimQuestion({ ...claim, contentHash: 'other' })).toEqual({
      taken: false,
      sameContent: false,
      place,
    });
  });

  test('that was not asked gives its id free; one that was does not', async () => {
    const { store } = database.somebody();
    await store.claimQuestion(claim);
    await store.settleQuestion('first', null);
    expect(await store.claimQuestion(claim)).toEqual({ taken: true });
    await store.settleQuestion('first', place);
    await store.settleQuestion('first', null);
    await store.settleQuestion('first', { ...place, messageKey: 'm2' });
    expect(await store.claimQuestion(claim)).toMatchObject({ taken: false, place });
  });

  test('is its owner’s: another’s same id is another question', async () => {
    const { store } = database.somebody();
    await store.claimQuestion(claim);
    const other = database.somebody().store;
    await other.settleQuestion('first', place);
    expect(await other.claimQuestion(claim)).toEqual({ taken: true });
    expect(await store.claimQuestion(claim)).toMatchObject({ taken: false, place: null });
  });

  test('holds an id that ends in the middle of a character', async () => {
    const { store } = database.somebody();
    const odd = { ...claim, clientMessageId: `a\0,"(${'👋'.slice(0, 1)}` };
    expect(await store.claimQuestion(odd)).toEqual({ taken: true });
    expect(await store.claimQuestion(odd)).toMatchObject({ taken: false, sameContent: true });
  });

  test('that comes and goes without end is not waited for', async () => {
    await using scripted = await startScriptedStore((_, response) => json(response, 200, []));
    expect(await failure(scripted.store.claimQuestion(claim))).toBe('UPSTREAM_UNAVAILABLE');
    expect(scripted.server.received).toHaveLength(6);
  });
});
