import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReplyUpdate, Store } from '../../src/datasources/supabase/store.ts';
import { failure, say } from './support/supabase-chat.ts';
import { type EmulatedStore, startEmulatedStore } from './support/supabase-emulated.ts';
import { uuid } from './support/supabase-rows.ts';

let database: EmulatedStore;
beforeAll(async () => {
  database = await startEmulatedStore();
});
afterAll(() => database[Symbol.asyncDispose]());

const approval = (id: string) => ({ id, toolName: 'add_up', serverLabel: 'ledger', arguments: '{}' });
const approve = (id: string, reason: string | null = null) => ({ id, approve: true, reason });
const full = {
  status: 'WAITING_FOR_APPROVAL',
  content: 'So far',
  completedAt: new Date('2026-09-01T10:00:00.123Z'),
  citations: [{ title: 'T', url: null, startIndex: 0, endIndex: 2 }],
  usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
  error: { code: 'RATE_LIMITED', message: 'Later.' },
  pendingApprovals: [approval('a1'), approval('a2')],
  pendingConsents: [{ id: 'c1', serverLabel: null, url: 'https://example.com/consent' }],
  responseId: 'resp_1',
  position: 41,
} satisfies ReplyUpdate;

/** Replies of one person, each in a session of its own, as `change` leaves them. */
async function replies(count: number, change: ReplyUpdate = full) {
  const { caller, store } = database.somebody();
  const exchanges = [];
  for (let index = 0; index < count; index++) {
    const { key } = await store.createSession({ title: '', agentName: 'clerk', conversationId: null });
    const { message, reply } = await say(store, key);
    await store.updateReply(reply.key, change);
    exchanges.push({ message, reply: { ...reply, ...change } });
  }
  return { caller, store, exchanges };
}
async function oneReply(change: ReplyUpdate = full) {
  const { exchanges, ...rest } = await replies(1, change);
  const [exchange] = exchanges;
  if (!exchange) throw new Error('none was made');
  return { ...rest, ...exchange };
}
const readAll = (store: Store, keys: string[]) => Promise.all(keys.map((key) => store.getMessage(key)));

describe('several replies', () => {
  test('are written in one call, and what is not named stays', async () => {
    const { store, exchanges } = await replies(3);
    const keys = exchanges.map(({ reply }) => reply.key);
    const changes: ReplyUpdate[] = [
      { ...full, status: 'COMPLETED', content: 'All', pendingApprovals: [], position: 42 },
      { usage: null, error: null, completedAt: null, responseId: null },
      { content: 'More', status: undefined, usage: undefined },
    ];
    await database.forgetCalls();
    const sent = keys.map((key, index) => ({ key, change: changes[index] ?? {} }));
    expect(await store.updateReplies(sent)).toEqual(new Set(keys));
    expect(await database.calls()).toHaveLength(1);
    const [first, second, third] = exchanges.map(({ reply }) => reply);
    expect(await readAll(store, keys)).toEqual([
      { ...first, ...changes[0] },
      { ...second, ...changes[1] },
      { ...third, content: 'More' },
    ]);
  });

  test('each are there where nothing is changed', async () => {
    const { store, reply } = await oneReply();
    expect(await store.updateReplies([{ key: reply.key, change: {} }])).toEqual(new Set([reply.key]));
    expect(await store.getMessage(reply.key)).toEqual(reply);
  });

  test('that are not there, of somebody else, or a question are left out', async () => {
    const { store, exchanges } = await replies(2);
    const [mine, other] = exchanges;
    if (!mine || !other) throw new Error('none was made');
    const hers = await oneReply();
    const keys = [uuid(404), hers.reply.key, mine.message.key, 'no-key', mine.reply.key];
    const change = { status: 'FAILED', content: 'x' } as const;
    const there = await store.updateReplies(keys.map((key) => ({ key, change })));
    expect(there).toEqual(new Set([mine.reply.key]));
    const rows = [mine.reply.key, mine.message.key, other.reply.key];
    expect(await readAll(store, rows)).toEqual([{ ...mine.reply, ...change }, mine.message, other.reply]);
    expect(await hers.store.getMessage(hers.reply.key)).toEqual(hers.reply);
  });

  test('of which none can be there ask nothing of the database', async () => {
    const { store } = database.somebody();
    await database.forgetCalls();
    expect(await store.updateReplies([])).toEqual(new Set());
    expect(await store.updateReplies([{ key: "' or true", change: full }])).toEqual(new Set());
    expect(await database.calls()).toEqual([]);
  });

  test.each([
    ['a status that there is not', { status: 'DONE' as never }],
    ['none', { status: null as never }],
    ['no text', { content: null as never }],
  ])('are written all or none: one with %s keeps all', async (_, change) => {
    const { store, exchanges } = await replies(2);
    const [first, second] = exchanges.map(({ reply }) => reply);
    if (!first || !second) throw new Error('none was made');
    const sent = [
      { key: first.key, change: { content: 'x' } },
      { key: second.key, change },
    ];
    expect(await failure(store.updateReplies(sent))).toBe('UPSTREAM_ERROR');
    expect(await readAll(store, [first.key, second.key])).toEqual([first, second]);
  });

  test('hold no text that the database has no place for', async () => {
    const { store, reply } = await oneReply();
    const half = '👋'.slice(0, 1);
    const change = { content: `a\0b ${half}`, error: { code: null, message: 'a\0b' } };
    await store.updateReplies([{ key: reply.key, change }]);
    const error = { code: null, message: 'a\uFFFDb' };
    expect(await store.getMessage(reply.key)).toEqual({ ...reply, content: 'a\uFFFDb \uFFFD', error });
  });
});

describe('a decision', () => {
  test('is kept with the approval, the first of two, and all are given', async () => {
    const { store, reply } = await oneReply();
    const [a1, a2] = full.pendingApprovals;
    const decided = { ...a2, decision: { approve: false, reason: 'not \uFFFD today' } };
    const denied = { id: 'a2', approve: false, reason: 'not \0 today' };
    expect(await store.decideApproval(reply.key, denied)).toEqual([a1, decided]);
    expect(await store.decideApproval(reply.key, approve('a2'))).toEqual([a1, decided]);
    expect(await store.decideApproval(reply.key, approve('a9'))).toEqual([a1, decided]);
    expect(await store.getMessage(reply.key)).toEqual({ ...reply, pendingApprovals: [a1, decided] });
    const both = [{ ...a1, decision: { approve: true, reason: null } }, decided];
    expect(await store.decideApproval(reply.key, approve('a1'))).toEqual(both);
  });

  test.each(['PENDING', 'STREAMING', 'WAITING_FOR_CONSENT', 'COMPLETED', 'CANCELED'] as const)(
    'is not for a reply that is %s',
    async (status) => {
      const { store, reply } = await oneReply({ ...full, status });
      expect(await store.decideApproval(reply.key, approve('a1'))).toBeNull();
      expect(await store.getMessage(reply.key)).toEqual(reply);
    },
  );

  test('is for a reply of one’s own', async () => {
    const { store, reply, message } = await oneReply();
    const ben = database.somebody().store;
    expect(await ben.decideApproval(reply.key, approve('a1'))).toBeNull();
    for (const key of [uuid(404), 'no-key', message.key])
      expect(await store.decideApproval(key, approve('a1'))).toBeNull();
    expect(await store.getMessage(reply.key)).toEqual(reply);
  });

  test('where nothing is to be decided is none', async () => {
    const { store, reply } = await oneReply({ ...full, pendingApprovals: [] });
    expect(await store.decideApproval(reply.key, approve('a1'))).toEqual([]);
  });
});

describe('a reply that goes on', () => {
  const goesOn = { status: 'STREAMING', responseId: null, pendingApprovals: [], pendingConsents: [] };

  test.each(['WAITING_FOR_APPROVAL', 'WAITING_FOR_CONSENT'] as const)(
    'does so once from %s, and keeps what it was',
    async (status) => {
      const { caller, reply } = await oneReply({ ...full, status });
      const gateways = [1, 2, 3, 4].map(() => database.as(caller));
      const told = await Promise.all(gateways.map((each) => each.continueReply(reply)));
      expect(told.filter((each) => each !== null)).toEqual([{ ...reply, ...goesOn }]);
      expect(await database.as(caller).getMessage(reply.key)).toEqual({ ...reply, ...goesOn });
    },
  );

  test.each(['PENDING', 'STREAMING', 'COMPLETED', 'CANCELED'] as const)(
    'is none that is %s',
    async (status) => {
      const { store, reply } = await oneReply({ ...full, status });
      expect(await store.continueReply(reply)).toBeNull();
      expect(await store.getMessage(reply.key)).toEqual(reply);
    },
  );

  test('is the one that was read: not in a later wait, of nobody else, and no question', async () => {
    const { store, reply, message } = await oneReply();
    const ben = database.somebody().store;
    expect(await ben.continueReply(reply)).toBeNull();
    const { position } = reply;
    for (const each of [{ ...reply, position: position - 1 }, message, { key: 'no-key', position }])
      expect(await store.continueReply(each)).toBeNull();
    expect(await store.getMessage(reply.key)).toEqual(reply);
  });

  test('is not asked to twice where the answer was lost', async () => {
    const { store, reply } = await oneReply();
    await database.fault({ kind: 'cut', times: 1 });
    expect(await failure(store.continueReply(reply))).toBe('UPSTREAM_ERROR');
    expect(await store.getMessage(reply.key)).toEqual({ ...reply, ...goesOn });
  });
});
