import { describe, expect, it } from 'vitest';
import { readId } from '../../src/domain/ids.ts';
import { json } from './scripted-server.ts';
import { key, messageOf, now, paths, place, query, startWorkspace, words } from './support/databricks.ts';

/** The message as it is read from this body. */
async function read(body: object) {
  await using workspace = await startWorkspace((_, response) => json(response, 200, body));
  return workspace.genie.getMessage(place);
}

const answer = { purpose: 'TEXT_ATTACHMENT_PURPOSE_ANSWER' };

describe('a message', () => {
  it('is its question and its answer', async () => {
    await using workspace = await startWorkspace((_, response) =>
      json(
        response,
        200,
        messageOf({
          attachments: [
            query('SELECT 1'),
            { attachment_id: key(5), ...words('There were **412** orders.', answer) },
            {
              attachment_id: key(6),
              suggested_questions: { questions: ['And by region?', 7, 'And by region?'] },
            },
          ],
          feedback: { rating: 'POSITIVE', comment: 'fine' },
        }),
      ),
    );
    const message = await workspace.genie.getMessage(place);
    expect(message).toEqual({
      kind: 'GENIE_MESSAGE',
      id: expect.any(String),
      ...place,
      as: 'USER',
      question: 'Orders last week?',
      status: 'COMPLETED',
      rawStatus: 'COMPLETED',
      createdAt: new Date(now),
      updatedAt: new Date(now + 8_000),
      text: 'There were **412** orders.',
      followUpQuestion: null,
      query: {
        place: { ...place, attachmentKey: key(4) },
        as: 'USER',
        sql: 'SELECT 1',
        description: 'Counts orders.',
        hasRun: true,
      },
      suggestedQuestions: ['And by region?'],
      rating: 'POSITIVE',
      error: null,
    });
    const where = { field: 'id', concepts: ['GenieMessage'], home: workspace.connector.home };
    expect(readId(message.id, where)).toMatchObject({
      provider: 'DATABRICKS',
      key: [place.spaceKey, place.conversationKey, place.messageKey],
    });
    expect(workspace.asked()).toEqual([`GET ${paths.message}`]);
    expect(workspace.server.received[0]?.headers.authorization).toBe('Bearer secret-token');
  });

  it.each([
    ['attachments null', messageOf({ attachments: null })],
    ['attachments missing', { ...messageOf(), attachments: undefined }],
    ['nothing but a status', { status: 'COMPLETED' }],
    [
      'attachments of kinds that are not known',
      messageOf({ attachments: [{ viz: {} }, 7, null, { text: null }] }),
    ],
  ])('may come with %s', async (_, body) => {
    expect(await read(body)).toMatchObject({
      ...place,
      status: 'COMPLETED',
      text: null,
      query: null,
      suggestedQuestions: [],
      rating: null,
      error: null,
    });
  });

  it.each([
    ['CANCELLED', 'CANCELED'],
    ['CANCELED', 'CANCELED'],
    ['QUERY_RESULT_EXPIRED', 'QUERY_RESULT_EXPIRED'],
    ['FILTERING_CONTEXT', 'FILTERING_CONTEXT'],
    ['IN_PROGRESS', 'UNKNOWN'],
    ['DREAMING', 'UNKNOWN'],
  ])('of status %s is %s', async (rawStatus, status) => {
    expect(await read(messageOf({ status: rawStatus }))).toMatchObject({ rawStatus, status });
  });

  it.each([
    ['milliseconds', now, new Date(now)],
    ['seconds', now / 1000, new Date(now)],
    ['text', String(now), new Date(now)],
    ['RFC 3339', '2026-11-20T10:00:00Z', new Date(now)],
    ['its last change alone', null, new Date(now + 8_000)],
    ['what is no time', 'soon', new Date(now + 8_000)],
    ['another form', { seconds: 1 }, new Date(now + 8_000)],
  ])('has its time in %s', async (_, created_timestamp, expected) => {
    expect((await read(messageOf({ created_timestamp }))).createdAt).toEqual(expected);
  });

  it('shows no thinking, and tells a question back apart', async () => {
    const message = await read(
      messageOf({
        attachments: [
          words('Hm.', { phase: 'RESPONSE_PHASE_THINKING' }),
          words('Really?', { phase: 'RESPONSE_PHASE_VERIFYING' }),
          words('First.', answer),
          words('Which year?', { purpose: 'TEXT_ATTACHMENT_PURPOSE_FOLLOW_UP_QUESTION' }),
          words('Second.'),
          words(''),
        ],
      }),
    );
    expect(message).toMatchObject({
      text: 'First.\n\nSecond.',
      followUpQuestion: 'Which year?',
      query: null,
    });
  });

  it('of several queries is the last, without the words of the attempts before', async () => {
    const message = await read(
      messageOf({
        attachments: [
          words('I look.'),
          query('SELECT 1'),
          words('Not yet.'),
          { ...query('SELECT 2'), attachment_id: key(9) },
          words('There.'),
        ],
      }),
    );
    expect(message).toMatchObject({ text: 'I look.\n\nThere.', query: { sql: 'SELECT 2' } });
    expect(message.query?.place.attachmentKey).toBe(key(9));
  });

  // Contract section 3.4: its rows may be asked for while the message is EXECUTING_QUERY or COMPLETED.
  it.each([
    ['ASKING_AI', false],
    ['PENDING_WAREHOUSE', false],
    ['EXECUTING_QUERY', true],
    ['COMPLETED', true],
    ['QUERY_RESULT_EXPIRED', true],
    ['SOMETHING_NEW', true],
    ['FAILED', false],
    ['CANCELLED', false],
  ])('while %s has a query that has run or runs: %s', async (status, hasRun) => {
    const message = await read(messageOf({ status, attachments: [query('SELECT 1')] }));
    expect(message.query).toMatchObject({ sql: 'SELECT 1', hasRun });
  });

  it('has a query without an id whose SQL is shown and whose rows are not asked for', async () => {
    await using workspace = await startWorkspace((_, response) =>
      json(response, 200, messageOf({ attachments: [{ query: { query: 'SELECT 1' } }] })),
    );
    const { query: found } = await workspace.genie.getMessage(place);
    expect(found).toMatchObject({ sql: 'SELECT 1', description: null });
    if (!found) throw new Error('no query');
    await expect(workspace.genie.result(found.place, 10)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(workspace.server.received).toHaveLength(1);
  });

  it.each([
    ['NONE', 'NONE'],
    ['NEGATIVE', 'NEGATIVE'],
    ['MEH', null],
  ])('rated %s is %s', async (rating, expected) => {
    expect((await read(messageOf({ feedback: { rating } }))).rating).toBe(expected);
  });
});

describe('a message that failed', () => {
  const secret =
    'Node /directories/4410/genie/abc of user 7001112223334445 at https://adb-1.azuredatabricks.net';

  it.each([
    ['RATE_LIMIT_EXCEEDED_GENERIC_EXCEPTION', /ask again in a minute/],
    ['RETRYABLE_PROCESSING_EXCEPTION', /ask again/],
    ['DESCRIBE_QUERY_TIMEOUT', /ask again/],
    ['CONTENT_FILTER_EXCEPTION', /content filter/],
    ['GENERATED_SQL_QUERY_TOO_LONG_EXCEPTION', /too long/],
    ['SQL_EXECUTION_EXCEPTION', /^The query that Genie wrote failed: /],
    ['NO_TABLES_TO_QUERY_EXCEPTION', /tables of this space/],
    ['WAREHOUSE_ACCESS_MISSING_EXCEPTION', /CAN USE on the SQL warehouse/],
    ['DELEGATION_NOT_FOUND_EXCEPTION', /Access to what this space needs is missing/],
    ['BUDGET_EXCEEDED_EXCEPTION', /budget/],
    ['BLOCK_MULTIPLE_EXECUTIONS_EXCEPTION', /Another question/],
    ['MESSAGE_DELETED_WHILE_EXECUTING_EXCEPTION', /while it ran/],
    ['SOME_NEW_EXCEPTION', /^Genie could not answer this question: /],
  ])('with %s says what to do, and nothing of the inside', async (type, expected) => {
    const { error, status } = await read(messageOf({ status: 'FAILED', error: { type, error: secret } }));
    expect(status).toBe('FAILED');
    expect(error).toMatchObject({ code: type, message: expect.stringMatching(expected) });
    expect(error?.message).not.toMatch(/directories|7001112223334445|azuredatabricks\.net|http/);
  });

  it.each([
    ['no error', undefined, null, 'Genie could not answer this question.'],
    ['an empty one', {}, null, 'Genie could not answer this question.'],
    ['words alone', { error: 'Too deep' }, null, 'Genie could not answer this question: Too deep'],
    ['a type that is no word', { type: '<b>', error: 'x y' }, null, 'Genie could not answer this question.'],
    [
      'a SQL state',
      { type: 'SQL_EXECUTION_EXCEPTION', error: '[DIVIDE_BY_ZERO] Division by zero. SQLSTATE: 22012' },
      'SQL_EXECUTION_EXCEPTION',
      'The query that Genie wrote failed: [DIVIDE_BY_ZERO] Division by zero. SQLSTATE: 22012',
    ],
  ])('with %s', async (_, error, code, message) => {
    expect((await read(messageOf({ status: 'FAILED', error }))).error).toEqual({ code, message });
  });
});

describe('within one operation', () => {
  it('a message is read once, unless it is to be fresh, was rated, or could not be read', async () => {
    await using workspace = await startWorkspace((request, response, count) =>
      count === 1 && request.method === 'GET'
        ? json(response, 503, {})
        : json(response, 200, request.method === 'GET' ? messageOf({ content: `read ${count}` }) : {}),
    );
    const { genie } = workspace;
    const question = async (options?: { fresh?: boolean }) =>
      (await genie.getMessage(place, options)).question;
    await expect(question()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(await Promise.all([question(), question()])).toEqual(['read 2', 'read 2']);
    expect(await question({ fresh: true })).toBe('read 3');
    expect(await question()).toBe('read 3');
    await genie.rate(place, 'POSITIVE', null);
    expect(await question()).toBe('read 5');
    expect((await workspace.as('USER').getMessage(place)).question).toBe('read 6');
  });
});
