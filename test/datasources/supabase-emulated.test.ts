import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../../src/datasources/supabase/store.ts';
import type { NewAuditEvent } from '../../src/domain/audit.ts';
import type { Agent, Message } from '../../src/domain/chat.ts';
import { codeOf } from '../../src/domain/errors.ts';
import { type Page, readPage, readTwoWayPage } from '../../src/domain/paging.ts';
import { keys } from './support/supabase.ts';
import { type EmulatedStore, startEmulatedStore } from './support/supabase-emulated.ts';
import { uuid } from './support/supabase-rows.ts';

let database: EmulatedStore;
beforeAll(async () => {
  database = await startEmulatedStore();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.heal();
});

const somebody = () => {
  const caller = database.person();
  return { caller, store: database.as(caller) };
};
const storeWithSession = async () => {
  const { caller, store } = somebody();
  const session = await store.createSession({
    title: '',
    agentName: 'storyteller',
    conversationId: 'conv_1',
  });
  return { caller, store, session };
};
const say = async (
  store: Store,
  sessionKey: string,
  content = 'Hi',
  clientMessageId: string | null = null,
) => {
  const stored = await store.addExchange({ sessionKey, content, clientMessageId });
  if (!stored) throw new Error('an open reply is in the way');
  return stored;
};
const finish = (store: Store, reply: Message, content = 'Well') =>
  store.updateReply(reply.key, { status: 'COMPLETED', content, completedAt: new Date() });
const agentNamed = (name: string, change: Partial<Agent> = {}): Agent => ({
  id: '',
  name,
  version: '1',
  enabled: true,
  description: null,
  model: 'gpt-5',
  tools: ['mcp', 'tickets'],
  createdAt: new Date('2026-09-01T10:00:00Z'),
  syncedAt: null,
  ...change,
});
const failure = (work: Promise<unknown>) => work.then(() => 'none', codeOf);
/** All nodes, page by page; each page but the last is full. */
async function walk<T>(first: number, read: (after: string | null) => Promise<Page<T>>): Promise<T[]> {
  const seen: T[] = [];
  for (let after: string | null = null; ; ) {
    const page: Page<T> = await read(after);
    seen.push(...page.edges.map(({ node }) => node));
    if (!page.hasNextPage) return seen;
    expect(page.edges).toHaveLength(first);
    after = page.endCursor;
  }
}

describe('people', () => {
  test('are remembered from when they were first seen, and refreshed', async () => {
    const { caller, store } = somebody();
    const first = await store.see(caller);
    const second = await store.see({ ...caller, name: 'A new name' });
    expect(first).toMatchObject({ key: caller.key, subject: caller.subject, role: 'MEMBER' });
    expect(second).toMatchObject({ key: caller.key, name: 'A new name', createdAt: first.createdAt });
    expect(second.lastSeenAt?.getTime()).toBeGreaterThanOrEqual(first.lastSeenAt?.getTime() ?? Infinity);
  });

  test('with the app role are administrators, and are not made so for good', async () => {
    const caller = database.person('ADMIN');
    expect((await database.as(caller).see(caller)).role).toBe('ADMIN');
    const asMember = { ...caller, role: 'MEMBER' as const };
    expect((await database.as(asMember).see(asMember)).role).toBe('MEMBER');
  });

  test('are listed to administrators, each once, and to others but themselves', async () => {
    const people = [database.person(), database.person(), database.person()];
    for (const caller of people) await database.as(caller).see(caller);
    const administrator = database.person('ADMIN');
    const list = (store: Store, owner: string) =>
      walk(2, (after) => store.listUsers(readPage({ first: 2, after }, owner, 'users')));
    const found = (await list(database.as(administrator), administrator.key)).map(({ key }) => key);
    expect(found).toEqual(expect.arrayContaining(people.map(({ key }) => key)));
    expect(new Set(found).size).toBe(found.length);
    const [member] = people;
    if (!member) throw new Error('nobody');
    expect((await list(database.as(member), member.key)).map(({ key }) => key)).toEqual([member.key]);
  });
});

describe('agents', () => {
  test('are replaced as a whole', async () => {
    const { store } = somebody();
    const odd = 'a "quoted", (odd) \\ name';
    expect(await store.replaceAgents([agentNamed('clerk'), agentNamed(odd)])).toEqual({
      added: 2,
      removed: 0,
    });
    expect(await store.getAgent(odd)).toMatchObject({ name: odd, tools: ['mcp', 'tickets'], model: 'gpt-5' });
    const after = await store.replaceAgents([
      agentNamed('storyteller'),
      agentNamed('clerk', { enabled: false }),
    ]);
    expect(after).toEqual({ added: 1, removed: 1 });
    const listed = await store.listAgents();
    expect(listed.map(({ name, enabled }) => [name, enabled])).toEqual([
      ['clerk', false],
      ['storyteller', true],
    ]);
    expect(listed[0]?.syncedAt).toBeInstanceOf(Date);
    expect(await store.replaceAgents([])).toEqual({ added: 0, removed: 2 });
    expect(await store.listAgents()).toEqual([]);
  });

  test('of several sessions are read in one request', async () => {
    const { store } = somebody();
    await store.replaceAgents([agentNamed('clerk'), agentNamed('slow')]);
    await database.forgetCalls();
    const found = await Promise.all(['clerk', 'slow', 'clerk', 'gone'].map((name) => store.getAgent(name)));
    expect(found.map((agent) => agent?.name)).toEqual(['clerk', 'slow', 'clerk', undefined]);
    expect(await database.calls()).toHaveLength(1);
  });
});

describe('sessions', () => {
  test('are kept with their agent and conversation', async () => {
    const { store, session } = await storeWithSession();
    await store.updateSession(session.key, { title: 'A tale' });
    expect(await store.getSession(session.key)).toEqual({ ...session, title: 'A tale' });
    expect(session).toMatchObject({ agentName: 'storyteller', conversationId: 'conv_1' });
  });

  test('come last used first, page by page, and by agent', async () => {
    const { caller, store } = somebody();
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
    const { store, session } = await storeWithSession();
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
    const { store, session } = await storeWithSession();
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
    const { store, session } = await storeWithSession();
    const { message, reply, repeated } = await say(store, session.key, 'Once upon');
    expect(message).toMatchObject({ role: 'USER', status: 'COMPLETED', content: 'Once upon' });
    expect(reply).toMatchObject({ role: 'ASSISTANT', status: 'PENDING', content: '', replyTo: message.key });
    expect(repeated).toBe(false);
    expect(await store.latestReply(session.key)).toEqual(reply);
    const used = await store.getSession(session.key);
    expect(used?.updatedAt.getTime()).toBeGreaterThanOrEqual(session.updatedAt.getTime());
  });

  test('wait for the end of the one before', async () => {
    const { store, session } = await storeWithSession();
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
    const { store, session } = await storeWithSession();
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
    const { store, session } = await storeWithSession();
    const { message, reply } = await say(store, session.key, 'a\0b');
    expect(message.content).toBe('a\uFFFDb');
    await store.updateReply(reply.key, { content: `half ${'👋'.slice(0, 1)}` });
    expect((await store.getMessage(reply.key))?.content).toBe('half \uFFFD');
    await store.updateReply(reply.key, { content: 'whole 👋' });
    expect((await store.getMessage(reply.key))?.content).toBe('whole 👋');
  });

  test('a reply keeps all that is known of it', async () => {
    const { store, session } = await storeWithSession();
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
    const { store, session } = await storeWithSession();
    const { message, reply } = await say(store, session.key);
    await database.forgetCalls();
    const found = await Promise.all([reply.key, message.key].map((key) => store.getMessage(key)));
    expect(found).toEqual([reply, message]);
    expect(await database.calls()).toHaveLength(1);
  });
});

describe('messages of a session', () => {
  const conversation = async (exchanges: number) => {
    const { caller, store, session } = await storeWithSession();
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

describe('two people', () => {
  test("never meet each other's rows, whatever they ask for", async () => {
    const { store: ada, session, caller } = await storeWithSession();
    const { message, reply } = await say(ada, session.key, 'secret', 'c1');
    await ada.replaceAgents([agentNamed('mine')]);
    for (const role of ['MEMBER', 'ADMIN'] as const) {
      const ben = database.as(database.person(role));
      const page = () => readPage({}, 'ben', 'list');
      expect(await ben.getSession(session.key)).toBeNull();
      expect(await ben.getMessage(message.key)).toBeNull();
      expect(await ben.getMessage(reply.key)).toBeNull();
      expect(await ben.latestReply(session.key)).toBeNull();
      expect((await ben.listMessages(session.key, page())).edges).toEqual([]);
      expect((await ben.listSessions({}, page())).edges).toEqual([]);
      expect(await ben.openReplies()).toEqual([]);
      expect(await ben.getAgent('mine')).toBeNull();
      expect(await ben.listAgents()).toEqual([]);
      expect(await ben.deleteSession(session.key)).toBe(false);
      expect(await failure(ben.updateSession(session.key, { title: 'x' }))).toBe('NOT_FOUND');
      expect(await failure(ben.updateReply(reply.key, { content: 'x' }))).toBe('NOT_FOUND');
      expect(await failure(say(ben, session.key, 'secret', 'c1'))).toBe('NOT_FOUND');
      expect(await failure(say(ben, uuid(404)))).toBe('NOT_FOUND');
    }
    expect(await ada.getMessage(reply.key)).toEqual(reply);
    expect((await database.as(caller).getSession(session.key))?.title).toBe('');
  });
});

describe('the trail', () => {
  const eventOf = (actor: string, change: Partial<NewAuditEvent> = {}): NewAuditEvent => ({
    at: new Date('2026-09-01T10:00:00Z'),
    actor,
    actorKind: 'USER',
    action: 'sendMessage',
    target: 'a-target',
    outcome: 'OK',
    upstream: 'AZURE_FOUNDRY',
    requestId: 'operation-1',
    keyPrefix: null,
    ...change,
  });

  test('is written by the service and read by administrators alone, newest first', async () => {
    const actor = database.person().key;
    const hours = [8, 9, 10, 11, 12].map((hour) => new Date(Date.UTC(2026, 8, 1, hour)));
    const { service } = database.connector;
    await service.appendAudit(hours.map((at) => eventOf(actor, { at })));
    await service.appendAudit([eventOf(actor, { action: 'deleteSession', outcome: 'NOT_FOUND' })]);
    await service.appendAudit([]);
    const administrator = database.person('ADMIN');
    const read = (filter: Parameters<Store['listAuditEvents']>[0], of = administrator) =>
      walk(2, (after) =>
        database.as(of).listAuditEvents(filter, readPage({ first: 2, after }, of.key, ['audit'])),
      );
    const sent = await read({ actor, action: 'sendMessage' });
    expect(sent.map(({ at }) => at)).toEqual(hours.toReversed());
    expect(sent[0]).toMatchObject({ ...eventOf(actor), at: hours[4] });
    expect(await read({ actor, since: hours[1], until: hours[3], action: 'sendMessage' })).toHaveLength(2);
    expect(await read({ actor })).toHaveLength(6);
    expect(await read({ actor }, database.person())).toEqual([]);
  });
});

describe('keys', () => {
  test("the service's is never used for a person, nor a person's token for the trail", async () => {
    await database.forgetCalls();
    const { caller, store, session } = await storeWithSession();
    await store.see(caller);
    const { reply } = await say(store, session.key);
    await finish(store, reply);
    await store.replaceAgents([agentNamed('clerk')]);
    await store.deleteSession(session.key);
    const asPerson = await database.calls();
    expect(asPerson.length).toBeGreaterThan(6);
    expect(new Set(asPerson.map((call) => call.caller))).toEqual(new Set([caller.key]));
    expect(JSON.stringify(asPerson)).not.toContain(keys.serviceRoleKey);

    await database.forgetCalls();
    await database.connector.service.probe(new AbortController().signal);
    expect((await database.calls()).map((call) => call.caller)).toEqual(['service_role']);
  });
});

describe('what goes wrong', () => {
  test.each([
    [{ kind: 'status', status: 401 }, 'UPSTREAM_ERROR'],
    [{ kind: 'status', status: 403 }, 'FORBIDDEN'],
    [{ kind: 'status', status: 409 }, 'CONFLICT'],
    [{ kind: 'status', status: 500 }, 'UPSTREAM_UNAVAILABLE'],
    [{ kind: 'status', status: 503 }, 'UPSTREAM_UNAVAILABLE'],
    [{ kind: 'html', status: 200 }, 'UPSTREAM_ERROR'],
    [{ kind: 'malformed' }, 'UPSTREAM_ERROR'],
    [{ kind: 'cut' }, 'UPSTREAM_ERROR'],
  ] as const)('%o', async (fault, code) => {
    const { store, session } = await storeWithSession();
    await database.fault({ ...fault, times: 1 });
    expect(await failure(store.getSession(session.key))).toBe(code);
    expect(await store.getSession(session.key)).toEqual(session);
  });

  test('a database that hangs, until the operation ends', async () => {
    const { caller, session } = await storeWithSession();
    const operation = new AbortController();
    await database.fault({ kind: 'hang', times: 1 });
    await database.forgetCalls();
    const reading = database.as(caller, operation.signal).getSession(session.key);
    const outcome = reading.catch((error: unknown) => error);
    await expect.poll(() => database.calls()).toHaveLength(1);
    operation.abort(new Error('the client left'));
    expect(await outcome).toEqual(new Error('the client left'));
  });

  test('a change that was cut has happened, and the session is usable', async () => {
    const { store, session } = await storeWithSession();
    await database.fault({ kind: 'cut', times: 1 });
    expect(await failure(say(store, session.key, 'Hi', 'c1'))).toBe('UPSTREAM_ERROR');
    const { reply, repeated } = await say(store, session.key, 'Hi', 'c1');
    expect(repeated).toBe(true);
    await finish(store, reply);
    expect(await store.openReplies()).toEqual([]);
  });
});
