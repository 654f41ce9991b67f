import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createGenieConnector, type GenieConnector } from '../../src/datasources/databricks/connector.ts';
import type { Genie } from '../../src/datasources/databricks/index.ts';
import { type GenieMessage, isFinalAnswer } from '../../src/domain/genie.ts';
import { readPage } from '../../src/domain/paging.ts';
import { margins, retail, startTestWorkspace, type TestWorkspace } from '../emulators/support/databricks.ts';
import { failureOf } from './support/databricks.ts';
import { walk } from './support/supabase-chat.ts';

let workspace: TestWorkspace;
let connector: GenieConnector;
beforeAll(async () => {
  workspace = await startTestWorkspace();
  connector = connect(workspace);
});
afterAll(async () => {
  await connector.close();
  await workspace[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await workspace.control('DELETE', 'faults');
  await workspace.control('PUT', 'pace', { state: 0 });
});

/** The emulator's time passes while the connector waits. */
function connect(to: TestWorkspace, options: { deadlineMs?: number } = {}): GenieConnector {
  let time = Date.now();
  const clock = {
    now: () => time,
    sleep: async (ms: number, signal?: AbortSignal) => {
      signal?.throwIfAborted();
      time += ms;
      to.pass(ms);
    },
  };
  return createGenieConnector({ host: to.databricks.url }, { clock, retries: 0, ...options });
}

type As = { of?: TestWorkspace; by?: GenieConnector; signal?: AbortSignal; audience?: string };

function as(who: string, { of = workspace, by = connector, signal, audience }: As = {}): Genie {
  return by.connect({
    token: async () => of.token(who, audience),
    call: { signal: signal ?? new AbortController().signal, requestId: 'operation-1', traceparent: '' },
    callerKey: who,
    actor: who === 'application' ? 'APP' : 'USER',
  });
}

type Going = { spaceKey?: string; conversationKey?: string };
const question = (text: string, { spaceKey = retail, conversationKey }: Going = {}) => ({
  spaceKey,
  conversationKey: conversationKey ?? null,
  text,
});
const page = (first = 25, after: string | null = null) => readPage({ first, after }, 'somebody', 'list');

/** The final answer to a question. */
async function answer(text: string, genie = as('Ada')): Promise<GenieMessage> {
  const { message } = await genie.ask(question(text));
  return genie.getMessage(message);
}

function queryOf({ query }: GenieMessage) {
  if (!query) throw new Error('there is no query');
  return query.place;
}

describe('spaces', () => {
  it('are those that are shared with who asks', async () => {
    const titles = async (who: string) =>
      (await walk(1, (after) => as(who).listSpaces(page(1, after)))).map(({ title }) => title);
    expect(await titles('Ada')).toEqual(['Retail sales', 'Executive margins']);
    expect(await titles('Ben')).toEqual(['Retail sales']);
    expect(await titles('application')).toEqual(['Retail sales', 'Executive margins']);
    expect(await as('Ada').getSpace(margins)).toMatchObject({ key: margins, title: 'Executive margins' });
  });

  it('are not found by whom they are not shared with, as if they were none', async () => {
    const there = await failureOf(as('Ben').getSpace(margins));
    const none = await failureOf(as('Ben').getSpace('0'.repeat(32)));
    expect(there).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringMatching(/ask its owner for CAN RUN/),
    });
    expect(there.message).toBe(none.message);
    const asked = as('Ben').ask(question('Margin', { spaceKey: margins }));
    expect((await failureOf(asked)).message).toBe(none.message);
  });
});

describe('a question', () => {
  it('goes through its states to an answer with SQL, words and rows', async () => {
    await workspace.control('PUT', 'pace', { state: 100 });
    const genie = as('Ada');
    const { message, title } = await genie.ask(question('Orders by region'));
    expect(message).toMatchObject({ status: 'SUBMITTED', question: 'Orders by region', as: 'USER' });
    expect(title).toBe('Orders by region');
    const seen: GenieMessage[] = [message];
    while (!isFinalAnswer(seen.at(-1)?.status ?? 'COMPLETED')) {
      workspace.pass(100);
      seen.push(await genie.getMessage(message, { fresh: true }));
    }
    expect(seen.map(({ status }) => status)).toEqual([
      'SUBMITTED',
      'FETCHING_METADATA',
      'FILTERING_CONTEXT',
      'ASKING_AI',
      'PENDING_WAREHOUSE',
      'EXECUTING_QUERY',
      'COMPLETED',
    ]);
    const [last, executing] = [seen.at(-1), seen.at(-2)];
    if (!last) throw new Error('nothing was seen');
    expect(executing?.query?.sql).toBe(last.query?.sql);
    expect(last).toMatchObject({
      text: expect.stringMatching(/4 rows/),
      error: null,
      followUpQuestion: null,
    });
    expect(last.suggestedQuestions).not.toEqual([]);
    const table = await genie.result(queryOf(last), 100);
    expect(table).toMatchObject({
      columns: [
        { name: 'region', type: 'STRING' },
        { name: 'orders', type: 'LONG' },
      ],
      rowCount: 4,
      truncated: false,
    });
    expect(table.rows.reduce((sum, [, orders]) => sum + Number(orders), 0)).toBe(600);
    expect(await genie.result(queryOf(last), 2)).toMatchObject({ rowCount: 4, truncated: true });
  });

  it('has cells of every kind', async () => {
    const table = async (text: string) => as('Ada').result(queryOf(await answer(text)), 5_000);
    const customers = await table('List customers and their loyalty');
    const loyalty = customers.columns.findIndex(({ name }) => name === 'loyalty_id');
    expect(customers.columns[loyalty]?.type).toBe('LONG');
    expect(customers.rows.map((row) => row[loyalty])).toContain('9007199254740993');
    expect(customers.rows.map((row) => row[loyalty])).toContain(null);
    const orders = await table('Show the latest orders');
    const first = Object.fromEntries(
      orders.columns.map(({ name }, index) => [name, orders.rows[0]?.[index]]),
    );
    expect(first).toMatchObject({
      order_id: expect.any(Number),
      amount: expect.stringMatching(/^\d+\.\d\d$/),
      is_gift: expect.any(Boolean),
      ordered_at: expect.stringMatching(/^2026-\d\d-\d\dT.*Z$/),
    });
    const footprint = await table('Footprint by category');
    for (const [, grams] of footprint.rows) expect(grams).toBeTypeOf('number');
    expect(await table('Page views')).toMatchObject({ truncated: true, rows: { length: 5_000 } });
    expect((await table('Page views')).rows).toHaveLength(5_000);
  });

  it('may be followed by another in its conversation', async () => {
    const genie = as('Ada');
    const { message } = await genie.ask(question('Revenue'));
    const next = await genie.ask(question('Only for North?', message));
    expect(next).toMatchObject({ title: null, message: { conversationKey: message.conversationKey } });
    expect(await genie.getMessage(next.message)).toMatchObject({
      status: 'COMPLETED',
      query: expect.anything(),
    });
    await genie.ask(question('And by month?', message));
    const { edges } = await genie.listMessages(message, page());
    expect(edges.map(({ node }) => node.question)).toEqual(['Revenue', 'Only for North?', 'And by month?']);
    const back = await walk(1, (after) => genie.listMessages(message, page(1, after)));
    expect(back.map((each) => each.question)).toEqual(['And by month?', 'Only for North?', 'Revenue']);
  });

  it('is one at a time in a conversation', async () => {
    await workspace.control('PUT', 'pace', { state: 100 });
    const genie = as('Ada');
    const { message } = await genie.ask(question('Revenue'));
    expect(await failureOf(genie.ask(question('Units', message)))).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/still being answered/),
    });
  });

  it.each([
    ['How are sales?', { text: null, followUpQuestion: expect.stringMatching(/revenue/), query: null }],
    ['Hello', { text: expect.stringMatching(/number/), followUpQuestion: null, query: null }],
    ['Orders then say nothing', { status: 'COMPLETED', text: null, query: null }],
    ['Orders then be cancelled', { status: 'CANCELED', rawStatus: 'CANCELLED' }],
    ['Orders by month in two steps', { query: { sql: expect.stringMatching(/MONTH/) } }],
    ['Orders then fail', { status: 'FAILED', error: { code: 'SQL_EXECUTION_EXCEPTION' } }],
    [
      'Orders then fail with WAREHOUSE_ACCESS_MISSING_EXCEPTION',
      { error: { message: expect.stringMatching(/CAN USE on the SQL warehouse/) } },
    ],
  ])('%j comes to %j', async (text, expected) => {
    expect(await answer(text)).toMatchObject(expected);
  });

  it('that goes through a status nobody knows is not final there', async () => {
    await workspace.control('PUT', 'pace', { state: 100 });
    const genie = as('Ada');
    const { message } = await genie.ask(question('Orders then be strange'));
    workspace.pass(100);
    expect(await genie.getMessage(message)).toMatchObject({ status: 'UNKNOWN', rawStatus: 'IN_PROGRESS' });
  });

  it('is rated', async () => {
    const genie = as('Ada');
    const message = await answer('Orders', genie);
    expect(message.rating).toBeNull();
    await genie.rate(message, 'NEGATIVE', 'not those');
    expect((await genie.getMessage(message)).rating).toBe('NEGATIVE');
  });

  it('without words is refused as it is', async () => {
    expect(await failureOf(as('Ada').ask(question(' ')))).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'Genie refused this: content must not be empty.',
    });
  });
});

describe('rows', () => {
  it.each(['Orders by region then expire', 'Orders by region then close the result'])(
    'of %j come again by running the query',
    async (text) => {
      const genie = as('Ada');
      const message = await answer(text, genie);
      const place = queryOf(message);
      const gone = await failureOf(genie.result(place, 10));
      expect(gone).toMatchObject({ code: 'NOT_FOUND', message: expect.stringMatching(/rerunGenieQuery/) });
      await workspace.control('PUT', 'pace', { state: 700 });
      workspace.pass(60_000);
      await genie.rerun(place);
      expect((await genie.result(place, 10)).rows).toHaveLength(4);
    },
  );

  it('of a query that stalls are not waited for without end', async () => {
    const genie = as('Ada');
    const message = await answer('Orders then stall', genie);
    expect(message.status).toBe('EXECUTING_QUERY');
    expect((await failureOf(genie.result(queryOf(message), 10))).code).toBe('UPSTREAM_TIMEOUT');
  });
});

describe('two people, and the application', () => {
  it('never meet what another asked', async () => {
    const message = await answer('Revenue');
    const ownQuery = queryOf(message);
    for (const who of ['Ben', 'application']) {
      const other = as(who);
      for (const attempt of [
        other.getMessage(message),
        other.listMessages(message, page()),
        other.result(ownQuery, 10),
        other.rerun(ownQuery),
        other.rate(message, 'POSITIVE', null),
        other.ask(question('Mine?', message)),
      ])
        expect((await failureOf(attempt)).code).toBe('NOT_FOUND');
      const listed = await walk(5, (after) => other.listConversations(retail, page(5, after)));
      expect(listed.map(({ conversationKey }) => conversationKey)).not.toContain(message.conversationKey);
    }
  });

  it('have their own conversations, newest first, without those of agent mode', async () => {
    await workspace.control('POST', 'agent-conversations', {
      space: retail,
      name: 'Grace',
      title: 'Research',
    });
    const grace = as('Grace');
    for (const text of ['Revenue', 'Units', 'Orders']) {
      await grace.ask(question(text));
      workspace.pass(1);
    }
    const listed = await walk(2, (after) => grace.listConversations(retail, page(2, after)));
    expect(listed.map(({ title }) => title)).toEqual(['Orders', 'Units', 'Revenue']);
  });
});

describe('who is refused', () => {
  it('is told that they are not in the workspace', async () => {
    await using other = await startTestWorkspace();
    const by = connect(other);
    const olaf = await failureOf(as('Olaf', { of: other, by }).listSpaces(page()));
    expect(olaf).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(/^You are not a member/),
    });
    await other.control('PUT', 'members', { name: 'application', member: false });
    const app = await failureOf(as('application', { of: other, by }).getSpace(retail));
    expect(app).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(/service principal is not in/),
    });
    await by.close();
  });

  it('is told that they may only look', async () => {
    await using other = await startTestWorkspace();
    const by = connect(other);
    await other.control('PUT', 'grants', { space: retail, name: 'Ben', level: 'CAN_VIEW' });
    const refused = await failureOf(as('Ben', { of: other, by }).ask(question('Orders')));
    expect(refused).toMatchObject({ code: 'FORBIDDEN', message: expect.stringMatching(/CAN RUN/) });
    await by.close();
  });

  it('for a token of another API, or none that holds, is told so', async () => {
    const foreign = await failureOf(
      as('Ada', { audience: 'https://management.azure.com' }).listSpaces(page()),
    );
    expect(foreign).toMatchObject({ code: 'UPSTREAM_ERROR', message: expect.stringMatching(/token/) });
    const call = { signal: new AbortController().signal, requestId: 'operation-1', traceparent: '' };
    const broken = connector.connect({ token: async () => 'x', call, callerKey: 'x', actor: 'USER' });
    expect((await failureOf(broken.listSpaces(page()))).code).toBe('UPSTREAM_ERROR');
  });
});

it('a quota that is used up is told at once, with the seconds until it is not', async () => {
  await using small = await startTestWorkspace({ questionsPerMinute: 1 });
  const by = connect(small);
  const genie = as('Ada', { of: small, by });
  await genie.ask(question('Orders'));
  const refused = await failureOf(genie.ask(question('Revenue')));
  expect(refused).toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterSeconds: 60 } });
  small.pass(60_000);
  expect((await genie.ask(question('Revenue'))).message.status).toBe('SUBMITTED');
  expect((await genie.listConversations(retail, page())).edges).toHaveLength(2);
  await by.close();
});

describe('what goes wrong', () => {
  it.each([
    [{ kind: 'status', status: 403 }, 'FORBIDDEN'],
    [{ kind: 'status', status: 429, retryAfter: 70 }, 'RATE_LIMITED'],
    [{ kind: 'status', status: 500 }, 'UPSTREAM_ERROR'],
    [{ kind: 'status', status: 503 }, 'UPSTREAM_UNAVAILABLE'],
    [{ kind: 'html' }, 'UPSTREAM_UNAVAILABLE'],
    [{ kind: 'malformed' }, 'UPSTREAM_ERROR'],
    [{ kind: 'cut' }, 'UPSTREAM_ERROR'],
  ] as const)('%o', async (fault, code) => {
    const genie = as('Ada');
    await workspace.control('POST', 'faults', { ...fault, times: 1 });
    expect((await failureOf(genie.getSpace(retail))).code).toBe(code);
    expect(await genie.getSpace(retail)).toMatchObject({ key: retail });
    await workspace.control('POST', 'faults', { ...fault, times: 1 });
    expect((await failureOf(genie.ask(question('Orders')))).code).toBe(code);
  });

  it('a workspace that hangs, until the operation ends or the time is over', async () => {
    const operation = new AbortController();
    await workspace.control('DELETE', 'calls');
    await workspace.control('POST', 'faults', { kind: 'hang' });
    const asking = as('Ada', { signal: operation.signal }).ask(question('Orders'));
    const outcome = asking.catch((error: unknown) => error);
    await vi.waitFor(async () => {
      const { calls } = (await (await workspace.control('GET', 'calls')).json()) as { calls: unknown[] };
      expect(calls).toHaveLength(1);
    });
    operation.abort(new Error('the client left'));
    expect(await outcome).toEqual(new Error('the client left'));
    const hasty = connect(workspace, { deadlineMs: 100 });
    expect((await failureOf(as('Ada', { by: hasty }).getSpace(retail))).code).toBe('UPSTREAM_TIMEOUT');
    await workspace.control('DELETE', 'faults');
    await hasty.close();
  });
});
