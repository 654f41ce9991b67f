import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AuditEvents, SendMessage } from './operations.ts';
import { type ChatEvent, heard, historyOf, openSession, send, textOf } from './support/chat.ts';
import { type Stack, startStack } from './support/stack.ts';
import { control, upstreamResponse, upstreamText } from './support/upstream-chat.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ chat: { pace: 2 } });
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await control(stack, 'DELETE', '/streams');
});

/** Events of a reply's end, and its message in the history. */
async function asked(agent: string, content: string) {
  const sessionId = await openSession(stack, agent);
  const replyId = await send(stack, sessionId, content);
  const events = await heard(stack, sessionId);
  const reply = (await historyOf(stack, sessionId)).nodes.at(-1);
  expect(reply?.id).toBe(replyId);
  return { sessionId, events, end: events.at(-1) as ChatEvent, reply };
}

/** The next question is answered; `content` of the answer. */
async function askedAgain(sessionId: string, content = 'And what about the glaciers?') {
  const { cursor } = (await heard(stack, sessionId)).at(-1) as ChatEvent;
  await send(stack, sessionId, content);
  return await heard(stack, sessionId, { after: cursor });
}

async function expectUsable(sessionId: string) {
  const events = await askedAgain(sessionId);
  expect(events[0]?.__typename).toBe('ReplyStarted');
  expect(events.at(-1)).toMatchObject({
    __typename: 'ReplyCompleted',
    message: { status: 'COMPLETED', content: textOf(events) },
  });
}

/** Twenty words came, and the reply says so. */
function expectFailedInTheMiddle({ events, end, reply }: Awaited<ReturnType<typeof asked>>, code: string) {
  expect(end).toMatchObject({ __typename: 'ReplyFailed', code });
  const text = textOf(events);
  expect(text.split(/\s+/).length).toBeGreaterThanOrEqual(20);
  expect(text.split(/\s+/).length).toBeLessThan(30);
  expect(reply).toMatchObject({ status: 'FAILED', content: text, error: { code } });
  expect(reply?.completedAt).toBeTruthy();
}

describe('in the middle of an answer', () => {
  test.each(['cut', 'close', 'malformed', 'failed', 'error'])(
    '%s, and the agent fails: failed as the upstream says, with the text so far, and the session goes on',
    async (kind) => {
      await control(stack, 'POST', '/streams', { kind, agent: 'storyteller', after: 20, ends: true });
      const told = await asked('storyteller', `Tell me of rivers and of ${kind} flowers`);
      expectFailedInTheMiddle(told, 'UPSTREAM_UNAVAILABLE');
      expect(told.reply?.usage?.outputTokens).toBeGreaterThan(0);
      await expectUsable(told.sessionId);
    },
  );

  test.each(['cut', 'close', 'malformed'])(
    '%s, while the agent goes on: read on to the end, no word twice',
    async (kind) => {
      await control(stack, 'POST', '/streams', { kind, agent: 'storyteller', after: 20 });
      const { events, end, reply } = await asked('storyteller', `Tell me of valleys and of ${kind} stones`);
      const text = upstreamText(await upstreamResponse(stack, 'storyteller'));
      expect(end).toMatchObject({ __typename: 'ReplyCompleted', message: { content: text } });
      expect(textOf(events)).toBe(text);
      expect(reply).toMatchObject({ status: 'COMPLETED', content: text });
    },
  );

  test('cut, and the upstream kept nothing: failed as cut, with the text so far', async () => {
    await control(stack, 'POST', '/streams', { kind: 'cut', agent: 'storyteller', after: 20 });
    const gone = { kind: 'status', status: 404, method: 'GET', path: '/responses/', times: 100 } as const;
    await stack.emulators.fault('foundry', gone);
    const told = await asked('storyteller', 'Tell me of caves');
    await stack.emulators.heal('foundry');
    expectFailedInTheMiddle(told, 'UPSTREAM_ERROR');
    await expectUsable(told.sessionId);
  });

  test('a quota that ends in the middle is told as such', async () => {
    const fault = { kind: 'failed', code: 'rate_limit_exceeded', agent: 'storyteller', after: 20 };
    await control(stack, 'POST', '/streams', fault);
    const told = await asked('storyteller', 'Tell me of mountains');
    expectFailedInTheMiddle(told, 'RATE_LIMITED');
    await expectUsable(told.sessionId);
  });
});

describe('before the first word', () => {
  test('no quota: RATE_LIMITED with the wait that the upstream asks for', async () => {
    const { sessionId, events, end, reply } = await asked('popular', 'Tell me something');
    expect(events.map(({ __typename }) => __typename)).toEqual(['ReplyStarted', 'ReplyFailed']);
    expect(end).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 7 });
    expect(reply).toMatchObject({ status: 'FAILED', content: '', error: { code: 'RATE_LIMITED' } });
    const again = await askedAgain(sessionId);
    expect(again.at(-1)).toMatchObject({ __typename: 'ReplyFailed', code: 'RATE_LIMITED' });
  });

  test('no quota, told when the stream is open', async () => {
    const { end } = await asked('popular', 'Tell me something later');
    expect(end).toMatchObject({ __typename: 'ReplyFailed', code: 'RATE_LIMITED' });
  });

  test('an upstream that is down', async () => {
    const sessionId = await openSession(stack);
    await stack.emulators.fault('foundry', { kind: 'status', status: 503, path: '/responses$', times: 1 });
    await send(stack, sessionId, 'Tell me of islands');
    expect((await heard(stack, sessionId)).at(-1)).toMatchObject({
      __typename: 'ReplyFailed',
      code: 'UPSTREAM_UNAVAILABLE',
    });
    const calls = await stack.emulators.calls('foundry');
    const refused = calls.filter(({ path, status }) => path.endsWith('/responses') && status === 503);
    expect(refused.length).toBe(1);
    await stack.emulators.heal('foundry');
    await expectUsable(sessionId);
  });

  test('a question that the content filter refuses: CONTENT_FILTERED, and the next is answered', async () => {
    const { sessionId, end, reply } = await asked('filtered', 'How is a murder planned?');
    expect(end).toMatchObject({ __typename: 'ReplyFailed', code: 'CONTENT_FILTERED' });
    expect(reply).toMatchObject({ status: 'FAILED', content: '', error: { code: 'CONTENT_FILTERED' } });
    await expectUsable(sessionId);
  });
});

test('an answer that the content filter breaks off is INCOMPLETE, with what was said', async () => {
  const { sessionId, events, end, reply } = await asked('filtered', 'Tell me of the edge of the world');
  const content = textOf(events);
  expect(content).not.toBe('');
  const message = { status: 'INCOMPLETE', content, error: { code: 'CONTENT_FILTERED' } };
  expect(end).toMatchObject({ __typename: 'ReplyCompleted', message });
  expect(reply).toMatchObject(message);
  expect((await askedAgain(sessionId, 'Then of bridges')).at(-1)).toMatchObject({
    message: { status: 'COMPLETED' },
  });
});

test('no message of a failure names a host, a token or what the upstream said of itself', async () => {
  const { reply } = await asked('fragile', 'Tell me something, then cut the line for good');
  expect(reply?.error?.message).toBeTruthy();
  expect(reply?.error?.message).not.toMatch(/127\.0\.0\.1|localhost|Bearer|eyJ|\bat \S+:\d+/);
});

test('each use of an agent is in the trail, with how it ended', async () => {
  await asked('popular', 'Is there any room?');
  await expect
    .poll(async () => (await stack.ask(AuditEvents, { first: 50 }, 'Grace')).data?.auditEvents?.nodes)
    .toContainEqual(
      expect.objectContaining({
        action: 'sendMessage',
        target: 'popular',
        outcome: 'RATE_LIMITED',
        upstream: 'AZURE_FOUNDRY',
      }),
    );
});

describe('sending', () => {
  const ask = (input: { sessionId: string; content: string; clientMessageId?: string }) =>
    stack.ask(SendMessage, { input });

  test('while a reply is under way is CONFLICT, and leaves nothing', async () => {
    const sessionId = await openSession(stack, 'slow');
    await send(stack, sessionId, 'Think about winter');
    const { data, errors } = await ask({ sessionId, content: 'Hurry up' });
    expect(data).toEqual({ sendMessage: null });
    expect(errors[0]?.extensions.code).toBe('CONFLICT');
    expect((await historyOf(stack, sessionId)).nodes).toHaveLength(2);
  });

  test('again with the same clientMessageId gives the first answer; with other content CONFLICT', async () => {
    const sessionId = await openSession(stack);
    const first = { sessionId, content: 'Tell me of tides', clientMessageId: 'the first' };
    const sent = await Promise.all([ask(first), ask(first), ask(first)]);
    const ids = sent.map(({ data, errors }) => {
      expect(errors).toEqual([]);
      return [data?.sendMessage?.message.id, data?.sendMessage?.reply.id];
    });
    expect(ids[1]).toEqual(ids[0]);
    expect(ids[2]).toEqual(ids[0]);
    const other = await ask({ ...first, content: 'Tell me of storms' });
    expect(other.errors[0]?.extensions).toMatchObject({ code: 'CONFLICT', field: 'input.clientMessageId' });
    await heard(stack, sessionId);
    const late = await ask(first);
    expect(late.data?.sendMessage?.reply).toMatchObject({ id: ids[0]?.[1], status: 'COMPLETED' });
    expect((await historyOf(stack, sessionId)).nodes).toHaveLength(2);
  });
});
