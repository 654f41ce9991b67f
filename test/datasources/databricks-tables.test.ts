import { describe, expect, it } from 'vitest';
import { json } from './scripted-server.ts';
import {
  failureOf,
  paths,
  place,
  queryPlace,
  startWorkspace,
  statementOf,
  stateOf,
} from './support/databricks.ts';

/** The table as it is read from this body. */
async function read(body: object, maxRows = 100) {
  await using workspace = await startWorkspace((_, response) => json(response, 200, body));
  return workspace.genie.result(queryPlace, maxRows);
}

describe('a cell', () => {
  it.each([
    ['INT', '61', 61],
    ['SHORT', '-3', -3],
    ['LONG', '9007199254740991', 9_007_199_254_740_991],
    ['LONG', '9007199254740993', '9007199254740993'],
    ['LONG', '1.2E7', 12_000_000],
    ['LONG', '1E30', '1E30'],
    ['DECIMAL', '12.50', '12.50'],
    ['DECIMAL', '1E+2', '1E+2'],
    ['DOUBLE', '1.2345678E7', 12_345_678],
    ['DOUBLE', '-0.5', -0.5],
    ['DOUBLE', 'NaN', 'NaN'],
    ['FLOAT', 'Infinity', 'Infinity'],
    ['FLOAT', '1E400', '1E400'],
    ['BOOLEAN', 'true', true],
    ['BOOLEAN', 'FALSE', false],
    ['BOOLEAN', 'perhaps', 'perhaps'],
    ['DATE', '2026-11-20', '2026-11-20'],
    ['TIMESTAMP', '2026-11-20T10:00:00.000Z', '2026-11-20T10:00:00.000Z'],
    ['STRING', '12', '12'],
    ['INT', '', ''],
    ['INT', '0x10', '0x10'],
    ['ARRAY', '["a"]', '["a"]'],
    ['int', '5', 5],
    ['DOUBLE', null, null],
  ])('of type %s that reads %j is %j', async (type, text, expected) => {
    expect((await read(statementOf([['x', type]], [[text]]))).rows).toEqual([[expected]]);
  });
});

describe('a table', () => {
  it('is in the order of its positions, with the types and counts that the service tells', async () => {
    const body = statementOf(
      [],
      [
        ['2026-11-19', '61'],
        ['2026-11-20', null],
      ],
      {},
      {
        schema: {
          columns: [
            { name: 'orders', position: 1, type_name: 'LONG', type_text: 'BIGINT' },
            { name: 'order_date', position: 0, type_name: 'DATE' },
          ],
        },
      },
    );
    await using workspace = await startWorkspace((_, response) => json(response, 200, body));
    expect(await workspace.genie.result(queryPlace, 100)).toEqual({
      columns: [
        { name: 'order_date', type: 'DATE' },
        { name: 'orders', type: 'LONG' },
      ],
      rows: [
        ['2026-11-19', 61],
        ['2026-11-20', null],
      ],
      rowCount: 2,
      truncated: false,
    });
    expect(workspace.asked()).toEqual([`GET ${paths.query}/query-result`]);
  });

  it('has rows as long as its columns', async () => {
    const table = await read(
      statementOf(
        [
          ['a', 'INT'],
          ['b', 'INT'],
        ],
        [['1'], ['1', '2', '3']],
      ),
    );
    expect(table.rows).toEqual([
      [1, null],
      [1, 2],
    ]);
  });

  const column: [string, string][] = [['x', 'INT']];
  it.each([
    ['no result', statementOf(column, [], { result: undefined }), [], 0],
    ['a result without rows', statementOf(column, [], { result: { row_count: 0 } }), [], 0],
    ['no count', statementOf(column, [['1']], {}, { total_row_count: undefined }), [[1]], 1],
    ['no status', statementOf(column, [['1']], { status: null }), [[1]], 1],
    [
      'the older form of rows',
      statementOf(
        column,
        [],
        {
          result: { data_typed_array: [{ values: [{ str: '7' }] }, { values: [{}] }] },
        },
        { total_row_count: '2' },
      ),
      [[7], [null]],
      2,
    ],
  ])('may come with %s', async (_, body, rows, rowCount) => {
    expect(await read(body)).toMatchObject({
      columns: [{ name: 'x', type: 'INT' }],
      rows,
      rowCount,
      truncated: false,
    });
  });

  it('says what was cut: here, or by the service', async () => {
    const three = [['1'], ['2'], ['3']];
    expect(await read(statementOf(column, three), 2)).toMatchObject({
      rows: [[1], [2]],
      rowCount: 3,
      truncated: true,
    });
    expect(await read(statementOf(column, three), 3)).toMatchObject({ rowCount: 3, truncated: false });
    expect(await read(statementOf(column, three, {}, { truncated: true }))).toMatchObject({
      truncated: true,
    });
    expect(await read(statementOf(column, three, {}, { total_row_count: 9 }))).toMatchObject({
      rowCount: 9,
      truncated: true,
    });
    const uncounted = statementOf(column, three, {}, { total_row_count: null });
    expect(await read(uncounted, 2)).toMatchObject({ rowCount: null, truncated: true });
  });
});

describe('rows in chunks', () => {
  const first = (next_chunk_index: number) =>
    statementOf(
      [['x', 'INT']],
      [],
      { result: { data_array: [['1'], ['2']], next_chunk_index } },
      { total_row_count: 6 },
    );
  const chunkPath = '/api/2.0/sql/statements/01f0aa00-0000-0000-0000-000000000009/result/chunks';

  const chunked = () =>
    startWorkspace(({ url }, response) => {
      const index = Number(/chunks\/(\d)$/.exec(url)?.[1] ?? 0);
      if (index === 0) return json(response, 200, first(1));
      const rows = [[String(2 * index + 1)], [String(2 * index + 2)]];
      json(response, 200, { data_array: rows, ...(index < 2 ? { next_chunk_index: index + 1 } : {}) });
    });

  it('are read to the last', async () => {
    await using workspace = await chunked();
    const table = await workspace.genie.result(queryPlace, 100);
    expect(table).toMatchObject({ rows: [[1], [2], [3], [4], [5], [6]], rowCount: 6, truncated: false });
    expect(workspace.asked().slice(1)).toEqual([`GET ${chunkPath}/1`, `GET ${chunkPath}/2`]);
  });

  it('are read as far as they are wanted', async () => {
    await using workspace = await chunked();
    expect(await workspace.genie.result(queryPlace, 3)).toMatchObject({
      rows: [[1], [2], [3]],
      truncated: true,
    });
    expect(workspace.server.received).toHaveLength(2);
  });

  it.each([403, 404])('whose rest is refused by %d are told as cut', async (status) => {
    await using workspace = await startWorkspace((_, response, count) =>
      count === 1 ? json(response, 200, first(1)) : json(response, status, { error_code: 'X', message: 'x' }),
    );
    expect(await workspace.genie.result(queryPlace, 100)).toMatchObject({
      rows: [[1], [2]],
      truncated: true,
    });
  });

  it.each([
    ['lead back', first(0)],
    ['are links alone', statementOf([['x', 'INT']], [], { result: { external_links: [{}] } })],
  ])('that %s cannot be read', async (_, body) => {
    await using workspace = await startWorkspace((_request, response) => json(response, 200, body));
    expect((await failureOf(workspace.genie.result(queryPlace, 100))).code).toBe('UPSTREAM_ERROR');
  });
});

describe('a query that runs', () => {
  const done = statementOf([['x', 'INT']], [['1']]);

  it('is waited for', async () => {
    const states = ['PENDING', 'RUNNING', 'RUNNING'];
    await using workspace = await startWorkspace((_, response, count) =>
      json(response, 200, states[count - 1] ? stateOf(states[count - 1] ?? '') : done),
    );
    expect((await workspace.genie.result(queryPlace, 10)).rows).toEqual([[1]]);
    expect(workspace.clock.slept).toEqual([250, 500, 1_000]);
  });

  it('is not waited for longer than a minute, nor than the operation', async () => {
    await using workspace = await startWorkspace((_, response) => json(response, 200, stateOf('RUNNING')));
    const failure = await failureOf(workspace.genie.result(queryPlace, 10));
    expect(failure.code).toBe('UPSTREAM_TIMEOUT');
    expect(workspace.clock.slept.reduce((sum, ms) => sum + ms)).toBeLessThanOrEqual(60_000);
    const operation = new AbortController();
    const sleep = async () => operation.abort(new Error('the client left'));
    await using left = await startWorkspace((_, response) => json(response, 200, stateOf('RUNNING')), {
      clock: { now: () => 0, sleep },
    });
    const call = { signal: operation.signal, requestId: 'operation-1', traceparent: '' };
    await expect(left.as('USER', { call }).result(queryPlace, 10)).rejects.toThrow('the client left');
  });

  it.each([
    ['CLOSED', 'NOT_FOUND', /rerunGenieQuery/],
    ['FAILED', 'UPSTREAM_ERROR', /failed: Division by zero$/],
    ['CANCELED', 'UPSTREAM_ERROR', /canceled/],
  ])('and ends as %s is %s', async (state, code, message) => {
    const error = { error_code: 'BAD_REQUEST', message: 'Division by zero' };
    await using workspace = await startWorkspace((_, response) => json(response, 200, stateOf(state, error)));
    const failure = await failureOf(workspace.genie.result(queryPlace, 10));
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe('running a query again', () => {
  it('is one call without a body, and waits for the rows', async () => {
    await using workspace = await startWorkspace((_, response, count) =>
      json(response, 200, count < 3 ? stateOf('PENDING') : statementOf([], [])),
    );
    await workspace.genie.rerun(queryPlace);
    expect(workspace.asked()).toEqual([
      `POST ${paths.query}/execute-query`,
      `GET ${paths.query}/query-result`,
      `GET ${paths.query}/query-result`,
    ]);
    expect(workspace.server.received[0]?.body).toHaveLength(0);
  });

  it('is never sent twice', async () => {
    await using workspace = await startWorkspace((_, response) => json(response, 503, {}), {
      retries: 2,
      random: () => 0,
    });
    expect((await failureOf(workspace.genie.rerun(queryPlace))).code).toBe('UPSTREAM_UNAVAILABLE');
    expect(workspace.server.received).toHaveLength(1);
  });

  it('that fails says why', async () => {
    const said = { error_code: 'BAD_REQUEST', message: 'No table at /directories/4410/x' };
    await using workspace = await startWorkspace((_, response) =>
      json(response, 200, stateOf('FAILED', said)),
    );
    expect((await failureOf(workspace.genie.rerun(queryPlace))).message).toMatch(/failed: No table at …$/);
  });
});

it('rating is one call, with a comment where there is one', async () => {
  await using workspace = await startWorkspace((_, response, count) =>
    count === 1 ? json(response, 200, {}) : response.writeHead(200).end(),
  );
  await workspace.genie.rate(place, 'NEGATIVE', 'wrong year');
  await workspace.genie.rate(place, 'NONE', null);
  expect(workspace.asked()).toEqual(Array(2).fill(`POST ${paths.message}/feedback`));
  const bodies = workspace.server.received.map(({ body }) => JSON.parse(body.toString()));
  expect(bodies).toEqual([{ rating: 'NEGATIVE', comment: 'wrong year' }, { rating: 'NONE' }]);
});
