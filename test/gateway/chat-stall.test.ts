import { expect, test, vi } from 'vitest';
import { heard, historyOf, openSession, send, textOf } from './support/chat.ts';
import { startStack } from './support/stack.ts';
import { control, upstreamResponse } from './support/upstream-chat.ts';

/** The gateway as it is, but for how long it waits on a silent stream: two minutes are too long for a test. */
vi.mock('../../src/datasources/foundry/connector.ts', async (original) => {
  const real = await original<typeof import('../../src/datasources/foundry/connector.ts')>();
  const createFoundryConnector: typeof real.createFoundryConnector = (settings, options) =>
    real.createFoundryConnector(settings, { ...options, firstByteMs: 700, idleMs: 400 });
  return { ...real, createFoundryConnector };
});

test('a stream that stalls is UPSTREAM_TIMEOUT with the text so far, is ended upstream, and the session goes on', async () => {
  await using stack = await startStack({ chat: { pace: 30 } });
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
  await using stack = await startStack({ chat: { pace: 2 } });
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
