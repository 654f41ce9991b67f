import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CancelReply, DecideToolApproval, ResumeReply } from './operations.ts';
import { type ChatEvent, heard, historyOf, listen, openSession, send, textOf } from './support/chat.ts';
import { type Stack, startStack } from './support/stack.ts';
import { control, upstreamResponse } from './support/upstream-chat.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ chat: { pace: 2 } });
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

/** A session whose agent has asked its person for something. */
async function waitingSession(agent: string, content: string) {
  const sessionId = await openSession(stack, agent);
  const messageId = await send(stack, sessionId, content);
  const events = await heard(stack, sessionId);
  return { sessionId, messageId, wait: events.at(-1) as ChatEvent };
}
type Waiting = Awaited<ReturnType<typeof waitingSession>>;

const restOf = ({ sessionId, wait }: Waiting) => heard(stack, sessionId, { after: wait.cursor });
const approvalsOf = async (sessionId: string) =>
  (await historyOf(stack, sessionId)).nodes.at(-1)?.pendingApprovals.map(({ id }) => id) ?? [];
const decide = (messageId: string, approvalId: string, approve: boolean, reason?: string) =>
  stack.ask(DecideToolApproval, { input: { messageId, approvalId, approve, reason } });

describe('a tool that asks for approval', () => {
  test.each([
    ['approved', true, 'The ledger makes 46.5 of 12, 30, 4.5.'],
    ['denied', false, 'You declined the sum of 12, 30, 4.5 (not today).'],
  ])('%s: the same reply goes on to its end', async (_, approve, says) => {
    const waiting = await waitingSession('clerk', 'What do 12, 30 and 4.5 make?');
    const { sessionId, messageId, wait } = waiting;
    if (wait.__typename !== 'ToolApprovalRequested') throw new Error(`it came to ${wait.__typename}`);
    expect(wait.approval).toMatchObject({ toolName: 'add_up', serverLabel: 'ledger' });
    expect((await historyOf(stack, sessionId)).nodes.at(-1)).toMatchObject({
      id: messageId,
      status: 'WAITING_FOR_APPROVAL',
    });
    const { errors, data } = await decide(messageId, wait.approval.id, approve, 'not today');
    expect(errors).toEqual([]);
    expect(data?.decideToolApproval?.reply).toMatchObject({ id: messageId, pendingApprovals: [] });
    const rest = await restOf(waiting);
    expect(rest.at(-1)).toMatchObject({
      __typename: 'ReplyCompleted',
      message: { id: messageId, status: 'COMPLETED', content: textOf(rest) },
    });
    expect(textOf(rest)).toContain(says);
    expect((await historyOf(stack, sessionId)).nodes).toHaveLength(2);
  });

  test('of two it waits until both are decided', async () => {
    const waiting = await waitingSession('clerk', 'Add 1 and 2; then 30 and 40');
    const [first = '', second = ''] = await approvalsOf(waiting.sessionId);
    const one = await decide(waiting.messageId, first, true);
    expect(one.data?.decideToolApproval?.reply).toMatchObject({
      status: 'WAITING_FOR_APPROVAL',
      pendingApprovals: [{ id: second }],
    });
    expect((await decide(waiting.messageId, first, false)).errors[0]?.extensions.code).toBe('CONFLICT');
    expect((await decide(waiting.messageId, second, false)).errors).toEqual([]);
    const stream = listen(stack, waiting.sessionId);
    const texts: string[] = [];
    for await (const event of stream) {
      if (event.__typename === 'ReplyDelta') texts.push(event.text);
      if (event.__typename === 'ReplyCompleted') break;
    }
    await stream.leave();
    expect(texts.join('')).toContain('The ledger makes 3 of 1, 2. You declined the sum of 30, 40.');
  });

  test('what it does not wait for is NOT_FOUND, and twice decided CONFLICT', async () => {
    const waiting = await waitingSession('clerk', 'Add 5 and 6');
    const unknown = await decide(waiting.messageId, 'mcpr_0', true);
    expect(unknown.errors[0]?.extensions).toMatchObject({ code: 'NOT_FOUND' });
    const [id = ''] = await approvalsOf(waiting.sessionId);
    expect((await decide(waiting.messageId, id, true)).errors).toEqual([]);
    await restOf(waiting);
    expect((await decide(waiting.messageId, id, true)).errors[0]?.extensions.code).toBe('CONFLICT');
  });
});

describe('a tool that needs a consent', () => {
  beforeEach(() => control(stack, 'DELETE', '/consents'));

  test('once it is given, the same reply goes on', async () => {
    const waiting = await waitingSession('librarian', 'Which of my books are about glaciers?');
    const { messageId, wait, sessionId } = waiting;
    if (wait.__typename !== 'ConsentRequired') throw new Error(`it came to ${wait.__typename}`);
    expect(wait.consent.url).toMatch(/^https:\/\//);
    await control(stack, 'POST', '/consents', { person: 'Ada' });
    const { errors, data } = await stack.ask(ResumeReply, { messageId });
    expect(errors).toEqual([]);
    expect(data?.resumeReply?.reply.id).toBe(messageId);
    const rest = await restOf(waiting);
    expect(rest.at(-1)).toMatchObject({
      __typename: 'ReplyCompleted',
      message: { id: messageId, status: 'COMPLETED', content: textOf(rest) },
    });
    expect(textOf(rest)).toContain('glaciers');
    expect((await historyOf(stack, sessionId)).nodes).toHaveLength(2);
  });

  test('without it, the reply waits again; and it can be cancelled', async () => {
    const waiting = await waitingSession('librarian', 'Which of my books are about whales?');
    const { messageId, sessionId } = waiting;
    expect((await stack.ask(ResumeReply, { messageId })).errors).toEqual([]);
    const again = await restOf(waiting);
    expect(again.at(-1)?.__typename).toBe('ConsentRequired');
    const canceled = await stack.ask(CancelReply, { messageId });
    expect(canceled.data?.cancelReply?.reply.status).toBe('CANCELED');
    await control(stack, 'POST', '/consents', { person: 'Ada' });
    expect((await stack.ask(ResumeReply, { messageId })).errors[0]?.extensions.code).toBe('CONFLICT');
    await send(stack, sessionId, 'Which are about bridges?');
    expect((await heard(stack, sessionId)).at(-1)).toMatchObject({ message: { status: 'COMPLETED' } });
  });
});

test('a cancelled reply ends at once with what was said, also upstream, and the session goes on', async () => {
  await control(stack, 'PUT', '/pace', { delta: 20 });
  const sessionId = await openSession(stack);
  const messageId = await send(stack, sessionId, 'Tell me of everything');
  const seen = await heard(stack, sessionId, { most: 15 });
  const { data, errors } = await stack.ask(CancelReply, { messageId });
  expect(errors).toEqual([]);
  const reply = data?.cancelReply?.reply;
  expect(reply?.status).toBe('CANCELED');
  const rest = await heard(stack, sessionId, { after: seen.at(-1)?.cursor });
  expect(rest.at(-1)).toMatchObject({
    __typename: 'ReplyCompleted',
    message: { status: 'CANCELED', content: textOf([...seen, ...rest]) },
  });
  expect(reply?.content).toBe(textOf([...seen, ...rest]));
  await expect.poll(async () => (await upstreamResponse(stack, 'storyteller')).status).toBe('cancelled');
  await expect
    .poll(async () => (await historyOf(stack, sessionId)).nodes.at(-1)?.usage?.outputTokens ?? 0)
    .toBeGreaterThan(0);
  const again = await stack.ask(CancelReply, { messageId });
  expect(again.data?.cancelReply?.reply).toEqual(reply);
  await control(stack, 'PUT', '/pace', { delta: 2 });
  await send(stack, sessionId, 'And then?');
  expect((await heard(stack, sessionId)).at(-1)).toMatchObject({ message: { status: 'COMPLETED' } });
});

test('a reply that waits for approval can be cancelled, and the next question is answered', async () => {
  const { sessionId, messageId } = await waitingSession('clerk', 'Add 7 and 8');
  const { data } = await stack.ask(CancelReply, { messageId });
  expect(data?.cancelReply?.reply.status).toBe('CANCELED');
  await send(stack, sessionId, 'Good morning');
  const events = await heard(stack, sessionId);
  expect(events.at(-1)).toMatchObject({ __typename: 'ReplyCompleted', message: { status: 'COMPLETED' } });
  expect(textOf(events)).toContain('no numbers');
});
