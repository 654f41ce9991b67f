import { expect, test } from 'vitest';
import { heard, historyOf, openSession, send, textOf } from './support/chat.ts';
import { startStack } from './support/stack.ts';
import { control, upstreamResponse } from './support/upstream-chat.ts';

const impatient = { FOUNDRY_FIRST_BYTE_SECONDS: '1', FOUNDRY_IDLE_SECONDS: '1' };

test('a stream that stalls is UPSTREAM_TIMEOUT with the text so far, is ended upstream, and the session goes on', async () => {
  await using stack = await startStack({ chat: { pace: 30 }, settings: impatient });
  await control(stack, 'POST', '/streams', { kind: 'stall', agent: 'storyteller', after: 20 });
  const sessionId = await openSession(stack);
  await send(stack, sessionId, 'Tell me of patience');
  const events = await heard(stack, sessionId);
  expect(events.at(-1)).toMatchObject({ __typename: 'ReplyFailed', code: 'UPSTREAM_TIMEOUT' });
  const content = textOf(events);
  expect(content.split(/\s+/).length).toBeGreaterThanOrEqual(20);
  expect((await historyOf(stack, sessionId)).nodes.at(-1)).toMatchObject({
    status: 'FAILED',
    content,
    error: { code: 'UPSTREAM_TIMEOUT' },
  });
  await expect.poll(async () => (await upstreamResponse(stack, 'storyteller')).status).toBe('cancelled');
  await control(stack, 'PUT', '/pace', { delta: 2 });
  await send(stack, sessionId, 'And of haste?');
  const next = await heard(stack, sessionId, { after: events.at(-1)?.cursor });
  expect(next.at(-1)).toMatchObject({ message: { status: 'COMPLETED', content: textOf(next) } });
});

test('an upstream that never begins is UPSTREAM_TIMEOUT, and is not asked twice', async () => {
  await using stack = await startStack({ chat: { pace: 2 }, settings: impatient });
  const sessionId = await openSession(stack);
  await stack.emulators.fault('foundry', { kind: 'hang', method: 'POST', path: '/responses$', times: 1 });
  await send(stack, sessionId, 'Is anybody there?');
  const events = await heard(stack, sessionId);
  expect(events.map(({ __typename }) => __typename)).toEqual(['ReplyStarted', 'ReplyFailed']);
  expect(events.at(-1)).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  await send(stack, sessionId, 'And now?');
  const next = await heard(stack, sessionId, { after: events.at(-1)?.cursor });
  expect(next.at(-1)).toMatchObject({ message: { status: 'COMPLETED' } });
});

test('a reply that takes longer than it may is UPSTREAM_TIMEOUT with the text so far', async () => {
  const settings = { FOUNDRY_REPLY_SECONDS: '1' };
  await using stack = await startStack({ chat: { pace: 30 }, settings });
  const sessionId = await openSession(stack);
  await send(stack, sessionId, 'Tell me of everything');
  const events = await heard(stack, sessionId);
  expect(events.at(-1)).toMatchObject({ __typename: 'ReplyFailed', code: 'UPSTREAM_TIMEOUT' });
  expect(textOf(events)).not.toBe('');
});
