import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { AuditEvents, DeleteSession, SendMessage } from './operations.ts';
import { heard, historyOf, listen, openSession, send } from './support/chat.ts';
import { type Stack, startStack } from './support/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ chat: { pace: 2 } });
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});
afterEach(() => stack.emulators.heal('supabase'));

test('a send whose title cannot be written is answered, its reply comes to its end, and the trail tells', async () => {
  const sessionId = await openSession(stack);
  const refused = { kind: 'status', status: 503, method: 'PATCH', path: '/sessions$' } as const;
  await stack.emulators.fault('supabase', refused);
  const { data, errors } = await stack.ask(SendMessage, {
    input: { sessionId, content: 'Tell me of tides' },
  });
  expect(errors).toEqual([]);
  expect(data?.sendMessage?.reply.id).toBeTruthy();
  expect((await heard(stack, sessionId)).at(-1)).toMatchObject({ message: { status: 'COMPLETED' } });
  await expect
    .poll(async () => (await stack.ask(AuditEvents, { first: 50 }, 'Grace')).data?.auditEvents?.nodes, {
      timeout: 10_000,
    })
    .toContainEqual(
      expect.objectContaining({
        action: 'session.title',
        target: sessionId,
        outcome: 'UPSTREAM_UNAVAILABLE',
      }),
    );
  await stack.emulators.heal('supabase');
  await send(stack, sessionId, 'And of storms');
  expect((await historyOf(stack, sessionId)).title).toBe('And of storms');
});

test('a deletion whose answer was lost is answered, ends its readers, and is made upstream too', async () => {
  const sessionId = await openSession(stack);
  await send(stack, sessionId, 'Tell me of caves');
  await heard(stack, sessionId);
  const reader = listen(stack, sessionId);
  const ending = (async () => {
    for await (const _ of reader);
  })().catch((error: unknown) => error);
  await stack.emulators.forgetCalls('foundry');
  await stack.emulators.fault('supabase', { kind: 'cut', method: 'DELETE', path: '/sessions$', times: 1 });
  const { data, errors } = await stack.ask(DeleteSession, { id: sessionId });
  expect(errors).toEqual([]);
  expect(data).toEqual({ deleteSession: { id: sessionId } });
  const calls = await stack.emulators.calls('foundry');
  expect(calls).toContainEqual(
    expect.objectContaining({
      method: 'DELETE',
      path: expect.stringContaining('/conversations/'),
      status: 200,
    }),
  );
  expect(JSON.stringify([await ending])).toContain('NOT_FOUND');
  await reader.leave();
});

test('a deletion goes on although its client has left', async () => {
  const sessionId = await openSession(stack);
  await stack.emulators.forgetCalls('foundry');
  await stack.emulators.forgetCalls('supabase');
  await stack.emulators.fault('supabase', { kind: 'latency', delayMs: 500, method: 'DELETE', times: 1 });
  const client = new AbortController();
  const leaving = fetch(stack.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${stack.tokens.Ada}` },
    body: JSON.stringify({ query: DeleteSession.toString(), variables: { id: sessionId } }),
    signal: client.signal,
  }).catch(() => undefined);
  const asked = async () => (await stack.emulators.calls('supabase')).map(({ method }) => method);
  await expect.poll(asked, { timeout: 5_000 }).toContain('DELETE');
  client.abort();
  await leaving;
  await expect
    .poll(async () => (await stack.emulators.calls('foundry')).map(({ method }) => method), {
      timeout: 5_000,
    })
    .toContain('DELETE');
});
