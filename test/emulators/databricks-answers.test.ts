import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { margins, retail, startTestWorkspace, type TestWorkspace } from './support/databricks.ts';

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await startTestWorkspace();
});
afterAll(() => workspace[Symbol.asyncDispose]());

type Cells = (string | null)[][];
type Attachment = {
  attachment_id?: string;
  query?: { query: string; statement_id: string; query_result_metadata?: object };
  text?: { content: string; purpose?: string; phase?: string };
  suggested_questions?: { questions: string[] };
};

const read = async (message: string, caller = 'Ada') =>
  (await workspace.call('GET', message, { caller })).body;

async function rowsOf(message: string, caller = 'Ada') {
  const { attachments } = await read(message, caller);
  const { attachment_id } = attachments.findLast(({ query }: Attachment) => query);
  const { body } = await workspace.call('GET', `${message}/attachments/${attachment_id}/query-result`, {
    caller,
  });
  const { manifest, result } = body.statement_response;
  const columns = manifest.schema.columns as { name: string; type_name: string; type_text: string }[];
  return { manifest, columns, rows: (result.data_array ?? []) as Cells, result };
}

const table = async (question: string, o?: { caller?: string; space?: string }) =>
  await rowsOf(await workspace.ask(question, o), o?.caller);

/** Asks on in the conversation of a message; gives the path of the new one. */
async function askOn(message: string, content: string): Promise<string> {
  const conversation = message.replace(/\/messages\/.*$/, '');
  const { body } = await workspace.call('POST', `${conversation}/messages`, { body: { content } });
  return `${conversation}/messages/${body.message_id}`;
}

/** A sum of decimals in hundredths, exactly. */
const hundredths = (cells: (string | null | undefined)[]) =>
  cells.reduce((sum, cell) => sum + BigInt(String(cell).replace('.', '')), 0n);

describe('an answer', () => {
  it.each(['day', 'month', 'region', 'category', 'channel', 'product'])(
    'breaks the revenue down by %s, to the same sum',
    async (dimension) => {
      const whole = await table('How much revenue was there?');
      const parts = await table(`Revenue by ${dimension}`);
      expect(parts.columns).toMatchObject([{ name: dimension }, { name: 'revenue', type_name: 'DECIMAL' }]);
      expect(parts.rows.length).toBeGreaterThan(2);
      expect(hundredths(parts.rows.map((row) => row[1]))).toBe(hundredths([whole.rows[0]?.[0]]));
    },
  );

  it('counts what its list of rows holds', async () => {
    const { rows: all } = await table('List customers');
    const { rows: counted } = await table('How many customers are there by region?');
    for (const [region, count] of counted)
      expect(all.filter((row) => row[2] === region)).toHaveLength(Number(count));
    expect((await table('How many customers are there?')).rows).toEqual([[String(all.length)]]);
  });

  it('keeps whole numbers beyond 2^53, and nulls', async () => {
    const { columns, rows } = await table('List customers');
    expect(columns[4]).toMatchObject({ name: 'loyalty_id', type_name: 'LONG' });
    expect(rows[0]?.[4]).toBe('9007199254740993');
    expect(rows[3]?.[4]).toBeNull();
  });

  it('has moments, decimals, truth values and doubles as the service writes them', async () => {
    const { columns, rows } = await table('Show the latest orders');
    expect(columns.map(({ type_text }) => type_text)).toEqual([
      'BIGINT',
      'TIMESTAMP',
      'DECIMAL(12,2)',
      'DOUBLE',
      'BOOLEAN',
      'STRING',
    ]);
    expect(rows).toHaveLength(10);
    for (const row of rows) {
      expect(row[1]).toMatch(/^2026-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
      expect(row[2]).toMatch(/^\d+\.\d\d$/);
      expect(row[4]).toMatch(/^(true|false)$/);
    }
    const { rows: large } = await table('Carbon footprint by category');
    for (const row of large) expect(row[1]).toMatch(/^\d\.\d+E\d+$/);
  });

  it('lists the top products, highest first', async () => {
    const { rows } = await table('Top 3 products');
    expect(rows).toHaveLength(3);
    const all = (await table('Revenue by product')).rows;
    const byRevenue = all.toSorted((one, other) => Number(other[1]) - Number(one[1]));
    expect(rows).toEqual(byRevenue.slice(0, 3));
  });

  it('tells returns without a reason', async () => {
    const { rows } = await table('Returns by reason');
    expect(rows.map(([reason]) => reason)).toEqual(expect.arrayContaining(['damaged', null]));
    expect(rows.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(75);
  });

  it('gives at most 5000 rows', async () => {
    const message = await workspace.ask('All page views');
    const { attachments } = await read(message);
    expect(attachments[0].query.query_result_metadata).toEqual({ row_count: 5000, is_truncated: true });
    const { manifest, rows } = await rowsOf(message);
    expect([manifest.truncated, rows.length]).toEqual([true, 5000]);
  });

  it('leaves the array out where there are no rows', async () => {
    const { manifest, result, columns } = await table('Revenue by month only for Atlantis');
    expect([manifest.total_row_count, result]).toEqual([0, {}]);
    expect(columns).toHaveLength(2);
  });

  it('is told of margins in their own space alone', async () => {
    const { rows } = await table('Margin by product', { space: margins });
    expect(rows).toHaveLength(12);
    const { attachments } = await read(await workspace.ask('Margin by product'));
    expect(attachments[0].text.content).toContain('do not hold');
  });
});

describe('a conversation', () => {
  it('builds on what was asked before', async () => {
    const first = await workspace.ask('Orders by day of the last week');
    const second = await askOn(first, 'And by region?');
    const third = await askOn(second, 'Only for North?');
    const { columns, rows } = await rowsOf(third);
    expect(columns[0]).toMatchObject({ name: 'region' });
    expect(rows).toHaveLength(1);
    expect((await read(third)).attachments[0].query.parameters).toEqual([
      { keyword: 'start', sql_type: 'DATE', value: '2026-11-14' },
      { keyword: 'region', sql_type: 'STRING', value: 'North' },
    ]);
    expect((await rowsOf(second)).rows.find(([region]) => region === 'North')).toEqual(rows[0]);
  });

  it('asks back, and understands the answer', async () => {
    const first = await workspace.ask('How are sales by month?');
    const { attachments } = await read(first);
    expect(attachments[0].text.purpose).toBe('TEXT_ATTACHMENT_PURPOSE_FOLLOW_UP_QUESTION');
    const [offer] = attachments[1].suggested_questions.questions;
    expect((await rowsOf(await askOn(first, offer))).columns).toMatchObject([
      { name: 'month', type_name: 'DATE' },
      { name: 'revenue' },
    ]);
  });

  it.each([retail, margins])('understands what it offers in %s', async (space) => {
    const start = await workspace.ask('What is the weather like?', { space });
    const { attachments } = await read(start);
    expect(attachments[0].text.content).toContain('do not understand');
    for (const offer of attachments[1].suggested_questions.questions) {
      const message = await workspace.ask(offer, { space });
      const answer = await read(message);
      expect(answer.attachments[0].query).toBeDefined();
      for (const next of answer.attachments.at(-1).suggested_questions.questions)
        expect((await read(await askOn(message, next))).attachments[0].query).toBeDefined();
    }
  });
});

/** The states that a message passes through, one for each beat of the clock, and what was visible in them. */
async function statesOf(question: string, beats = 10) {
  await using slow = await startTestWorkspace({ pace: 100 });
  const message = await slow.ask(question);
  const seen: { status: string; attachments: Attachment[] | null | undefined; error?: object }[] = [];
  for (let beat = 0; beat < beats; beat += 1) {
    const { body } = await slow.call('GET', message);
    if (body.status !== seen.at(-1)?.status) seen.push(body);
    slow.pass(100);
  }
  return { seen, statuses: seen.map(({ status }) => status) };
}

describe('the states', () => {
  it('follow the time', async () => {
    const { seen, statuses } = await statesOf('Orders by month');
    expect(statuses).toEqual([
      'SUBMITTED',
      'FETCHING_METADATA',
      'FILTERING_CONTEXT',
      'ASKING_AI',
      'PENDING_WAREHOUSE',
      'EXECUTING_QUERY',
      'COMPLETED',
    ]);
    expect(seen.slice(0, 5).every(({ attachments }) => attachments === null)).toBe(true);
    expect(seen[5]?.attachments).toHaveLength(1);
    expect(seen[5]?.attachments?.[0]?.query).not.toHaveProperty('query_result_metadata');
    expect(seen[6]?.attachments).toHaveLength(3);
  });

  it('need no warehouse for words alone', async () => {
    const { statuses } = await statesOf('Hello');
    expect(statuses.slice(3)).toEqual(['ASKING_AI', 'COMPLETED']);
  });

  it('go back when it corrects itself', async () => {
    const { seen, statuses } = await statesOf('Orders by month, then correct itself');
    const path = ['PENDING_WAREHOUSE', 'EXECUTING_QUERY', 'ASKING_AI', 'EXECUTING_QUERY', 'COMPLETED'];
    expect(statuses.slice(4)).toEqual(path);
    const sql = seen.map(({ attachments }) => attachments?.[0]?.query?.query);
    expect(sql[5]).toContain('sales.raw.orders');
    expect(sql[7]).toContain('sales.core.orders');
  });

  it('end in a failure, with its type', async () => {
    const { seen } = await statesOf('Orders, then fail with WAREHOUSE_ACCESS_MISSING_EXCEPTION');
    expect(seen.at(-1)).toMatchObject({
      status: 'FAILED',
      error: { type: 'WAREHOUSE_ACCESS_MISSING_EXCEPTION', error: expect.stringContaining('CAN USE') },
    });
    const { seen: plain } = await statesOf('Orders, then fail');
    expect(plain.at(-1)).toMatchObject({ status: 'FAILED', error: { type: 'SQL_EXECUTION_EXCEPTION' } });
  });

  it.each([
    ['Orders, then be cancelled', ['EXECUTING_QUERY', 'CANCELLED']],
    ['Orders, then stall', ['PENDING_WAREHOUSE', 'EXECUTING_QUERY']],
    ['Orders, then expire', ['COMPLETED', 'QUERY_RESULT_EXPIRED']],
  ])('of "%s" end as it says', async (question, end) => {
    expect((await statesOf(question)).statuses.slice(-2)).toEqual(end);
  });

  it('may be none that a client knows', async () => {
    expect((await statesOf('Orders, then be strange')).statuses[1]).toBe('IN_PROGRESS');
  });

  it('may be completed without attachments', async () => {
    const { seen } = await statesOf('Orders, then say nothing');
    expect(seen.at(-1)?.status).toBe('COMPLETED');
    expect(seen.at(-1)).not.toHaveProperty('attachments');
  });

  it('may bring two queries, and closing words without an id', async () => {
    const { seen } = await statesOf('Revenue by region in two steps');
    const attachments = seen.at(-1)?.attachments ?? [];
    expect(attachments.map(({ query, text }) => (query ? 'query' : text ? 'text' : 'offers'))).toEqual([
      'query',
      'text',
      'query',
      'text',
      'offers',
    ]);
    expect(attachments[1]?.text?.phase).toBe('RESPONSE_PHASE_THINKING');
    expect(attachments[2]?.query?.query).toContain('c.region');
    expect(attachments[3]?.attachment_id).toBeUndefined();
    expect(attachments[3]?.text?.content).toContain('Revenue by region');
  });
});

describe('rows that expired', () => {
  const stateOf = async (slow: TestWorkspace, attachment: string) => {
    const { status, body } = await slow.call('GET', `${attachment}/query-result`);
    return body.statement_response?.status.state ?? [status, body.error_code];
  };
  const started = async (question: string) => {
    const slow = await startTestWorkspace({ pace: 100 });
    const message = await slow.ask(question);
    slow.pass(2000);
    const { attachments } = (await slow.call('GET', message)).body;
    const attachment = `${message}/attachments/${attachments[0].attachment_id}`;
    return { slow, message, attachment };
  };

  it('come back when the query is run again', async () => {
    const { slow, message, attachment } = await started('Orders by region, then expire');
    await using _ = slow;
    expect(await stateOf(slow, attachment)).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
    const { body } = await slow.call('POST', `${attachment}/execute-query`);
    expect(body.statement_response.status.state).toBe('PENDING');
    const states: unknown[] = [];
    for (let beat = 0; beat < 3; beat += 1) {
      states.push(await stateOf(slow, attachment), (await slow.call('GET', message)).body.status);
      slow.pass(100);
    }
    const gone = 'QUERY_RESULT_EXPIRED';
    expect(states).toEqual(['PENDING', gone, 'RUNNING', gone, 'SUCCEEDED', 'COMPLETED']);
  });

  it('may be gone because all are taken away', async () => {
    const { slow, message, attachment } = await started('Orders by region');
    await using _ = slow;
    expect(await stateOf(slow, attachment)).toBe('SUCCEEDED');
    expect((await slow.control('POST', 'expire')).status).toBe(204);
    expect(await stateOf(slow, attachment)).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
    expect((await slow.call('GET', message)).body.status).toBe('QUERY_RESULT_EXPIRED');
  });

  it('may leave a closed statement', async () => {
    const { slow, message, attachment } = await started('Orders by region, then close the result');
    await using _ = slow;
    expect(await stateOf(slow, attachment)).toBe('CLOSED');
    expect((await slow.call('GET', message)).body.status).toBe('COMPLETED');
  });

  it('are not there before the query runs', async () => {
    await using slow = await startTestWorkspace({ pace: 100 });
    const message = await slow.ask('Orders by region');
    slow.pass(500);
    const { attachments, status } = (await slow.call('GET', message)).body;
    const attachment = `${message}/attachments/${attachments[0].attachment_id}`;
    expect([status, await stateOf(slow, attachment)]).toEqual(['EXECUTING_QUERY', 'RUNNING']);
    slow.pass(-200);
    expect(await stateOf(slow, attachment)).toEqual([400, 'BAD_REQUEST']);
  });
});

describe('a download', () => {
  it('holds all rows, behind a link that lives for a while and takes no token', async () => {
    await using slow = await startTestWorkspace({ pace: 100 });
    const message = await slow.ask('All page views');
    slow.pass(1000);
    const { attachments } = (await slow.call('GET', message)).body;
    const downloads = `${message}/attachments/${attachments[0].attachment_id}/downloads`;
    const { body: started } = await slow.call('POST', downloads);
    const route = `${downloads}/${started.download_id}?download_id_signature=`;
    const poll = async () => (await slow.call('GET', route + started.download_id_signature)).body;
    expect((await poll()).statement_response.status.state).toBe('RUNNING');
    slow.pass(100);
    const { status, result } = (await poll()).statement_response;
    const [link] = result.external_links;
    expect([status.state, link.row_count]).toEqual(['SUCCEEDED', 6500]);
    const rows = await (await fetch(link.external_link)).text();
    expect(JSON.parse(rows)).toHaveLength(6500);
    expect(rows).toHaveLength(link.byte_count);
    const headers = { authorization: `Bearer ${slow.token('Ada')}` };
    expect((await fetch(link.external_link, { headers })).status).toBe(400);
    slow.pass(15 * 60_000);
    expect((await fetch(link.external_link)).status).toBe(403);
    expect((await slow.call('GET', `${route}other`)).status).toBe(404);
    const { calls } = await (await slow.control('GET', 'calls')).json();
    expect(JSON.stringify(calls)).not.toContain(started.download_id_signature);
  });
});
