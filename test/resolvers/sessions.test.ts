import { describe, expect, test, vi } from 'vitest';
import type { Session } from '../../src/domain/chat.ts';
import { MlgraphError } from '../../src/domain/errors.ts';
import { encodeId, localId } from '../../src/domain/ids.ts';
import { createSession, firstWords, deleteSession as removeSession } from '../../src/resolvers/sessions.ts';

test.each([
  ['What is an iris?', 'What is an iris?'],
  ['  two\n\nlines\tand   blanks ', 'two lines and blanks'],
  [`${'word '.repeat(30)}`, `${'word '.repeat(12).trim()}…`],
  ['x'.repeat(100), `${'x'.repeat(60)}…`],
  [`${'x'.repeat(59)}😀 and more`, `${'x'.repeat(59)}…`],
])('a title is the first words of %j', (content, title) => {
  expect(firstWords(content)).toBe(title);
});

const key = '0a1b2c3d-0000-4000-8000-00000000abcd';
const session = { id: localId('Session', key), key, conversationId: 'conv_1' } as Session;
const late = () => Promise.reject(new MlgraphError('UPSTREAM_TIMEOUT', 'late'));

/** A deletion at the store, of which `found` are what it then has under that key. */
function deleting(deleteSession: () => Promise<boolean>, ...found: (() => Promise<Session | null>)[]) {
  const getSession = vi.fn<(key: string) => Promise<Session | null>>(late);
  for (const answer of [async () => session, ...found]) getSession.mockImplementationOnce(answer);
  const replies = { settle: async () => undefined, drop: vi.fn() };
  const foundry = { deleteConversation: vi.fn(async () => undefined) };
  const store = { getSession, deleteSession: vi.fn(deleteSession) };
  const context = { store, foundry, lasting: { store, foundry }, replies, signedIn: {}, call: {} };
  const ask = context as unknown as Parameters<typeof removeSession>[1];
  return { remove: () => removeSession({ id: session.id }, ask), replies, foundry };
}

describe('a session that is deleted', () => {
  test('is gone upstream too, and for who reads it', async () => {
    const { remove, replies, foundry } = deleting(async () => true);
    expect(await remove()).toEqual({ id: session.id });
    expect(replies.drop).toHaveBeenCalledWith(key);
    expect(foundry.deleteConversation).toHaveBeenCalledWith('conv_1');
  });

  test('although the answer of the database was lost: the same', async () => {
    const { remove, replies, foundry } = deleting(late, async () => null);
    expect(await remove()).toEqual({ id: session.id });
    expect(replies.drop).toHaveBeenCalledWith(key);
    expect(foundry.deleteConversation).toHaveBeenCalledWith('conv_1');
  });

  test.each([
    ['is there still', async () => session],
    ['cannot be looked for', late],
  ])('or not, where the answer was lost and it %s', async (_, found) => {
    const { remove, replies, foundry } = deleting(late, found);
    await expect(remove()).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(replies.drop).not.toHaveBeenCalled();
    expect(foundry.deleteConversation).not.toHaveBeenCalled();
  });

  test('by somebody else a moment ago is NOT_FOUND', async () => {
    const { remove, foundry } = deleting(async () => false);
    await expect(remove()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(foundry.deleteConversation).not.toHaveBeenCalled();
  });
});

describe('the conversation of a session that could not be stored', () => {
  const opening = (error: unknown) => {
    const foundry = {
      listAgents: async () => [{ name: 'clerk', enabled: true }],
      createConversation: async () => 'conv_1',
      deleteConversation: vi.fn(async () => undefined),
    };
    const store = { getAgent: async () => ({}), createSession: () => Promise.reject(error) };
    const context = { store, foundry, lasting: { store, foundry }, agentHome: 'home' };
    const agentId = encodeId({ concept: 'Agent', provider: 'AZURE_FOUNDRY', home: 'home', key: ['clerk'] });
    const ask = context as unknown as Parameters<typeof createSession>[1];
    return { foundry, open: () => createSession({ agentId }, ask) };
  };

  test('is taken back', async () => {
    const refused = new MlgraphError('FORBIDDEN', 'no');
    const { foundry, open } = opening(refused);
    await expect(open()).rejects.toBe(refused);
    expect(foundry.deleteConversation).toHaveBeenCalledWith('conv_1');
  });

  test('is left where the session may be there all the same', async () => {
    const lost = new MlgraphError('UPSTREAM_TIMEOUT', 'late');
    const { foundry, open } = opening(lost);
    await expect(open()).rejects.toBe(lost);
    expect(foundry.deleteConversation).not.toHaveBeenCalled();
  });
});
