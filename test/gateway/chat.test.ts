import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  Agents,
  AuditEvents,
  CreateSession,
  DeleteSession,
  History,
  SendMessage,
  Sessions,
} from './operations.ts';
import { heard, historyOf, openSession, send, textOf } from './support/chat.ts';
import { type Stack, startStack } from './support/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ chat: { pace: 2 } });
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

test('the story: agents, a session, a message, its reply word by word, and then the history', async () => {
  const agents = await stack.ask(Agents, {});
  expect(agents.errors).toEqual([]);
  expect(agents.data?.agents?.nodes.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['clerk', 'fragile', 'librarian', 'popular', 'slow', 'storyteller']),
  );
  const sessionId = await openSession(stack);
  const replyId = await send(
    stack,
    sessionId,
    'Tell me about   the irises of the garden, and about much else besides',
  );
  const events = await heard(stack, sessionId);
  expect(events[0]).toMatchObject({ __typename: 'ReplyStarted', messageId: replyId });
  expect(events.length).toBeGreaterThan(50);
  expect(new Set(events.map(({ cursor }) => cursor)).size).toBe(events.length);
  const end = events.at(-1);
  if (end?.__typename !== 'ReplyCompleted') throw new Error(`it ended with ${end?.__typename}`);
  expect(end.message).toMatchObject({ id: replyId, status: 'COMPLETED', content: textOf(events) });
  const history = await historyOf(stack, sessionId);
  expect(history.title).toBe('Tell me about the irises of the garden, and about much else…');
  expect(history.nodes.map(({ role, status }) => [role, status])).toEqual([
    ['USER', 'COMPLETED'],
    ['ASSISTANT', 'COMPLETED'],
  ]);
  expect(history.nodes[1]).toMatchObject({ id: replyId, content: textOf(events) });
  expect(history.nodes[1]?.usage?.outputTokens).toBeGreaterThan(50);
  const sessions = await stack.ask(Sessions, {});
  expect(sessions.data?.sessions?.nodes[0]).toMatchObject({ id: sessionId, agent: { name: 'storyteller' } });
});

const contents = (nodes: readonly { content: string }[]) => nodes.map(({ content }) => content);

test('a history is read from either end, page by page, whatever the direction', async () => {
  const sessionId = await openSession(stack, 'popular');
  for (const text of ['one', 'two', 'three', 'four']) {
    await send(stack, sessionId, text);
    await heard(stack, sessionId);
  }
  const all = await historyOf(stack, sessionId, { first: 100 });
  expect(contents(all.nodes).filter((text) => text !== '')).toEqual(['one', 'two', 'three', 'four']);
  const newest = await historyOf(stack, sessionId, { last: 3 });
  expect(newest.nodes.map(({ id }) => id)).toEqual(all.nodes.slice(-3).map(({ id }) => id));
  expect(newest.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: false });
  const older = await historyOf(stack, sessionId, { last: 100, before: newest.pageInfo.startCursor });
  expect([...older.nodes, ...newest.nodes]).toEqual(all.nodes);
  const forth = await historyOf(stack, sessionId, { after: older.pageInfo.endCursor });
  expect(forth.nodes).toEqual(newest.nodes);
  for (const [page, field] of [
    [{ first: 1, last: 1 }, 'first'],
    [{ last: 0 }, 'last'],
    [{ before: 'nonsense' }, 'before'],
  ] as const) {
    const { errors } = await stack.ask(History, { id: sessionId, ...page });
    expect(errors[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field });
  }
});

test('a session that is deleted is gone, also upstream, and its listeners are told', async () => {
  const sessionId = await openSession(stack, 'slow');
  await send(stack, sessionId, 'A long story, please');
  const listening = heard(stack, sessionId);
  const listener = expect(listening).rejects.toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  await stack.emulators.forgetCalls('foundry');
  expect((await stack.ask(DeleteSession, { id: sessionId })).data?.deleteSession?.id).toBe(sessionId);
  await listener;
  const deleted = (await stack.emulators.calls('foundry')).filter(({ method }) => method === 'DELETE');
  expect(deleted).toMatchObject([{ path: expect.stringMatching(/\/conversations\/conv_/), status: 200 }]);
  const again = await stack.ask(DeleteSession, { id: sessionId });
  expect(again.errors[0]?.extensions.code).toBe('NOT_FOUND');
  expect((await stack.ask(History, { id: sessionId })).errors[0]?.extensions.code).toBe('NOT_FOUND');
});

test('a conversation that the platform does not delete is in the trail, and the session is gone all the same', async () => {
  const sessionId = await openSession(stack, 'popular');
  await stack.emulators.fault('foundry', { kind: 'status', status: 403, method: 'DELETE' });
  const { errors } = await stack.ask(DeleteSession, { id: sessionId });
  await stack.emulators.heal('foundry');
  expect(errors).toEqual([]);
  await expect
    .poll(async () => {
      const { data } = await stack.ask(AuditEvents, { first: 100 }, 'Grace');
      return data?.auditEvents?.nodes.filter(({ target }) => target === sessionId);
    })
    .toMatchObject([
      { action: expect.stringMatching(/^(deleteSession|upstream\.delete)$/) },
      { action: expect.stringMatching(/^(deleteSession|upstream\.delete)$/) },
    ]);
  const { data } = await stack.ask(
    AuditEvents,
    { first: 100, filter: { action: 'upstream.delete' } },
    'Grace',
  );
  expect(data?.auditEvents?.nodes).toMatchObject([
    { target: sessionId, outcome: 'FORBIDDEN', upstream: 'AZURE_FOUNDRY', actorKind: 'USER' },
  ]);
});

test('each mutation leaves one event, with how it ended, and no word of what was said', async () => {
  const sessionId = await openSession(stack, 'popular');
  const secret = 'nobody but the agent may read this';
  await stack.ask(SendMessage, { input: { sessionId, content: secret } });
  await stack.ask(SendMessage, { input: { sessionId, content: ' ' } });
  await stack.ask('mutation { syncAgents { added removed agents { name syncedAt } } }', {});
  const trail = async () =>
    (await stack.ask(AuditEvents, { first: 100 }, 'Grace')).data?.auditEvents?.nodes ?? [];
  await expect
    .poll(async () => (await trail()).map(({ action, target, outcome }) => [action, target, outcome]))
    .toEqual(
      expect.arrayContaining([
        ['sendMessage', sessionId, 'OK'],
        ['sendMessage', sessionId, 'BAD_USER_INPUT'],
        ['syncAgents', null, 'OK'],
      ]),
    );
  expect(JSON.stringify(await trail())).not.toContain(secret);
});

test('agents page, are refused to whom the platform refuses, and are never shown from the copy', async () => {
  const first = await stack.ask(Agents, { first: 3 });
  expect(first.data?.agents?.pageInfo.hasNextPage).toBe(true);
  const rest = await stack.ask(Agents, { after: first.data?.agents?.pageInfo.endCursor });
  const names = [first, rest].flatMap(({ data }) => data?.agents?.nodes.map(({ name }) => name) ?? []);
  expect(names).toEqual([...new Set(names)].sort());
  const sessionId = await openSession(stack);
  await stack.emulators.fault('foundry', { kind: 'status', status: 403 });
  const refused = await stack.ask(Agents, {});
  expect(refused.data).toEqual({ agents: null });
  expect(refused.errors[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', upstream: 'foundry' });
  const sessions = await stack.ask(Sessions, { first: 1 });
  await stack.emulators.heal('foundry');
  expect(sessions.data?.sessions?.nodes).toMatchObject([
    { id: sessionId, title: 'New session', agent: { name: 'storyteller' } },
  ]);
});

test('sessions of one agent, page by page, last used first', async () => {
  const ids = [];
  for (let count = 0; count < 3; count++) ids.push(await openSession(stack, 'clerk', 'Ben'));
  await openSession(stack, 'slow', 'Ben');
  const agents = await stack.ask(Agents, { first: 100 }, 'Ben');
  const agentId = agents.data?.agents?.nodes.find(({ name }) => name === 'clerk')?.id;
  const filter = { agentId };
  const one = await stack.ask(Sessions, { first: 2, filter }, 'Ben');
  const after = one.data?.sessions?.pageInfo.endCursor;
  const two = await stack.ask(Sessions, { first: 2, after, filter }, 'Ben');
  const seen = [one, two].flatMap(({ data }) => data?.sessions?.nodes.map(({ id }) => id) ?? []);
  expect(seen).toEqual(ids.reverse());
});

test('an agent that is switched off takes no session, and one that is not there is not found', async () => {
  const agents = await stack.ask(Agents, { first: 100 });
  const agentId = agents.data?.agents?.nodes.find(({ enabled }) => !enabled)?.id ?? '';
  const off = await stack.ask(CreateSession, { input: { agentId } });
  expect(off.errors[0]?.extensions).toEqual({ code: 'CONFLICT', field: 'input.agentId' });
  const refused = await stack.ask(CreateSession, { input: { agentId } }, 'Olaf');
  expect(refused.errors[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', upstream: 'foundry' });
});

test('to an administrator people and events are nodes; to others they are not there', async () => {
  await openSession(stack, 'slow', 'Ben');
  const query = `{ users(first: 100) { nodes { id name role } } auditEvents(first: 1) { nodes { id action } } }`;
  type Lists = Record<'users' | 'auditEvents', { nodes: { id: string; name?: string }[] }>;
  const events = () => stack.ask<Lists, never>(query, {}, 'Grace');
  await expect.poll(async () => (await events()).data?.auditEvents.nodes.length).toBe(1);
  const { data } = await events();
  const ids = [data?.users.nodes.find(({ name }) => name === 'Ben')?.id, data?.auditEvents.nodes[0]?.id];
  const node = 'query ($id: ID!) { node(id: $id) { id __typename } }';
  const as = async (who: string, id: unknown) => (await stack.ask(node, { id }, who)) as never;
  for (const [index, __typename] of ['User', 'AuditEvent'].entries()) {
    const id = ids[index];
    expect(await as('Grace', id)).toMatchObject({ data: { node: { id, __typename } }, errors: [] });
    expect(await as('Ada', id)).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  }
  expect(await as('Ben', ids[0])).toMatchObject({ data: { node: { id: ids[0] } }, errors: [] });
});
