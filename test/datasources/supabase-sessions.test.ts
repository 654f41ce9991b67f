import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPage, readTwoWayPage } from '../../src/domain/paging.ts';
import { failure, finish, say, walk } from './support/supabase-chat.ts';
import { type EmulatedStore, startEmulatedStore } from './support/supabase-emulated.ts';
import { uuid } from './support/supabase-rows.ts';

let database: EmulatedStore;
beforeAll(async () => {
  database = await startEmulatedStore();
});
afterAll(() => database[Symbol.asyncDispose]());

describe('sessions', () => {
  test('are kept with their agent and conversation', async () => {
    const { store, session } = await database.somebodyWithSession();
    await store.updateSession(session.key, { title: 'A tale' });
    expect(await store.getSession(session.key)).toEqual({ ...session, title: 'A tale' });
    expect(session).toMatchObject({ agentName: 'storyteller', conversationId: 'conv_1' });
  });

  test('come last used first, page by page, and by agent', async () => {
    const { caller, store } = database.somebody();
    const made: string[] = [];
    for (const agentName of ['clerk', 'slow', 'clerk', 'clerk', 'slow']) {
      made.push((await store.createSession({ title: '', agentName, conversationId: null })).key);
    }
    await say(store, made[1] ?? '');
    const list = async (agentName: string | null, first: number) =>
      (
        await walk(first, (after) =>
          store.listSessions({ agentName }, readPage({ first, after }, caller.key, ['sessions', agentName])),
        )
      ).map(({ key }) => key);
    const [a, b, c, d, e] = made;
    // Those made within one millisecond follow their keys.
    expect((await list(null, 2))[0]).toBe(b);
    expect((await list(null, 2)).toSorted()).toEqual(made.toSorted());
    expect(await list(null, 1)).toEqual(await list(null, 5));
    expect((await list('clerk', 2)).toSorted()).toEqual([a, c, d].toSorted());
    expect((await list('slow', 1)).toSorted()).toEqual([b, e].toSorted());
  });

  test('many by key are one request, in the order asked', async () => {
    const { store, session } = await database.somebodyWithSession();
    const other = await store.createSession({ title: 'B', agentName: 'clerk', conversationId: null });
    await database.forgetCalls();
    const asked = [other.key, uuid(404), session.key.toUpperCase(), other.key, 'no-key'];
    const found = await Promise.all(asked.map((key) => store.getSession(key)));
    expect(found.map((each) => each?.key ?? null)).toEqual([other.key, null, session.key, other.key, null]);
    const calls = await database.calls();
    expect(calls).toHaveLength(1);
    expect(calls[0]?.path).toBe('/rest/v1/sessions');
  });

  test('go with their messages', async () => {
    const { store, session } = await database.somebodyWithSession();
    const { message } = await say(store, session.key);
    expect(await store.deleteSession(session.key)).toBe(true);
    expect(await store.deleteSession(session.key)).toBe(false);
    expect(await store.getMessage(message.key)).toBeNull();
    expect(await failure(store.updateSession(session.key, { title: 'x' }))).toBe('NOT_FOUND');
    expect(await failure(say(store, session.key))).toBe('NOT_FOUND');
  });
});

describe('exchanges', () => {
  test('are a message with its pending reply, which bring the session to the top', async () => {
    const { store, session } = await database.somebodyWithSession();
    const { message, reply, repeated } = await say(store, session.key, 'Once upon');
    expect(message).toMatchObject({ role: 'USER', status: 'COMPLETED', content: 'Once upon' });
    expect(reply).toMatchObject({ role: 'ASSISTANT', status: 'PENDING', content: '', replyTo: message.key });
    expect(repeated).toBe(false);
    expect(await store.latestReply(session.key)).toEqual(reply);
    const used = await store.getSession(session.key);
    expect(used?.updatedAt.getTime()).toBeGreaterThanOrEqual(session.updatedAt.getTime());
  });

  test('wait for the end of the one before', async () => {
    const { store, session } = await database.somebodyWithSession();
    const sent = { sessionKey: session.key, content: 'Hi', clientMessageId: null };
    const all = await Promise.all([1, 2, 3, 4].map(() => store.addExchange(sent)));
    expect(all.filter((exchange) => exchange !== null)).toHaveLength(1);
    const { reply } = all.find((exchange) => exchange !== null) ?? {};
    if (!reply) throw new Error('no reply');
    expect((await store.openReplies()).map(({ key }) => key)).toEqual([reply.key]);
    await finish(store, reply);
    expect(await store.openReplies()).toEqual([]);
    expect(await store.addExchange(sent)).not.toBeNull();
  });

  test('with the same clientMessageId are one, also while the reply is open', async () => {
    const { store, session } = await database.somebodyWithSession();
    const first = await say(store, session.key, 'Hi', 'c1');
    const again = await say(store, session.key, 'Hi', 'c1');
    expect(again).toEqual({ ...first, repeated: true });
    await finish(store, first.reply);
    expect((await say(store, session.key, 'Hi', 'c1')).reply).toMatchObject({ status: 'COMPLETED' });
    expect(await failure(say(store, session.key, 'Ho', 'c1'))).toBe('CONFLICT');
    const page = await store.listMessages(session.key, readPage({}, 'x', 'y'));
    expect(page.edges).toHaveLength(2);
  });

  test('hold texts that end in the middle of a character', async () => {
    const { store, session } = await database.somebodyWithSession();
    const { message, reply } = await say(store, session.key, 'a\0b');
    expect(message.content).toBe('a\uFFFDb');
    await store.updateReply(reply.key, { content: `half ${'👋'.slice(0, 1)}` });
    expect((await store.getMessage(reply.key))?.content).toBe('half \uFFFD');
    await store.updateReply(reply.key, { content: 'whole 👋' });
    expect((await store.getMessage(reply.key))?.content).toBe('whole 👋');
  });

  test('a reply keeps all that is known of it', async () => {
    const { store, session } = await database.somebodyWithSession();
    const { reply } = await say(store, session.key);
    const change = {
      status: 'WAITING_FOR_APPROVAL' as const,
      content: 'So far',
      citations: [{ title: 'T', url: 'https://example.com/', startIndex: 0, endIndex: 2 }],
      usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
      error: { code: 'RATE_LIMITED', message: 'Later.' },
      pendingApprovals: [
        { id: 'a1', toolName: 'delete', serverLabel: 'tickets', arguments: '{"a":"\\"x\\""}' },
      ],
      pendingConsents: [{ id: 'c1', serverLabel: null, url: 'https://example.com/consent' }],
      responseId: 'resp_1',
      position: 41,
      completedAt: new Date('2026-09-01T10:00:00.123Z'),
    };
    await store.updateReply(reply.key, change);
    expect(await store.getMessage(reply.key)).toEqual({ ...reply, ...change });
  });

  test('many messages by key are one request', async () => {
    const { store, session } = await database.somebodyWithSession();
    const { message, reply } = await say(store, session.key);
    await database.forgetCalls();
    const found = await Promise.all([reply.key, message.key].map((key) => store.getMessage(key)));
    expect(found).toEqual([reply, message]);
    expect(await database.calls()).toHaveLength(1);
  });
});

describe('messages of a session', () => {
  const conversation = async (exchanges: number) => {
    const { caller, store, session } = await database.somebodyWithSession();
    for (let index = 0; index < exchanges; index++) {
      const { reply } = await say(store, session.key, `Q${index}`);
      await finish(store, reply, `A${index}`);
    }
    const read = async (args: Parameters<typeof readTwoWayPage>[0]) => {
      const page = await store.listMessages(session.key, readTwoWayPage(args, caller.key, session.key));
      return {
        ...page,
        texts: page.edges.map(({ node }) => node.content),
        startCursor: page.edges[0]?.cursor ?? null,
      };
    };
    return { store, session, caller, read };
  };

  test('come in order from the first', async () => {
    const { store, session, caller, read } = await conversation(3);
    const all = await walk(4, (after) =>
      store.listMessages(session.key, readTwoWayPage({ first: 4, after }, caller.key, session.key)),
    );
    expect(all.map(({ content }) => content)).toEqual(['Q0', 'A0', 'Q1', 'A1', 'Q2', 'A2']);
    expect(await read({ first: 6 })).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
  });

  test('and from the last backward, each page in order', async () => {
    const { read } = await conversation(3);
    const last = await read({ last: 4 });
    expect(last).toMatchObject({
      texts: ['Q1', 'A1', 'Q2', 'A2'],
      hasPreviousPage: true,
      hasNextPage: false,
    });
    const before = await read({ last: 4, before: last.startCursor });
    expect(before).toMatchObject({ texts: ['Q0', 'A0'], hasPreviousPage: false, hasNextPage: true });
    const forward = await read({ first: 1, after: before.endCursor });
    expect(forward.texts).toEqual(['Q1']);
  });
});
