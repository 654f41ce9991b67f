import { expect, test, vi } from 'vitest';
import type { Message, Session } from '../../src/domain/chat.ts';
import { MlgraphError } from '../../src/domain/errors.ts';
import { localId } from '../../src/domain/ids.ts';
import { decideToolApproval, sendMessage } from '../../src/resolvers/messages.ts';

const key = '0a1b2c3d-0000-4000-8000-00000000abcd';
const session = { id: localId('Session', key), key, title: '' } as Session;
const fresh = { message: { content: 'hello' }, reply: { status: 'PENDING' }, repeated: false };

/** A send of which the store says `addExchange`, and `updateSession` of its title. */
function sending(
  addExchange: () => Promise<unknown>,
  updateSession = vi.fn(async () => undefined),
  sleep = () => new Promise<void>(() => undefined),
) {
  const replies = {
    settle: vi.fn(async () => undefined),
    present: (reply: Message) => reply,
    start: vi.fn((_who, _session, _message, reply: Message) => ({ ...reply, status: 'STREAMING' })),
    doubt: vi.fn(),
  };
  const getSession = vi.fn(async () => session);
  const audit = { record: vi.fn() };
  const context = {
    store: { getSession, addExchange },
    lasting: { store: { updateSession } },
    replies,
    signedIn: {},
    identity: { caller: { key: 'entra:t:ada', kind: 'USER' } },
    call: { requestId: 'r' },
    audit,
    clock: { now: () => 0, sleep },
  };
  const ask = context as unknown as Parameters<typeof sendMessage>[1];
  const send = (content: string, sessionId = localId('Session', key)) =>
    sendMessage({ sessionId, content, clientMessageId: 'c-1' }, ask);
  return { send, replies, getSession, updateSession, audit };
}

test('a repeated send is the first answer, also where the store keeps the text in another form', async () => {
  const stored = { message: { content: 'a\uFFFDb' }, reply: { status: 'PENDING' }, repeated: true };
  const { send, replies } = sending(async () => stored);
  expect(await send('a\0b')).toEqual({ message: stored.message, reply: stored.reply });
  expect(replies.start).not.toHaveBeenCalled();
});

test('the first words become the title', async () => {
  const { send, updateSession, audit } = sending(async () => fresh);
  await send('hello');
  expect(updateSession).toHaveBeenCalledWith(key, { title: 'hello' });
  expect(audit.record).not.toHaveBeenCalled();
});

test('a title that cannot be written takes nothing from the answer, and is in the trail', async () => {
  const refused = vi.fn(() => Promise.reject(new MlgraphError('UPSTREAM_TIMEOUT', 'late')));
  const { send, replies, audit } = sending(async () => fresh, refused);
  expect(await send('hello')).toEqual({ message: fresh.message, reply: { status: 'STREAMING' } });
  expect(replies.start).toHaveBeenCalledOnce();
  expect(audit.record).toHaveBeenCalledWith(
    expect.objectContaining({ action: 'session.title', target: session.id, outcome: 'UPSTREAM_TIMEOUT' }),
  );
});

test('a title that takes its time does not keep the answer', async () => {
  const slow = vi.fn(() => new Promise<undefined>(() => undefined));
  const { send } = sending(
    async () => fresh,
    slow,
    async () => undefined,
  );
  expect((await send('hello')).reply).toEqual({ status: 'STREAMING' });
  expect(slow).toHaveBeenCalledOnce();
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
