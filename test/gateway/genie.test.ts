import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AskGenie,
  GenieAnswer,
  GenieHistory,
  GenieReply,
  GenieSpaces,
  RateGenieAnswer,
  RerunGenieQuery,
} from './genie-operations.ts';
import { AuditEvents } from './operations.ts';
import { type Stack, startStack } from './support/stack.ts';
import { all, overSse, overWebSocket } from './support/streams.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ chat: { pace: 2 } });
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

async function spaceOf(title: string, as = 'Ada'): Promise<string> {
  const { data } = await stack.ask(GenieSpaces, {}, as);
  return data?.genieSpaces?.nodes.find((space) => space.title === title)?.id ?? '';
}

async function ask(question: string, more: Record<string, unknown> = {}, as = 'Ada') {
  const spaceId = await spaceOf('Retail sales', as);
  const answer = await stack.ask(AskGenie, { input: { spaceId, question, ...more } }, as);
  return { ...answer, message: answer.data?.askGenie?.message };
}

const final = async (messageId: string, as = 'Ada') => {
  const { client, events } = overWebSocket({ stack, document: GenieReply, variables: { messageId }, as });
  const told = await all(events);
  await client.dispose();
  return told.map(({ genieReply }) => genieReply);
};
const answerOf = async (id: string, as = 'Ada') => {
  const { data } = await stack.ask(GenieAnswer, { id, maxRows: 10 }, as);
  return data?.node && 'status' in data.node ? data.node : null;
};

test('a question in words is watched to its SQL and its table', async () => {
  const { message } = await ask('What is the revenue by region?');
  expect(message?.question).toBe('What is the revenue by region?');
  const states = await final(message?.id ?? '');
  expect(states.at(-1)?.message.status).toBe('COMPLETED');
  expect(new Set(states.map(({ cursor }) => cursor)).size).toBe(states.length);
  const answer = await answerOf(message?.id ?? '');
  expect(answer?.query?.sql).toMatch(/select/i);
  const result = answer?.query?.result;
  expect(result?.columns.map(({ name }) => name)).toHaveLength(2);
  expect(result?.rows.length).toBeGreaterThan(1);
  expect(result).toMatchObject({ truncated: false, rowCount: result?.rows.length });
  expect(answer?.conversation).toMatchObject({ space: { title: 'Retail sales' } });
  expect(answer?.suggestedQuestions.length).toBeGreaterThan(0);
});

test('a second question builds on the first, over SSE as well', async () => {
  const first = await ask('What is the revenue by region?');
  await final(first.message?.id ?? '');
  const conversationId = first.message?.conversation?.id;
  const second = await ask('And by month?', { conversationId });
  const { client, events } = overSse({
    stack,
    document: GenieReply,
    variables: { messageId: second.message?.id ?? '' },
  });
  expect((await all(events)).at(-1)?.genieReply.message.status).toBe('COMPLETED');
  client.dispose();
  expect((await answerOf(second.message?.id ?? ''))?.query?.sql).toMatch(/month/i);
});

test('a cursor goes on where it stood: nothing twice, and a final state ends the stream', async () => {
  const { message } = await ask('How many customers are there?');
  const states = await final(message?.id ?? '');
  const variables = { messageId: message?.id ?? '', after: states.at(-1)?.cursor };
  const { client, events } = overWebSocket({ stack, document: GenieReply, variables });
  expect(await all(events)).toEqual([]);
  await client.dispose();
});

describe('what goes wrong says what to do', () => {
  test('a failed answer', async () => {
    const { message } = await ask('Revenue by region, then fail with SQL_EXECUTION_EXCEPTION');
    const states = await final(message?.id ?? '');
    expect(states.at(-1)?.message).toMatchObject({
      status: 'FAILED',
      error: { code: 'SQL_EXECUTION_EXCEPTION' },
    });
  });

  test('an expired result, which is brought back', async () => {
    const { message } = await ask('Revenue by region, then expire');
    const id = message?.id ?? '';
    await final(id);
    const expired = await stack.ask(GenieAnswer, { id });
    expect(expired.errors[0]).toMatchObject({
      message: expect.stringContaining('rerunGenieQuery'),
      path: ['node', 'query', 'result'],
      extensions: { code: 'NOT_FOUND' },
    });
    const again = await stack.ask(RerunGenieQuery, { messageId: id });
    expect(again.errors).toEqual([]);
    expect((await answerOf(id))?.query?.result?.rows.length).toBeGreaterThan(1);
  });

  test('a second question before the first is answered', async () => {
    const { message } = await ask('Revenue by region, then stall');
    const second = await ask('And by month?', { conversationId: message?.conversation?.id });
    expect(second.errors[0]?.extensions.code).toBe('CONFLICT');
  });

  test('a space without access is not found', async () => {
    const spaceId = await spaceOf('Executive margins');
    const { errors } = await stack.ask(
      AskGenie,
      { input: { spaceId, question: 'Margin by product' } },
      'Ben',
    );
    expect(errors[0]).toMatchObject({ extensions: { code: 'NOT_FOUND' } });
    expect(errors[0]?.message).toMatch(/no access/);
    expect(errors[0]?.message).not.toMatch(/node|acl|directories/i);
  });

  test('the outsider is not in the workspace, and is told so', async () => {
    const { errors } = await stack.ask(GenieSpaces, {}, 'Olaf');
    expect(errors[0]).toMatchObject({ extensions: { code: 'FORBIDDEN' } });
    expect(errors[0]?.message).toMatch(/workspace/);
  });
});

describe('whose it is', () => {
  test('a conversation of another person is not found, by any field', async () => {
    const { message } = await ask('What is the revenue by region?');
    const messageId = message?.id ?? '';
    await final(messageId);
    const conversationId = message?.conversation?.id;
    const asBen = [
      await stack.ask(GenieAnswer, { id: messageId }, 'Ben'),
      await stack.ask('query ($id: ID!) { node(id: $id) { id } }', { id: conversationId }, 'Ben'),
      await stack.ask(RerunGenieQuery, { messageId }, 'Ben'),
      await stack.ask(RateGenieAnswer, { input: { messageId, rating: 'POSITIVE' } }, 'Ben'),
      await ask('And by month?', { conversationId }, 'Ben'),
    ];
    for (const { errors } of asBen) expect(errors[0]?.extensions.code).toBe('NOT_FOUND');
    await expect(final(messageId, 'Ben')).rejects.toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  });

  test('as the application: administrators alone, in the trail, and still their own', async () => {
    const refused = await ask('How many customers are there?', { as: 'APP' });
    expect(refused.errors[0]?.extensions.code).toBe('FORBIDDEN');
    const spaceId = await spaceOf('Executive margins');
    const input = { spaceId, question: 'Margin by product', as: 'APP' };
    const { data, errors } = await stack.ask(AskGenie, { input }, 'Grace');
    expect(errors).toEqual([]);
    const message = data?.askGenie?.message;
    expect((await final(message?.id ?? '', 'Grace')).at(-1)?.message.status).toBe('COMPLETED');
    expect((await answerOf(message?.id ?? '', 'Grace'))?.query?.result?.rows.length).toBeGreaterThan(0);
    const stolen = await stack.ask(GenieAnswer, { id: message?.id }, 'Ada');
    expect(stolen.errors[0]?.extensions.code).toBe('NOT_FOUND');
    const trail = await stack.ask(AuditEvents, { first: 50 }, 'Grace');
    const uses = trail.data?.auditEvents?.nodes.filter(({ upstream }) => upstream === 'DATABRICKS') ?? [];
    expect(uses.some(({ action, outcome }) => action === 'askGenie' && outcome === 'OK')).toBe(true);
  });

  test("the history has the caller's own, with questions and answers", async () => {
    const { message } = await ask('Orders by day in the last week');
    await final(message?.id ?? '');
    const { data } = await stack.ask(GenieHistory, { id: await spaceOf('Retail sales') });
    const conversations = data?.node && 'conversations' in data.node ? data.node.conversations?.nodes : [];
    const found = conversations?.find(({ id }) => id === message?.conversation?.id);
    expect(found?.messages?.nodes).toMatchObject([{ question: 'Orders by day in the last week' }]);
  });
});

test('the same clientMessageId gives the first answer, other content CONFLICT', async () => {
  const first = await ask('Revenue by month', { clientMessageId: 'once' });
  const again = await ask('Revenue by month', { clientMessageId: 'once' });
  expect(again.message?.id).toBe(first.message?.id);
  const other = await ask('Revenue by day', { clientMessageId: 'once' });
  expect(other.errors[0]?.extensions.code).toBe('CONFLICT');
});

test('a rating is kept', async () => {
  const { message } = await ask('How many customers are there?');
  const messageId = message?.id ?? '';
  await final(messageId);
  const { data } = await stack.ask(RateGenieAnswer, { input: { messageId, rating: 'POSITIVE' } });
  expect(data?.rateGenieAnswer?.message?.rating).toBe('POSITIVE');
});
