import { afterAll, beforeAll, expect, test } from 'vitest';
import { Agents, Sessions } from './operations.ts';
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
