import { describe, expect, test } from 'vitest';
import { forbidden, MlgraphError } from '../../src/domain/errors.ts';
import { askGenie } from '../../src/resolvers/genie/ask.ts';
import { conversationId, home, keyOf, secret, secretId, space, spaceId, stage } from './genie-support.ts';
import { minute, second, settled } from './watch-support.ts';

const question = 'How many orders?';
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error as MlgraphError,
  );
const timeout = () => new MlgraphError('UPSTREAM_TIMEOUT', 'too slow', { upstream: 'databricks' });

describe('asking', () => {
  test('a question begins a conversation, which is remembered as its asker began it', async () => {
    const { by, store, workspace, audited } = stage();
    const { message } = await askGenie({ spaceId, question: `  ${question} ` }, by('ada'));
    expect(message).toMatchObject({ status: 'SUBMITTED', as: 'USER', question });
    const { conversationKey } = message;
    expect(store.conversations).toMatchObject([
      { home, spaceKey: space, conversationKey, as: 'USER', title: question, owner: 'ada' },
    ]);
    expect(workspace.callsOf('ask')).toMatchObject([{ by: 'ada' }]);
    expect(audited).toEqual([]);

    workspace.turn(message.messageKey, { status: 'COMPLETED' });
    const next = await askGenie({ spaceId, question, conversationId: conversationId(message) }, by('ada'));
    expect(next.message.conversationKey).toBe(conversationKey);
    expect(store.conversations).toHaveLength(1);
  });

  test.each([
    [{ question: ' \n' }, 'input.question'],
    [{ question: 'x'.repeat(10_001) }, 'input.question'],
    [{ clientMessageId: '' }, 'input.clientMessageId'],
    [{ clientMessageId: 'x'.repeat(257) }, 'input.clientMessageId'],
    [{ spaceId: 'nothing' }, 'input.spaceId'],
    [{ conversationId: spaceId }, 'input.conversationId'],
  ])('%j is refused by its name', async (part, field) => {
    const { by, workspace } = stage();
    const error = await refusal(askGenie({ spaceId, question, ...part }, by('ada')));
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', details: { field } });
    expect(workspace.calls).toEqual([]);
  });

  test('a space that the person may not see is not found, and costs nobody a turn', async () => {
    const { by, workspace } = stage({ perMinute: 1 });
    const error = await refusal(askGenie({ spaceId: secretId, question }, by('ben')));
    expect(error).toMatchObject({ code: 'NOT_FOUND', details: { field: 'input.spaceId' } });
    expect(error?.message).toMatch(/no access/);
    expect(workspace.callsOf('ask')).toEqual([]);
    await askGenie({ spaceId, question }, by('ada'));
  });

  test('a conversation has to be of that space, and the own one', async () => {
    const { by, workspace, clock } = stage();
    const { message } = await askGenie({ spaceId, question }, by('ada'));
    workspace.turn(message.messageKey, { status: 'COMPLETED' });
    const field = 'input.conversationId';
    const id = conversationId(message);
    const elsewhere = await refusal(askGenie({ spaceId: secretId, question, conversationId: id }, by('ada')));
    expect(elsewhere).toMatchObject({ code: 'BAD_USER_INPUT', details: { field } });
    for (const other of ['ben', 'mia', 'grace'] as const) {
      const error = await refusal(askGenie({ spaceId, question, conversationId: id }, by(other)));
      expect(error).toMatchObject({ code: 'NOT_FOUND', details: { field } });
    }
    const missing = conversationId({ spaceKey: space, conversationKey: keyOf(9), messageKey: '' });
    expect(await refusal(askGenie({ spaceId, question, conversationId: missing }, by('ada')))).toMatchObject({
      code: 'NOT_FOUND',
      details: { field },
    });
    await clock.advance(minute);
  });
});

describe('one question at a time in a conversation', () => {
  test('a second is a conflict until the first is answered', async () => {
    const { by, workspace } = stage();
    const { message } = await askGenie({ spaceId, question }, by('ada'));
    const input = { spaceId, question: 'And by month?', conversationId: conversationId(message) };
    expect(await refusal(askGenie(input, by('ada')))).toMatchObject({
      code: 'CONFLICT',
      details: { field: 'input.conversationId', retryAfterSeconds: 5 },
    });
    workspace.turn(message.messageKey, { status: 'FAILED' });
    await askGenie(input, by('ada'));
    expect(workspace.callsOf('ask')).toHaveLength(2);
  });

  test('two at the same moment: one is asked', async () => {
    const { by, workspace } = stage();
    const { message } = await askGenie({ spaceId, question }, by('ada'));
    workspace.turn(message.messageKey, { status: 'COMPLETED' });
    const input = { spaceId, question: 'And by month?', conversationId: conversationId(message) };
    const both = await Promise.allSettled([askGenie(input, by('ada')), askGenie(input, by('ada'))]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(workspace.callsOf('ask')).toHaveLength(2);
  });

  test('one that was never answered blocks nobody for ever', async () => {
    const { by, clock } = stage();
    const { message } = await askGenie({ spaceId, question }, by('ada'));
    await clock.advance(21 * minute);
    await askGenie({ spaceId, question, conversationId: conversationId(message) }, by('ada'));
  });
});

describe('as the application', () => {
  test('by administrators and who has the app role, in the trail with the person', async () => {
    const { by, workspace, store, audited } = stage();
    for (const who of ['mia', 'grace'] as const) {
      const { message } = await askGenie({ spaceId: secretId, question, as: 'APP' }, by(who));
      expect(message.as).toBe('APP');
      expect(store.conversations.at(-1)).toMatchObject({ owner: who, as: 'APP', spaceKey: secret });
      expect(audited.at(-1)).toMatchObject({
        actor: who,
        action: 'upstream.askAsApp',
        target: secretId,
        outcome: 'OK',
        upstream: 'DATABRICKS',
        requestId: 'request',
      });
    }
    expect(workspace.callsOf('ask').map(({ by }) => by)).toEqual(['app', 'app']);
    const error = await refusal(askGenie({ spaceId, question, as: 'APP' }, by('ada')));
    expect(error).toMatchObject({ code: 'FORBIDDEN', details: { field: 'input.as' } });
    expect(error?.message).toMatch(/mlgraph\.act-as-app/);
  });

  test('a failure is in the trail too', async () => {
    const { by, workspace, audited } = stage();
    workspace.before = ({ method }) => {
      if (method === 'ask') throw forbidden('The service principal is not in the workspace.');
    };
    await refusal(askGenie({ spaceId, question, as: 'APP' }, by('mia')));
    expect(audited).toMatchObject([{ actor: 'mia', action: 'upstream.askAsApp', outcome: 'FORBIDDEN' }]);
  });

  test('a conversation goes on as it began, for who still may', async () => {
    const { by, workspace, people } = stage();
    const { message } = await askGenie({ spaceId, question, as: 'APP' }, by('mia'));
    workspace.turn(message.messageKey, { status: 'COMPLETED' });
    const input = { spaceId, question, conversationId: conversationId(message) };
    expect(await refusal(askGenie({ ...input, as: 'USER' }, by('mia')))).toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { field: 'input.as' },
    });
    expect((await askGenie(input, by('mia'))).message.as).toBe('APP');
    people.mia.roles = [];
    expect(await refusal(askGenie(input, by('mia')))).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('without a database it is refused with the reason; in the own name one may ask', async () => {
    const { by, workspace } = stage({ noStore: true });
    const error = await refusal(askGenie({ spaceId, question, as: 'APP' }, by('mia')));
    expect(error).toMatchObject({ code: 'UPSTREAM_NOT_CONFIGURED', details: { field: 'input.as' } });
    const { message } = await askGenie({ spaceId, question }, by('ada'));
    workspace.turn(message.messageKey, { status: 'COMPLETED' });
    const conversation = conversationId(message);
    await askGenie({ spaceId, question, conversationId: conversation }, by('ada'));
    expect(
      await refusal(askGenie({ spaceId, question, conversationId: conversation }, by('ben'))),
    ).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refusal(askGenie({ spaceId, question, clientMessageId: 'a' }, by('ada')))).toMatchObject({
      code: 'UPSTREAM_NOT_CONFIGURED',
      details: { field: 'input.clientMessageId' },
    });
  });
});

describe('a clientMessageId', () => {
  const input = { spaceId, question, clientMessageId: 'once' };

  test('is one question: the same again gives it, other content is a conflict', async () => {
    const { by, workspace } = stage();
    const first = await askGenie(input, by('ada'));
    const again = await askGenie(input, by('ada'));
    expect(again.message.id).toBe(first.message.id);
    expect(await refusal(askGenie({ ...input, question: 'other' }, by('ada')))).toMatchObject({
      code: 'CONFLICT',
      details: { field: 'input.clientMessageId' },
    });
    await askGenie(input, by('ben'));
    expect(workspace.callsOf('ask')).toHaveLength(2);
  });

  test('while it is being asked: come back soon', async () => {
    const { by, workspace } = stage();
    const late = Promise.withResolvers<void>();
    workspace.before = ({ method }) => (method === 'ask' ? late.promise : undefined);
    const first = askGenie(input, by('ada'));
    await settled();
    expect(await refusal(askGenie(input, by('ada')))).toMatchObject({
      code: 'CONFLICT',
      details: { retryAfterSeconds: 5 },
    });
    late.resolve();
    const { message } = await first;
    expect((await askGenie(input, by('ada'))).message.id).toBe(message.id);
    expect(workspace.callsOf('ask')).toHaveLength(1);
  });

  test('a question that was not asked gives it free: refused by Genie, by the queue, or left', async () => {
    const { by, workspace, store } = stage({ perMinute: 1, deadlineMs: 0 });
    workspace.before = ({ method }) => {
      if (method === 'ask') throw new MlgraphError('INTERACTION_REQUIRED', 'consent');
    };
    expect(await refusal(askGenie(input, by('ada')))).toMatchObject({ code: 'INTERACTION_REQUIRED' });
    expect(store.claims.size).toBe(0);
    workspace.before = () => undefined;
    await askGenie({ spaceId, question }, by('ben'));
    expect(await refusal(askGenie(input, by('ada')))).toMatchObject({ code: 'RATE_LIMITED' });
    expect(store.claims.size).toBe(0);
  });

  test('a lost answer keeps it, and is told honestly', async () => {
    const { by, workspace, store } = stage();
    workspace.after = ({ method }) => {
      if (method === 'ask') throw timeout();
    };
    expect(await refusal(askGenie(input, by('ada')))).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(store.claims.size).toBe(1);
    const error = await refusal(askGenie(input, by('ada')));
    expect(error).toMatchObject({ code: 'CONFLICT' });
    expect(error?.message).toMatch(/was lost/);
    expect(workspace.callsOf('ask')).toHaveLength(1);
  });

  test('a lost answer is found again in a conversation that was there', async () => {
    const { by, workspace, store } = stage();
    const { message } = await askGenie({ spaceId, question }, by('ada'));
    workspace.turn(message.messageKey, { status: 'COMPLETED' });
    workspace.after = ({ method }) => {
      if (method === 'ask') throw timeout();
    };
    const followUp = { ...input, conversationId: conversationId(message) };
    const found = await askGenie(followUp, by('ada'));
    expect(found.message.messageKey).toBe(workspace.messages.at(-1)?.messageKey);
    expect(found.message.messageKey).not.toBe(message.messageKey);
    expect(store.claims.get('ada once')?.place).toMatchObject({ messageKey: found.message.messageKey });
    expect(workspace.callsOf('ask')).toHaveLength(2);
  });

  test('a process that ended between leaves a question that the next one finds', async () => {
    const { by, workspace, store, open } = stage();
    const { message } = await askGenie({ spaceId, question: 'first' }, by('ada'));
    workspace.turn(message.messageKey, { status: 'COMPLETED' });
    store.failing.set('settleQuestion', new Error('gone'));
    const followUp = { ...input, conversationId: conversationId(message) };
    const asked = await askGenie(followUp, by('ada'));
    expect(store.claims.get('ada once')?.place).toBeNull();
    store.failing.clear();
    const again = await askGenie(followUp, by('ada', { questions: open() }));
    expect(again.message.id).toBe(asked.message.id);
    expect(store.claims.get('ada once')?.place).not.toBeNull();
  });
});

describe('who leaves', () => {
  test('before the turn: nothing is asked, and the turn is free', async () => {
    const { by, workspace, store, clock } = stage({ perMinute: 1 });
    await askGenie({ spaceId, question }, by('ben'));
    await clock.advance(45 * second);
    const leaving = new AbortController();
    const left = refusal(
      askGenie({ spaceId, question, clientMessageId: 'x' }, by('ada', { signal: leaving.signal })),
    );
    await settled();
    leaving.abort(new Error('left'));
    expect(await left).toEqual(new Error('left'));
    await settled();
    expect(store.claims.size).toBe(0);
    expect(workspace.callsOf('ask')).toHaveLength(1);
  });

  test('after it: the question is asked and remembered all the same', async () => {
    const { by, workspace, store } = stage();
    const late = Promise.withResolvers<void>();
    workspace.before = ({ method }) => (method === 'ask' ? late.promise : undefined);
    const leaving = new AbortController();
    const left = refusal(
      askGenie({ spaceId, question, clientMessageId: 'x' }, by('ada', { signal: leaving.signal })),
    );
    await settled();
    leaving.abort(new Error('left'));
    expect(await left).toEqual(new Error('left'));
    late.resolve();
    await settled();
    expect(store.conversations).toHaveLength(1);
    expect(store.claims.get('ada x')?.place).not.toBeNull();
  });

  test('a conversation that could not be stored is known for a while, and the trail tells', async () => {
    const { by, workspace, store, audited } = stage();
    store.failing.set('rememberConversation', new MlgraphError('UPSTREAM_UNAVAILABLE', 'down'));
    const { message } = await askGenie({ spaceId, question, as: 'APP' }, by('mia'));
    expect(audited).toMatchObject([
      { action: 'upstream.rememberConversation', outcome: 'UPSTREAM_UNAVAILABLE', actor: 'mia' },
      { action: 'upstream.askAsApp', outcome: 'OK' },
    ]);
    workspace.turn(message.messageKey, { status: 'COMPLETED' });
    await askGenie({ spaceId, question, conversationId: conversationId(message) }, by('mia'));
  });
});

describe('at the end of the gateway', () => {
  test('a question on its way is waited for, who waits is refused', async () => {
    const { by, workspace, questions, clock } = stage({ perMinute: 1 });
    const late = Promise.withResolvers<void>();
    workspace.before = ({ method }) => (method === 'ask' ? late.promise : undefined);
    const first = askGenie({ spaceId, question }, by('ada'));
    await settled();
    const closing = questions.close();
    expect(await refusal(askGenie({ spaceId, question }, by('ben')))).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      details: { retryAfterSeconds: 1 },
    });
    late.resolve();
    await closing;
    expect((await first).message.question).toBe(question);
    expect(clock.sleeping).toBe(0);
  });
});
