import { expect, test, vi } from 'vitest';
import type { Message, Session } from '../../src/domain/chat.ts';
import { MlgraphError } from '../../src/domain/errors.ts';
import { localId } from '../../src/domain/ids.ts';
import { decideToolApproval, sendMessage } from '../../src/resolvers/messages.ts';

const key = '0a1b2c3d-0000-4000-8000-00000000abcd';
const session = { key, title: 'a talk' } as Session;

/** A send of which the store says `addExchange`. */
function sending(addExchange: () => Promise<unknown>) {
  const replies = {
    settle: vi.fn(async () => undefined),
    present: (reply: Message) => reply,
    start: vi.fn(),
    doubt: vi.fn(),
  };
  const getSession = vi.fn(async () => session);
  const context = { store: { getSession, addExchange }, replies, signedIn: {}, call: { requestId: 'r' } };
  const ask = context as unknown as Parameters<typeof sendMessage>[1];
  const send = (content: string, sessionId = localId('Session', key)) =>
    sendMessage({ sessionId, content, clientMessageId: 'c-1' }, ask);
  return { send, replies, getSession };
}

test('a repeated send is the first answer, also where the store keeps the text in another form', async () => {
  const stored = { message: { content: 'a\uFFFDb' }, reply: { status: 'PENDING' }, repeated: true };
  const { send, replies } = sending(async () => stored);
  expect(await send('a\0b')).toEqual({ message: stored.message, reply: stored.reply });
  expect(replies.start).not.toHaveBeenCalled();
});

test.each([
  ['UPSTREAM_ERROR', 1],
  ['UPSTREAM_TIMEOUT', 1],
  ['CONFLICT', 0],
  ['NOT_FOUND', 0],
] as const)('a send that ends in %s puts its session in doubt %i times', async (code, times) => {
  const { send, replies } = sending(() => Promise.reject(new MlgraphError(code, 'so')));
  await expect(send('hello')).rejects.toMatchObject({ code });
  expect(replies.doubt).toHaveBeenCalledTimes(times);
});

test('a key is read alike however its letters are written', async () => {
  const { send, getSession } = sending(async () => null);
  await expect(send('hello', localId('Session', key.toUpperCase()))).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  expect(getSession).toHaveBeenCalledWith(key);
});

test('a reason that is too long for an agent is refused by name', async () => {
  const decision = {
    messageId: localId('Message', key),
    approvalId: 'a',
    approve: false,
    reason: 'x'.repeat(1_001),
  };
  await expect(decideToolApproval(decision, {} as never)).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    details: { field: 'input.reason' },
  });
});
