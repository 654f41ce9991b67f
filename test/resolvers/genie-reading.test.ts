import { describe, expect, test } from 'vitest';
import type { Context } from '../../src/context.ts';
import type { GenieMessage } from '../../src/domain/genie.ts';
import { encodeId } from '../../src/domain/ids.ts';
import { rateGenieAnswer, rerunGenieQuery } from '../../src/resolvers/genie/answers.ts';
import { askGenie } from '../../src/resolvers/genie/ask.ts';
import {
  conversationOf,
  conversationsOf,
  getConversation,
  getMessage,
  getSpace,
  listSpaces,
  messagesOf,
  resultOf,
  spaceOf,
} from '../../src/resolvers/genie/reading.ts';
import {
  conversationId,
  home,
  keyOf,
  message as messageAt,
  secretId,
  space,
  spaceId,
  stage,
} from './genie-support.ts';
import { minute } from './watch-support.ts';

const question = 'How many orders?';
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'OK',
    (error: { code: string; details: { field?: string } }) =>
      `${error.code} ${error.details.field ?? ''}`.trim(),
  );

/** An answer with SQL, in a conversation of this person's. */
async function answered(
  scene: ReturnType<typeof stage>,
  who: 'ada' | 'mia' = 'ada',
  as: 'USER' | 'APP' = 'USER',
) {
  const { message } = await askGenie({ spaceId, question, as }, scene.by(who));
  const place = {
    spaceKey: message.spaceKey,
    conversationKey: message.conversationKey,
    messageKey: message.messageKey,
    attachmentKey: keyOf(7),
  };
  const query = { place, as, sql: 'select 1', description: null, hasRun: true };
  scene.workspace.turn(message.messageKey, { status: 'COMPLETED', query });
  return { ...message, query } as GenieMessage & { query: typeof query };
}

describe('what one reads is the own', () => {
  test('a conversation and its messages are their person’s, whatever Genie would say', async () => {
    const scene = stage();
    const message = await answered(scene);
    const read = (context: Context) => [
      getConversation(conversationId(message), 'id', context),
      getMessage(message.id, 'id', context),
      rerunGenieQuery({ messageId: message.id }, context),
      rateGenieAnswer({ messageId: message.id, rating: 'POSITIVE' }, context),
    ];
    expect(await Promise.all(read(scene.by('ada')).map(codeOf))).toEqual(['OK', 'OK', 'OK', 'OK']);
    for (const other of ['ben', 'mia', 'grace'] as const) {
      expect(await Promise.all(read(scene.by(other)).map(codeOf))).toEqual([
        'NOT_FOUND id',
        'NOT_FOUND id',
        'NOT_FOUND input.messageId',
        'NOT_FOUND input.messageId',
      ]);
    }
    expect(scene.workspace.rated).toHaveLength(1);
    expect(scene.workspace.rerun).toEqual([message.query.place]);
  });

  test('a message is not to be had through another conversation', async () => {
    const scene = stage();
    const mine = await answered(scene);
    const hers = await answered(scene, 'mia');
    const key = [space, mine.conversationKey, hers.messageKey];
    const id = encodeId({ concept: 'GenieMessage', provider: 'DATABRICKS', home, key });
    scene.workspace.messages.push({
      ...messageAt({ spaceKey: space, conversationKey: mine.conversationKey, messageKey: keyOf(5) }, 'USER'),
      owner: 'mia',
      spaceKey: keyOf(3),
    });
    expect(await codeOf(getMessage(id, 'id', scene.by('ada')))).toBe('NOT_FOUND id');
    const astray = encodeId({
      concept: 'GenieMessage',
      provider: 'DATABRICKS',
      home,
      key: [space, mine.conversationKey, keyOf(5)],
    });
    expect(await codeOf(getMessage(astray, 'id', scene.by('ada')))).toBe('NOT_FOUND id');
  });

  test('one begun elsewhere is found where Genie lists it as the person’s, however far down', async () => {
    const scene = stage({ noStore: true });
    const own = await answered(scene);
    for (let index = 0; index < 250; index++) {
      const place = { spaceKey: space, conversationKey: scene.workspace.nextKey(), messageKey: keyOf(1) };
      scene.workspace.messages.push({ ...messageAt(place, 'USER', 'COMPLETED'), owner: 'ada' });
    }
    const again = { ...scene, by: (who: 'ada' | 'ben') => scene.by(who, { questions: scene.open() }) };
    scene.workspace.calls.length = 0;
    const context = again.by('ada');
    expect((await getMessage(own.id, 'id', context)).id).toBe(own.id);
    expect(scene.workspace.callsOf('listConversations')).toHaveLength(3);
    await getMessage(own.id, 'id', context);
    expect(scene.workspace.callsOf('listConversations')).toHaveLength(3);
    expect(await codeOf(getMessage(own.id, 'id', again.by('ben')))).toBe('NOT_FOUND id');
  });

  test('what was proven counts for ten minutes', async () => {
    const scene = stage({ noStore: true });
    const own = await answered(scene);
    await getMessage(own.id, 'id', scene.by('ada'));
    expect(scene.workspace.callsOf('listConversations')).toHaveLength(0);
    await scene.clock.advance(11 * minute);
    await getMessage(own.id, 'id', scene.by('ada'));
    expect(scene.workspace.callsOf('listConversations')).toHaveLength(1);
  });

  test.each([
    ['not an id', 'BAD_USER_INPUT id'],
    [spaceId, 'BAD_USER_INPUT id'],
    [
      encodeId({ concept: 'GenieMessage', provider: 'DATABRICKS', home: 'other', key: [space] }),
      'NOT_FOUND id',
    ],
    [encodeId({ concept: 'GenieMessage', provider: 'DATABRICKS', home, key: [space] }), 'NOT_FOUND id'],
    [
      encodeId({ concept: 'GenieMessage', provider: 'DATABRICKS', home, key: [space, '../x', keyOf(1)] }),
      'NOT_FOUND id',
    ],
  ])('%s is no message', async (id, code) => {
    const { by, workspace } = stage();
    expect(await codeOf(getMessage(id, 'id', by('ada')))).toBe(code);
    expect(workspace.calls).toEqual([]);
  });
});

describe('as the application', () => {
  test('reads as it was begun, for who still may, each use once in the trail of an operation', async () => {
    const scene = stage();
    const message = await answered(scene, 'mia', 'APP');
    scene.audited.length = 0;
    const context = scene.by('mia');
    const conversation = await conversationOf(await getMessage(message.id, 'id', context), context);
    expect(conversation).toMatchObject({ as: 'APP', title: question });
    await spaceOf(conversation, context);
    await spaceOf(conversation, context);
    await messagesOf(conversation, {}, context);
    await resultOf(message.query, null, context);
    expect(scene.audited.map(({ action, target, actor }) => [action, target, actor])).toEqual([
      ['upstream.readAsApp', message.id, 'mia'],
      ['upstream.readAsApp', spaceId, 'mia'],
      ['upstream.readAsApp', conversation.id, 'mia'],
    ]);
    expect(new Set(scene.workspace.callsOf('result').map(({ by }) => by))).toEqual(new Set(['app']));
    scene.people.mia.roles = [];
    expect(await codeOf(getMessage(message.id, 'id', scene.by('mia')))).toBe('FORBIDDEN');
    expect(await codeOf(resultOf(message.query, 10, scene.by('mia')))).toBe('FORBIDDEN');
  });
});

describe('lists', () => {
  test('spaces are those of the person', async () => {
    const { by } = stage();
    const { edges } = await listSpaces({}, by('ada'));
    expect(edges.map(({ node }) => node.id)).toEqual([spaceId]);
    expect((await getSpace(secretId, 'id', by('ada'))).id).toBe(secretId);
    expect(await codeOf(getSpace(secretId, 'id', by('ben')))).toBe('NOT_FOUND id');
  });

  test('conversations: first those begun as the application, then those that Genie lists, page by page', async () => {
    const scene = stage();
    const begun: GenieMessage[] = [];
    for (let index = 0; index < 7; index++)
      begun.push(await answered(scene, 'mia', index % 2 ? 'APP' : 'USER'));
    await answered(scene, 'ada', 'USER');
    const ids = begun.map(conversationId);
    const expected = [5, 3, 1, 6, 4, 2, 0].map((index) => ids[index]);
    const context = scene.by('mia');
    const node = await getSpace(spaceId, 'id', context);
    for (const first of [1, 2, 3, 7, 25]) {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof conversationsOf>> = await conversationsOf(
          node,
          { first, after },
          context,
        );
        seen.push(...page.edges.map(({ node }) => node.id));
        after = page.hasNextPage ? page.endCursor : null;
      } while (after);
      expect(seen).toEqual(expected);
    }
    // What was listed is known to be the own.
    scene.workspace.calls.length = 0;
    await getConversation(ids[0] ?? '', 'id', context);
    expect(scene.workspace.calls).toEqual([]);
    scene.people.mia.roles = [];
    const { edges } = await conversationsOf(node, {}, scene.by('mia'));
    expect(edges.map(({ node }) => node.id)).toEqual([6, 4, 2, 0].map((index) => ids[index]));
  });

  test('without a database, those that Genie lists', async () => {
    const scene = stage({ noStore: true });
    const message = await answered(scene);
    const context = scene.by('ada');
    const { edges } = await conversationsOf(await getSpace(spaceId, 'id', context), {}, context);
    expect(edges.map(({ node }) => node.id)).toEqual([conversationId(message)]);
  });

  test('a cursor of another space is refused', async () => {
    const scene = stage();
    await answered(scene);
    await answered(scene);
    const context = scene.by('ada');
    const { endCursor } = await conversationsOf(
      await getSpace(spaceId, 'id', context),
      { first: 1 },
      context,
    );
    const elsewhere = await getSpace(secretId, 'id', context);
    expect(await codeOf(conversationsOf(elsewhere, { after: endCursor }, context))).toBe(
      'BAD_USER_INPUT after',
    );
  });
});

describe('answers', () => {
  test.each([0, 5_001, -1])('%i rows are refused', async (maxRows) => {
    const scene = stage();
    const { query } = await answered(scene);
    expect(await codeOf(resultOf(query, maxRows, scene.by('ada')))).toBe('BAD_USER_INPUT maxRows');
  });

  test('a thousand rows without a number', async () => {
    const scene = stage();
    const { query } = await answered(scene);
    expect((await resultOf(query, undefined, scene.by('ada')))?.rowCount).toBe(1_000);
    expect((await resultOf(query, 5_000, scene.by('ada')))?.rowCount).toBe(5_000);
  });

  test('no rows are asked for of a query that has not run', async () => {
    const scene = stage();
    const { query } = await answered(scene);
    expect(await resultOf({ ...query, hasRun: false }, 10, scene.by('ada'))).toBeNull();
    expect(scene.workspace.callsOf('result')).toEqual([]);
    expect(await codeOf(resultOf({ ...query, hasRun: false }, 0, scene.by('ada')))).toBe(
      'BAD_USER_INPUT maxRows',
    );
  });

  test('only a message with a query is run again', async () => {
    const scene = stage();
    const { message } = await askGenie({ spaceId, question }, scene.by('ada'));
    const run = rerunGenieQuery({ messageId: message.id }, scene.by('ada'));
    expect(await codeOf(run)).toBe('BAD_USER_INPUT input.messageId');
  });

  test('a comment has its bounds, and an empty one is none', async () => {
    const scene = stage();
    const { id: messageId } = await answered(scene);
    const rate = (comment: string) =>
      rateGenieAnswer({ messageId, rating: 'NEGATIVE', comment }, scene.by('ada'));
    expect(await codeOf(rate('x'.repeat(1_001)))).toBe('BAD_USER_INPUT input.comment');
    await rate('  ');
    await rate(' wrong year ');
    expect(scene.workspace.rated).toMatchObject([
      { comment: null },
      { comment: 'wrong year', rating: 'NEGATIVE' },
    ]);
  });
});
