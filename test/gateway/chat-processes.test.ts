import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startTestEmulators, type TestEmulators } from '../support/emulators.ts';
import { DecideToolApproval } from './operations.ts';
import { heard, historyOf, openSession, send } from './support/chat.ts';
import { type GatewayProcess, startGatewayProcess } from './support/gateway-process.ts';

let emulators: TestEmulators;
let one: GatewayProcess;
let other: GatewayProcess;
beforeAll(async () => {
  emulators = await startTestEmulators({ chat: { pace: 2 } });
  [one, other] = await Promise.all([startGatewayProcess(emulators), startGatewayProcess(emulators)]);
});
afterAll(async () => {
  await Promise.all([one?.kill(), other?.kill()]);
  await emulators?.close();
});

afterEach(() => emulators.heal('supabase'));

/** Asked by way of the one; the other reads it, so that it has its own first look at this person behind it. */
async function waiting(content: string) {
  const sessionId = await openSession(one, 'clerk');
  const messageId = await send(one, sessionId, content);
  await heard(one, sessionId);
  const reply = (await historyOf(other, sessionId)).nodes.at(-1);
  const approvals = reply?.pendingApprovals.map(({ id }) => id) ?? [];
  // So that each has read before the other writes.
  await emulators.fault('supabase', { kind: 'latency', delayMs: 200 });
  return { sessionId, messageId, approvals };
}
const codeOfDeciding = async (gateway: GatewayProcess, messageId: string, approvalId: string) => {
  const input = { messageId, approvalId, approve: true };
  const { errors } = await gateway.ask(DecideToolApproval, { input });
  return errors[0]?.extensions.code;
};
const expectEnd = (sessionId: string, content: string) =>
  expect
    .poll(async () => (await historyOf(other, sessionId)).nodes.at(-1), { timeout: 15_000 })
    .toMatchObject({ status: 'COMPLETED', content });

test('two approvals that two gateways decide at once both count, and the agent goes on once', async () => {
  const { sessionId, messageId, approvals } = await waiting('Add 1 and 2; then 30 and 40');
  const [first = '', second = ''] = approvals;
  const codes = await Promise.all([
    codeOfDeciding(one, messageId, first),
    codeOfDeciding(other, messageId, second),
  ]);
  expect(codes).toEqual([undefined, undefined]);
  await expectEnd(
    sessionId,
    expect.stringContaining('The ledger makes 3 of 1, 2. The ledger makes 70 of 30, 40.'),
  );
});

test('one approval that two gateways decide at once lets one of them go on', async () => {
  const { sessionId, messageId, approvals } = await waiting('Add 5 and 6');
  const [id = ''] = approvals;
  const codes = await Promise.all([one, other].map((gateway) => codeOfDeciding(gateway, messageId, id)));
  expect(codes.toSorted()).toEqual(['CONFLICT', undefined]);
  await expectEnd(sessionId, expect.stringContaining('The ledger makes 11 of 5, 6.'));
});
