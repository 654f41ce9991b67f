import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestEmulators, type TestEmulators } from '../support/emulators.ts';
import { DecideToolApproval } from './operations.ts';
import { type ChatEvent, heard, historyOf, openSession, send, textOf } from './support/chat.ts';
import { type GatewayProcess, startGatewayProcess } from './support/gateway-process.ts';
import { control, upstreamResponse, upstreamText } from './support/upstream-chat.ts';

let emulators: TestEmulators;
let gateway: GatewayProcess;
beforeAll(async () => {
  emulators = await startTestEmulators({ chat: { pace: 20 } });
});
afterAll(async () => {
  await emulators.close();
});
beforeEach(async () => {
  gateway = await startGatewayProcess(emulators);
  await control({ emulators }, 'PUT', '/pace', { delta: 20 });
});
afterEach(async () => {
  await gateway.kill();
  await emulators.heal('foundry');
});

async function crash() {
  await gateway.kill();
  gateway = await startGatewayProcess(emulators);
}

const upstream = async (agent = 'storyteller') =>
  upstreamResponse({ emulators, tokens: emulators.tokens }, agent);

/** A reply that is being told, and the events that its reader has of it. */
async function inTheMiddle(content: string) {
  const sessionId = await openSession(gateway);
  const replyId = await send(gateway, sessionId, content);
  const seen = await heard(gateway, sessionId, { most: 60 });
  const cursor = (seen.at(-1) as ChatEvent).cursor;
  return { sessionId, replyId, seen, cursor };
}

async function expectUsable(sessionId: string) {
  await control({ emulators }, 'PUT', '/pace', { delta: 2 });
  const replyId = await send(gateway, sessionId, 'And what came then?');
  const events = await heard(gateway, sessionId);
  expect(events.at(-1)).toMatchObject({
    message: { id: replyId, status: 'COMPLETED', content: textOf(events) },
  });
}

const tellsTwice = (events: readonly ChatEvent[]) =>
  events.length - new Set(events.map(({ cursor }) => cursor)).size;

test('killed in the middle of a reply, which the agent ends alone: completed, and the cursor still good', async () => {
  const { sessionId, replyId, seen, cursor } = await inTheMiddle('Tell me of storms at sea');
  await gateway.kill();
  await expect.poll(async () => (await upstream()).status, { timeout: 15_000 }).toBe('completed');
  gateway = await startGatewayProcess(emulators);
  const text = upstreamText(await upstream());
  const rest = await heard(gateway, sessionId, { after: cursor });
  expect(textOf([...seen, ...rest])).toBe(text);
  expect(tellsTwice([...seen, ...rest])).toBe(0);
  expect(rest.at(-1)).toMatchObject({ message: { id: replyId, status: 'COMPLETED', content: text } });
  const reply = (await historyOf(gateway, sessionId)).nodes.at(-1);
  expect(reply).toMatchObject({ id: replyId, status: 'COMPLETED', content: text });
  expect(reply?.usage?.outputTokens).toBeGreaterThan(0);
  await expectUsable(sessionId);
});

test('killed and back while the agent still answers: goes on behind the cursor, word by word', async () => {
  const { sessionId, replyId, seen, cursor } = await inTheMiddle('Tell me of orchards in autumn');
  await control({ emulators }, 'PUT', '/pace', { delta: 60 });
  await crash();
  const rest = await heard(gateway, sessionId, { after: cursor });
  const text = upstreamText(await upstream());
  expect(textOf([...seen, ...rest])).toBe(text);
  expect(tellsTwice([...seen, ...rest])).toBe(0);
  expect(rest.filter(({ __typename }) => __typename === 'ReplyDelta').length).toBeGreaterThan(10);
  expect(rest.at(-1)).toMatchObject({ message: { id: replyId, status: 'COMPLETED', content: text } });
  await expectUsable(sessionId);
});

test('killed, and the upstream kept nothing: failed with the text so far, no reply pending for ever', async () => {
  const { sessionId, replyId, seen, cursor } = await inTheMiddle('Tell me of a town in the desert');
  await gateway.kill();
  const gone = { kind: 'status', status: 404, method: 'GET', path: '/responses/', times: 100 } as const;
  await emulators.fault('foundry', gone);
  gateway = await startGatewayProcess(emulators);
  const reply = (await historyOf(gateway, sessionId)).nodes.at(-1);
  expect(reply).toMatchObject({ id: replyId, status: 'FAILED', error: { code: 'UPSTREAM_ERROR' } });
  const stored = reply?.content ?? '';
  expect(stored.length).toBeGreaterThan(0);
  const rest = await heard(gateway, sessionId, { after: cursor });
  expect(rest.at(-1)?.__typename).toBe('ReplyFailed');
  const joined = textOf([...seen, ...rest]);
  expect(joined.startsWith(stored) || stored.startsWith(joined)).toBe(true);
  await emulators.heal('foundry');
  await expect.poll(async () => (await upstream()).status, { timeout: 15_000 }).not.toBe('in_progress');
  await expectUsable(sessionId);
});

test('killed before the agent had begun: failed honestly, or answered', async () => {
  await control({ emulators }, 'PUT', '/pace', { delta: 20, first: 3_000 });
  const sessionId = await openSession(gateway);
  const replyId = await send(gateway, sessionId, 'Tell me of the first snow');
  await crash();
  await control({ emulators }, 'PUT', '/pace', { delta: 2 });
  const events = await heard(gateway, sessionId);
  expect(events[0]).toMatchObject({ __typename: 'ReplyStarted', messageId: replyId });
  const reply = (await historyOf(gateway, sessionId)).nodes.at(-1);
  expect(['COMPLETED', 'FAILED']).toContain(reply?.status);
  expect(reply?.content).toBe(textOf(events));
});

test('a reply that waits for approval is decided after the restart, by the same cursor', async () => {
  const sessionId = await openSession(gateway, 'clerk');
  const messageId = await send(gateway, sessionId, 'What do 12, 30 and 4.5 make?');
  const seen = await heard(gateway, sessionId);
  const wait = seen.at(-1);
  if (wait?.__typename !== 'ToolApprovalRequested') throw new Error(`it came to ${wait?.__typename}`);
  await crash();
  const input = { messageId, approvalId: wait.approval.id, approve: true };
  const { errors } = await gateway.ask(DecideToolApproval, { input });
  expect(errors).toEqual([]);
  const rest = await heard(gateway, sessionId, { after: wait.cursor });
  expect(rest.some(({ __typename }) => __typename === 'ToolApprovalRequested')).toBe(false);
  expect(textOf(rest)).toContain('The ledger makes 46.5');
  expect(rest.at(-1)).toMatchObject({ message: { id: messageId, status: 'COMPLETED' } });
});

test('of two approvals the one that was decided before the restart is not asked for again', async () => {
  const sessionId = await openSession(gateway, 'clerk');
  const messageId = await send(gateway, sessionId, 'Add 1 and 2; then 30 and 40');
  await heard(gateway, sessionId);
  const pending = async () =>
    (await historyOf(gateway, sessionId)).nodes.at(-1)?.pendingApprovals.map(({ id }) => id) ?? [];
  const [first = '', second = ''] = await pending();
  const decide = (approvalId: string, approve: boolean) =>
    gateway.ask(DecideToolApproval, { input: { messageId, approvalId, approve } });
  expect((await decide(first, true)).errors).toEqual([]);
  await crash();
  expect(await pending()).toEqual([second]);
  const cursor = (await heard(gateway, sessionId)).at(-1)?.cursor;
  expect((await decide(second, false)).errors).toEqual([]);
  const rest = await heard(gateway, sessionId, { after: cursor });
  expect(textOf(rest)).toContain('The ledger makes 3 of 1, 2. You declined the sum of 30, 40.');
  expect(await pending()).toEqual([]);
});
