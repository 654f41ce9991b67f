import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeId, localId } from '../../src/domain/ids.ts';
import {
  Agents,
  AuditEvents,
  CancelReply,
  ChatReply,
  DecideToolApproval,
  DeleteSession,
  History,
  ResumeReply,
  SendMessage,
  Sessions,
} from './operations.ts';
import { heard, historyOf, openSession, send } from './support/chat.ts';
import { type Stack, startStack } from './support/stack.ts';
import { overSse, overWebSocket } from './support/streams.ts';

const secret = 'the chestnuts of the emperor';
let stack: Stack;
/** Ada's, each with what stands for it where nothing is. */
let ids: Record<'session' | 'message' | 'reply' | 'waiting', { real: string; none: string }>;
let approvalId: string;
let cursor: string;

beforeAll(async () => {
  stack = await startStack({ chat: { pace: 2 } });
  const session = await openSession(stack);
  const reply = await send(stack, session, `Tell me of ${secret}`);
  cursor = (await heard(stack, session)).at(-1)?.cursor ?? '';
  const [message] = (await historyOf(stack, session)).nodes;
  const clerk = await openSession(stack, 'clerk');
  const waiting = await send(stack, clerk, 'Add 1 and 2');
  const asked = (await heard(stack, clerk)).at(-1);
  approvalId = asked?.__typename === 'ToolApprovalRequested' ? asked.approval.id : '';
  const none = (concept: 'Session' | 'Message') => localId(concept, randomUUID());
  ids = {
    session: { real: session, none: none('Session') },
    message: { real: message?.id ?? '', none: none('Message') },
    reply: { real: reply, none: none('Message') },
    waiting: { real: waiting, none: none('Message') },
  };
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

type Named = keyof typeof ids;
type Ask = (id: string) => Promise<{ data: unknown; errors: unknown[] }>;
const node = 'query ($id: ID!) { node(id: $id) { __typename id } }';
const nodes = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';
const asBen: [string, Named, Ask][] = [
  ...(['session', 'message', 'reply', 'waiting'] as const).flatMap((named): [string, Named, Ask][] => [
    ['node', named, (id) => stack.ask(node, { id }, 'Ben')],
    ['nodes', named, (id) => stack.ask(nodes, { ids: [id] }, 'Ben')],
  ]),
  ['node with its messages', 'session', (id) => stack.ask(History, { id, first: 5 }, 'Ben')],
  ['deleteSession', 'session', (id) => stack.ask(DeleteSession, { id }, 'Ben')],
  [
    'sendMessage',
    'session',
    (sessionId) => stack.ask(SendMessage, { input: { sessionId, content: 'And then?' } }, 'Ben'),
  ],
  ...(['message', 'reply', 'waiting'] as const).flatMap((named): [string, Named, Ask][] => [
    ['cancelReply', named, (messageId) => stack.ask(CancelReply, { messageId }, 'Ben')],
    ['resumeReply', named, (messageId) => stack.ask(ResumeReply, { messageId }, 'Ben')],
    [
      'decideToolApproval',
      named,
      (messageId) =>
        stack.ask(DecideToolApproval, { input: { messageId, approvalId, approve: true } }, 'Ben'),
    ],
  ]),
  ...(['session', 'message', 'reply', 'waiting'] as const).map((named): [string, Named, Ask] => [
    'node over WebSocket',
    named,
    (id) => overSocket(node, { id }),
  ]),
  ['chatReply over WebSocket', 'session', (id) => subscribed(overWebSocket, id)],
  [
    'sendMessage over WebSocket',
    'session',
    (sessionId) => overSocket(SendMessage, { input: { sessionId, content: 'And then?' } }),
  ],
  ['deleteSession over WebSocket', 'session', (id) => overSocket(DeleteSession, { id })],
  ...(['message', 'reply', 'waiting'] as const).map((named): [string, Named, Ask] => [
    'cancelReply over WebSocket',
    named,
    (messageId) => overSocket(CancelReply, { messageId }),
  ]),
  ['chatReply over SSE', 'session', (id) => subscribed(overSse, id)],
];

/** A query or a mutation of Ben's, on a socket. */
const overSocket = (document: { toString(): string }, variables: Record<string, unknown>) =>
  firstOf(overWebSocket({ stack, document: document as never, variables: variables as never, as: 'Ben' }));

/** What a subscription says first, or how it is refused. */
const subscribed = (over: typeof overWebSocket | typeof overSse, sessionId: string) =>
  firstOf(over({ stack, document: ChatReply, variables: { sessionId }, as: 'Ben' }));

async function firstOf({ client, events }: ReturnType<typeof overWebSocket | typeof overSse>) {
  const first = await events.next().catch((error: unknown) => ({ value: { errors: [error].flat() } }));
  await client.dispose();
  const { data = null, errors = [] } = first.value as { data?: unknown; errors?: unknown[] };
  return { data, errors: [...errors] };
}

describe('Ben, who has the same rights upstream, with ids of Ada', () => {
  test.each(asBen)('%s of her %s is told what is told of one that does not exist', async (_, named, ask) => {
    const { real, none } = ids[named];
    const [refused, missing] = [await ask(real), await ask(none)];
    const [error] = refused.errors as { message: string; extensions: { code: string } }[];
    expect(error?.extensions.code).toBe('NOT_FOUND');
    expect(JSON.stringify(refused)).not.toContain(secret);
    expect(refused.data).toEqual(missing.data);
    expect(refused.errors).toEqual(missing.errors);
  });

  test.each(['message', 'reply', 'waiting'] as const)(
    'chatReply of her %s, which is no session, is told the same of one that does not exist',
    async (named) => {
      const [refused, missing] = [ids[named].real, ids[named].none].map((id) =>
        subscribed(overWebSocket, id),
      );
      expect(await refused).toEqual(await missing);
      expect((await refused)?.data).toBeNull();
    },
  );

  test('a cursor of hers opens nothing either', async () => {
    const variables = { sessionId: ids.session.real, after: cursor };
    const { client, events } = overWebSocket({ stack, document: ChatReply, variables, as: 'Ben' });
    const first = await events.next().catch((error: unknown) => error);
    await client.dispose();
    expect(JSON.stringify(first)).toContain('NOT_FOUND');
  });

  test('nothing of it has changed for her', async () => {
    const history = await historyOf(stack, ids.session.real);
    expect(history.nodes).toHaveLength(2);
    expect(history.nodes.map(({ status }) => status)).toEqual(['COMPLETED', 'COMPLETED']);
    const waiting = await stack.ask('query ($id: ID!) { node(id: $id) { ... on Message { status } } }', {
      id: ids.waiting.real,
    });
    expect(waiting.data).toEqual({ node: { status: 'WAITING_FOR_APPROVAL' } });
  });

  test('his lists hold his own alone', async () => {
    const own = await openSession(stack, 'storyteller', 'Ben');
    const { data } = await stack.ask(Sessions, { first: 100 }, 'Ben');
    expect(data?.sessions?.nodes.map(({ id }) => id)).toEqual([own]);
    const filter = { agentId: await agentId('storyteller') };
    const filtered = await stack.ask(Sessions, { first: 100, filter }, 'Ben');
    expect(filtered.data?.sessions?.nodes.map(({ id }) => id)).toEqual([own]);
    const hers = await stack.ask(Sessions, { first: 100 });
    expect(hers.data?.sessions?.nodes.map(({ id }) => id)).not.toContain(own);
  });

  test('an agent id of hers names the same agent for him, and nothing for whom the upstream refuses', async () => {
    const id = await agentId('storyteller');
    const query = 'query ($id: ID!) { node(id: $id) { ... on Agent { name } } }';
    expect((await stack.ask(query, { id }, 'Ben')).data).toEqual({ node: { name: 'storyteller' } });
    const refused = await stack.ask(query, { id }, 'Olaf');
    expect(refused.data).toEqual({ node: null });
    expect(refused.errors[0]?.extensions.code).toBe('FORBIDDEN');
    expect(JSON.stringify(refused)).not.toContain('storyteller');
  });
});

const agentId = async (name: string) =>
  (await stack.ask(Agents, { first: 100 })).data?.agents?.nodes.find((agent) => agent.name === name)?.id ??
  '';

test('nobody without a token is shown anything', async () => {
  const { errors } = await stack.ask(node, { id: ids.session.real }, null);
  expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
});

test("an administrator's rights are over the trail and the list of people, not over others' chats", async () => {
  const { data, errors } = await stack.ask(node, { id: ids.session.real }, 'Grace');
  expect(data).toEqual({ node: null });
  expect(errors[0]?.extensions.code).toBe('NOT_FOUND');
});

describe('the trail and the list of people', () => {
  const users = 'query { users(first: 100) { nodes { name email role } } }';

  test.each(['Ada', 'Ben', 'Olaf'])('are FORBIDDEN for %s', async (member) => {
    for (const query of [AuditEvents, users]) {
      const { errors, data } = await stack.ask(query, {}, member);
      expect(Object.values(data ?? {})).toEqual([null]);
      expect(errors[0]?.extensions.code).toBe('FORBIDDEN');
    }
  });

  test('are answered for Grace: what Ada and Ben did, how it ended, and no token', async () => {
    await stack.ask(DeleteSession, { id: ids.session.real }, 'Ben');
    const trail = async () =>
      (await stack.ask(AuditEvents, { first: 100 }, 'Grace')).data?.auditEvents?.nodes;
    const oidOf = (name: string) => stack.emulators.entra.people.find((one) => one.name === name)?.oid;
    await expect.poll(trail).toContainEqual(
      expect.objectContaining({
        actor: expect.stringContaining(`${oidOf('Ben')}`),
        action: 'deleteSession',
        target: ids.session.real,
        outcome: 'NOT_FOUND',
      }),
    );
    const actor = expect.stringContaining(`${oidOf('Ada')}`);
    for (const action of ['createSession', 'sendMessage'])
      expect(await trail()).toContainEqual(expect.objectContaining({ actor, action, outcome: 'OK' }));
    const told = JSON.stringify(await trail());
    for (const token of Object.values(stack.tokens)) expect(told).not.toContain(token);
    expect(told).not.toMatch(/eyJ|Bearer/);
    expect(told).not.toContain(secret);
    const people = await stack.ask<{ users: { nodes: { name: string }[] } }, unknown>(users, {}, 'Grace');
    expect(people.errors).toEqual([]);
    expect(people.data?.users.nodes.map(({ name }) => name)).toEqual(expect.arrayContaining(['Ada', 'Ben']));
  });
});

test('an id of another concept, or of another home, is none of the session', async () => {
  const foreign = encodeId({ concept: 'Session', provider: 'AZURE_ML', home: 'elsewhere', key: ['x'] });
  for (const id of [ids.reply.real, foreign]) {
    const { errors } = await stack.ask(SendMessage, { input: { sessionId: id, content: 'Hello' } });
    expect(['BAD_USER_INPUT', 'NOT_FOUND']).toContain(errors[0]?.extensions.code);
  }
});
