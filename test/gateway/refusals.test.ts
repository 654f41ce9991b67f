import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeId } from '../../src/domain/ids.ts';
import { CancelRun, Datasets, RegisterModel, Runs, StartExperiment, UploadDataset } from './operations.ts';
import { type Stack, startStack } from './support/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const csv = (text: string, name = 'data.csv') => new File([text], name, { type: 'text/csv' });
const rows = Array.from({ length: 40 }, (_, row) => `${row},${row % 7},${row % 2 ? 'yes' : 'no'}`).join('\n');

async function uploaded(name: string, text: string): Promise<string> {
  const { data, errors } = await stack.upload(UploadDataset, { name }, csv(text));
  expect(errors).toEqual([]);
  return data?.uploadDataset?.dataset.id ?? '';
}

test('a second person without rights is refused by the upstream, and told so', async () => {
  const { status, data, errors } = await stack.ask(Datasets, {}, 'Olaf');
  expect(status).toBe(200);
  expect(data).toEqual({ datasets: null });
  expect(errors[0]).toMatchObject({ path: ['datasets'], extensions: { code: 'FORBIDDEN', upstream: 'arm' } });
  expect(errors[0]?.message).toMatch(/Microsoft\.MachineLearningServices\/workspaces\/[\w/]*read/);
  expect(
    (await stack.upload(UploadDataset, { name: 'olafs' }, csv(`a,b\n1,2`), 'Olaf')).errors[0]?.extensions
      .code,
  ).toBe('FORBIDDEN');
  const runs = await stack.ask(Runs, {}, 'Olaf');
  expect(runs.errors).toEqual([]);
  expect(runs.data?.runs).toMatchObject({
    nodes: [],
    sources: [{ provider: 'AZURE_ML', ok: false, code: 'FORBIDDEN' }],
  });
});

test.each([
  ['empty', ''],
  ['blank lines only', '\n\n  \n'],
])('a CSV that is %s is refused at upload, and nothing is registered', async (_, text) => {
  const { errors } = await stack.upload(UploadDataset, { name: 'nothing' }, csv(text));
  expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.file' });
  const { data } = await stack.ask(Datasets, { filter: { nameContains: 'nothing' } });
  expect(data?.datasets?.nodes).toEqual([]);
});

test('a column that is not there is named at once, with those that are', async () => {
  const datasetId = await uploaded('columns', `a,b,label\n${rows}`);
  const input = { experiment: 'e', datasetId, task: 'CLASSIFICATION' as const, targetColumn: 'species' };
  const { data, errors } = await stack.ask(StartExperiment, { input });
  expect(data).toEqual({ startExperiment: null });
  expect(errors[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'input.targetColumn' });
  expect(errors[0]?.message).toContain('"a", "b", "label"');
});

test('a ragged CSV makes the run fail, and its error names the line', async () => {
  const datasetId = await uploaded('ragged', `a,b,label\n${rows}\n1,2,3,4,5\n`);
  const input = { experiment: 'e', datasetId, task: 'CLASSIFICATION' as const, targetColumn: 'label' };
  const started = await stack.ask(StartExperiment, { input });
  const query = 'query($id: ID!) { node(id: $id) { ... on Run { status error { code message } } } }';
  await expect
    .poll(
      async () =>
        (await stack.ask<{ node: unknown }, never>(query, { id: started.data?.startExperiment?.run.id })).data
          ?.node,
      {
        timeout: 20_000,
      },
    )
    .toMatchObject({ status: 'FAILED', error: { message: expect.stringMatching(/line 42/) } });
});

test('unknown, foreign and malformed ids each get their own answer', async () => {
  const elsewhere = encodeId({
    concept: 'Run',
    provider: 'AZURE_ML',
    home: 'anotherplace',
    key: ['brave_leaf'],
  });
  const node = 'query($id: ID!) { node(id: $id) { id } }';
  expect((await stack.ask(node, { id: elsewhere })).errors[0]?.extensions).toMatchObject({
    code: 'NOT_FOUND',
    field: 'id',
  });
  expect((await stack.ask(node, { id: 'nonsense' })).errors[0]?.extensions).toMatchObject({
    code: 'BAD_USER_INPUT',
    field: 'id',
  });
  expect((await stack.ask(CancelRun, { id: elsewhere })).errors[0]?.extensions.code).toBe('NOT_FOUND');
  expect((await stack.ask('{ dataset(name: "no-such") { id } }', {})).errors[0]?.extensions.code).toBe(
    'NOT_FOUND',
  );
  const datasetId = await uploaded('for-ids', `a,b,label\n${rows}`);
  const registered = await stack.ask(RegisterModel, { input: { runId: datasetId, name: 'm' } });
  expect(registered.errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.runId' });
});

test('nodes: one that fails is null with its error, the others are there', async () => {
  const good = await uploaded('for-nodes', `a,b,label\n${rows}`);
  const { data, errors } = await stack.ask<{ nodes: unknown[] }, never>(
    'query($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }',
    {
      ids: [good, 'nonsense'],
    },
  );
  expect(data?.nodes).toEqual([{ id: good, __typename: 'Dataset' }, null]);
  expect(errors).toMatchObject([{ path: ['nodes', 1], extensions: { code: 'BAD_USER_INPUT' } }]);
});

test("a page's cursor is of no use to another person, nor for another query", async () => {
  await uploaded('page-a', `a,b,label\n${rows}`);
  await uploaded('page-b', `a,b,label\n${rows}`);
  const { data } = await stack.ask(Datasets, { first: 1 });
  const after = data?.datasets?.pageInfo.endCursor;
  expect(data?.datasets?.pageInfo.hasNextPage).toBe(true);
  expect((await stack.ask(Datasets, { first: 1, after })).errors).toEqual([]);
  for (const [variables, as] of [
    [{ first: 1, after }, 'Ben'],
    [{ first: 1, after, filter: { nameContains: 'b' } }, 'Ada'],
  ] as const) {
    expect((await stack.ask(Datasets, variables, as)).errors[0]?.extensions).toEqual({
      code: 'BAD_USER_INPUT',
      field: 'after',
    });
  }
});

const faults = [
  ['hangs', { kind: 'hang' }, 'UPSTREAM_TIMEOUT'],
  ['answers HTML', { kind: 'html', status: 200 }, 'UPSTREAM_ERROR'],
  ['cuts the body', { kind: 'cut' }, 'UPSTREAM_ERROR'],
  ['answers broken JSON', { kind: 'malformed' }, 'UPSTREAM_ERROR'],
  ['answers 500', { kind: 'status', status: 500 }, 'UPSTREAM_UNAVAILABLE'],
  ['answers 429', { kind: 'status', status: 429, retryAfter: 120 }, 'RATE_LIMITED'],
] as const;

test.each(faults)('an upstream that %s', async (_, fault, code) => {
  await using own = await startStack();
  await own.emulators.fault('arm', fault);
  const { errors } = await own.ask('{ datasets { nodes { id } } me { kind } }', {});
  expect(errors[0]).toMatchObject({ path: ['datasets'], extensions: { code, upstream: 'arm' } });
  expect(JSON.stringify(errors)).not.toMatch(/127\.0\.0\.1|http:|<html/);
  if (code === 'RATE_LIMITED') expect(errors[0]?.extensions.retryAfterSeconds).toBeGreaterThan(100);
});

test('an upstream that is down at start is told, fails fast, and is used when it is back', async () => {
  await using own = await startStack({ settings: { AZURE_RESOURCE_MANAGER_ENDPOINT: 'http://127.0.0.1:9' } });
  const ask = () => own.ask('{ datasets { nodes { id } } computes { nodes { id } } me { kind } }', {});
  const { data, errors } = await ask();
  expect(data).toMatchObject({ datasets: null, computes: null, me: { kind: 'USER' } });
  expect(errors.map(({ extensions }) => extensions.code)).toEqual([
    'UPSTREAM_UNAVAILABLE',
    'UPSTREAM_UNAVAILABLE',
  ]);
  const health = await own.ask<{ health: { status: string } }, never>(
    '{ health { status services { name status message } } }',
    {},
    null,
  );
  expect(health.data?.health.status).toBe('DEGRADED');
});
