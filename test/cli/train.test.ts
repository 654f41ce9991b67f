import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTable } from '../../cli/commands/csv-table.ts';
import { data, failed } from './support/server.ts';
import { type SignedIn, signedIn } from './support/signed-in.ts';
import { createWorld, mlgraph } from './support/world.ts';

async function file(content: string, name = 'rows.csv'): Promise<string> {
  const path = join(createWorld().directory, name);
  await writeFile(path, content);
  return path;
}

describe('a CSV file', () => {
  test('columns are of numbers only where nothing is lost by it', async () => {
    const path = await file(
      [
        '\ufeffid,zip,count,big,mixed,flag,price,empty',
        'a,007,1,12345678901234567890,1,true,1.50,',
        '"b, c",123,-2,1,x,FALSE,2e3,',
        'd,,,,,,,',
      ].join('\r\n'),
    );
    const { columns, rows } = await readTable(path);
    expect(columns).toEqual(['id', 'zip', 'count', 'big', 'mixed', 'flag', 'price', 'empty']);
    expect(rows).toEqual([
      ['a', '007', 1, '12345678901234567890', '1', true, 1.5, null],
      ['b, c', '123', -2, '1', 'x', false, 2000, null],
      ['d', null, null, null, null, null, null, null],
    ]);
    expect((await readTable(path, ['count'])).rows[0]?.[2]).toBe('1');
  });

  test.each([
    ['a,b\n1,2,3\n', 'is no CSV'],
    ['a,b\n', 'holds no rows'],
    ['', 'holds no rows'],
  ])('%j is refused', async (content, message) => {
    await expect(readTable(await file(content))).rejects.toThrow(message);
  });

  test('a column that is not there is refused', async () => {
    await expect(readTable(await file('a\n1\n'), ['b'])).rejects.toThrow('has no column "b"');
  });
});

const runId = Buffer.from('["Run","CHAPKIT","","1"]').toString('base64url');
const modelId = Buffer.from('["Model","CHAPKIT","churn","2"]').toString('base64url');

async function service(options: Parameters<typeof signedIn>[0] = {}): Promise<SignedIn> {
  const all = await signedIn(options);
  const { api } = all;
  api.on('ServiceByName', data({ service: { id: 'service-1', name: 'Churn', systemName: 'churn' } }));
  const configs = { nodes: [{ id: 'config-1', name: 'weekly' }], pageInfo: { hasNextPage: false } };
  api.on('ServiceConfigs', data({ node: { __typename: 'Service', configs } }));
  const run = { __typename: 'TrainingRun', id: runId, name: 'run-1', status: 'PENDING' };
  api.on('Train', data({ train: { run } }));
  api.on('Predict', data({ predict: { run } }));
  const runStatus = {
    cursor: '1',
    at: '2026-01-05T08:30:00Z',
    status: 'COMPLETED',
    run: { id: runId, name: 'run-1', error: null },
  };
  api.on('RunStatusChanges', { events: [{ data: { runStatus } }] });
  return all;
}

const sent = ({ api }: SignedIn, operation: string) =>
  api.calls.find((call) => call.operation === operation)?.variables;

describe('train', () => {
  test('starts a run; its id is the result', async () => {
    const all = await service();
    const { code, out } = await mlgraph(['train', 'churn', 'weekly', await file('a,b\n1,x\n')], all.world);
    expect([code, out]).toEqual([0, `${runId}\n`]);
    expect(sent(all, 'Train')).toMatchObject({
      input: {
        serviceId: 'service-1',
        configId: 'config-1',
        data: { columns: ['a', 'b'], rows: [[1, 'x']] },
        clientRunId: expect.any(String),
      },
    });
  });

  test('--watch follows it; the id of the model is the result', async () => {
    const all = await service();
    const models = [{ id: modelId, name: 'weekly', version: '1' }];
    all.api.on(
      'RunResult',
      data({ node: { __typename: 'TrainingRun', id: runId, status: 'COMPLETED', models } }),
    );
    const path = await file('a\n1\n');
    const geo = await file('{"type":"FeatureCollection","features":[]}', 'geo.json');
    const { code, out } = await mlgraph(
      ['train', 'churn', 'weekly', path, '--watch', '--geo', geo],
      all.world,
    );
    expect([code, out]).toEqual([0, `${modelId}\n`]);
    expect(sent(all, 'Train')).toMatchObject({ input: { geo: { type: 'FeatureCollection' } } });
  });

  test('says which configurations there are', async () => {
    const all = await service();
    const { code, err } = await mlgraph(['train', 'churn', 'daily', await file('a\n1\n')], all.world);
    expect(code).toBe(5);
    expect(err).toContain('There is no configuration "daily".\nThere are: weekly');
  });

  test('a key without the scope is refused', async () => {
    const all = await service({ env: { MLGRAPH_API_KEY: 'mlg_reader' } });
    all.api.on('Train', failed('train', 'FORBIDDEN', 'This key lacks the scope TRAIN.'));
    const { code, err } = await mlgraph(['train', 'churn', 'weekly', await file('a\n1\n')], all.world);
    expect(code).toBe(4);
    expect(err).toContain('lacks the scope TRAIN');
  });
});

describe('predict', () => {
  const predictions = {
    columns: [
      { name: 'a', type: 'NUMBER' },
      { name: 'score', type: 'NUMBER' },
    ],
    rows: [[1, 0.5]],
    rowCount: 1,
    truncated: false,
  };
  const result = data({ node: { __typename: 'PredictionRun', id: runId, status: 'COMPLETED', predictions } });

  test('waits, and prints the predictions as CSV', async () => {
    const all = await service();
    all.api.on('RunResult', result);
    const path = await file('a\n1\n');
    const { code, out } = await mlgraph(['predict', modelId, path, '--historic', path], all.world);
    expect([code, out]).toEqual([0, 'a,score\n1,0.5\n']);
    expect(sent(all, 'Predict')).toMatchObject({
      input: { modelId, future: { rows: [[1]] }, historic: { rows: [[1]] } },
    });
  });

  test('--json: run, status, predictions, a line each', async () => {
    const all = await service();
    all.api.on('RunResult', result);
    const { out } = await mlgraph(['predict', modelId, await file('a\n1\n'), '--json'], all.world);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type }) => type)).toEqual(['run', 'status', 'predictions']);
    expect(lines[2]).toEqual({ type: 'predictions', ...predictions });
  });

  test('--no-wait prints the id of the run', async () => {
    const all = await service();
    const { out } = await mlgraph(['predict', modelId, await file('a\n1\n'), '--no-wait'], all.world);
    expect(out).toBe(`${runId}\n`);
  });

  test('a name that several models have is refused with their ids', async () => {
    const all = await service();
    const model = (id: string) => ({
      __typename: 'ServiceModel',
      id,
      name: 'weekly',
      version: null,
      provider: 'CHAPKIT',
    });
    const nodes = [model('m-1'), model('m-2')];
    all.api.on('Models', data({ models: { nodes, pageInfo: { hasNextPage: false }, sources: [] } }));
    const { code, err } = await mlgraph(['predict', 'weekly', await file('a\n1\n')], all.world);
    expect(code).toBe(2);
    expect(err).toContain('m-1');
    expect(err).toContain('m-2');
  });
});
