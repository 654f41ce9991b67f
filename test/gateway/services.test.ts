import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AuditEvents, CancelRun, RunLogs, RunStatusChanges } from './operations.ts';
import {
  AllModels,
  AllRuns,
  CreateConfig,
  DeleteArtifact,
  DeleteConfig,
  Predict,
  ServiceByName,
  ServiceRun,
  Services,
  Train,
  UpdateConfig,
} from './service-operations.ts';
import { type Stack, startStack } from './support/stack.ts';
import { all, overWebSocket } from './support/streams.ts';

const rainfall = [100.5, 85.2, 120.8, 95.3, 110, 75.5, 130.2, 88.9];
const temperature = [25.3, 27.1, 24.5, 26.2, 26, 28, 23.8, 27.5];
const cases = [12, 8, 15, 10, 13, 6, 18, 9];
const weather = {
  columns: ['rainfall', 'mean_temperature', 'disease_cases'],
  rows: rainfall.map((rain, row) => [rain, temperature[row] ?? null, cases[row] ?? null]),
};
const ahead = [
  [110, 26],
  [90, 28],
  [125, 24],
  [80, 29],
];
const future = { columns: ['rainfall', 'mean_temperature'], rows: ahead };

/** Ordinary least squares with an intercept by the normal equations, solved with exact pivoting: no library shared. */
function leastSquares(): (rain: number, heat: number) => number {
  const design = rainfall.map((rain, row) => [1, rain, temperature[row] ?? 0]);
  const system = [0, 1, 2].map((i) => [
    ...[0, 1, 2].map((j) => design.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), 0)),
    design.reduce((sum, row, index) => sum + (row[i] ?? 0) * (cases[index] ?? 0), 0),
  ]);
  for (let column = 0; column < 3; column++) {
    const pivot = [...system]
      .slice(column)
      .sort((a, b) => Math.abs(b[column] ?? 0) - Math.abs(a[column] ?? 0))[0];
    const at = system.indexOf(pivot as number[]);
    [system[column], system[at]] = [system[at] as number[], system[column] as number[]];
    for (let row = 0; row < 3; row++) {
      if (row === column) continue;
      const factor = (system[row]?.[column] ?? 0) / (system[column]?.[column] ?? 1);
      system[row] = (system[row] ?? []).map((cell, k) => cell - factor * (system[column]?.[k] ?? 0));
    }
  }
  const [a = 0, b = 0, c = 0] = system.map((row, i) => (row[3] ?? 0) / (row[i] ?? 1));
  return (rain, heat) => a + b * rain + c * heat;
}

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ chat: { pace: 2 } });
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const serviceOf = async (name: string, as = 'Ada') =>
  (await stack.ask(ServiceByName, { name }, as)).data?.service;
async function configure(name: string, data: unknown = {}, as = 'Ada') {
  const serviceId = (await serviceOf(name))?.id ?? '';
  const answer = await stack.ask(CreateConfig, { input: { serviceId, name: 'north', data } }, as);
  return { ...answer, serviceId, config: answer.data?.createConfig?.config };
}
async function ended(id: string, as = 'Ada') {
  const { client, events } = overWebSocket({ stack, document: RunStatusChanges, variables: { id }, as });
  const told = await all(events);
  await client.dispose();
  return told.map(({ runStatus }) => runStatus.status);
}
async function run(id: string, as = 'Ada') {
  const { data } = await stack.ask(ServiceRun, { id }, as);
  return data?.node && 'status' in data.node ? data.node : null;
}
async function trained(name: string) {
  const { serviceId, config } = await configure(name);
  const started = await stack.ask(Train, { input: { serviceId, configId: config?.id ?? '', data: weather } });
  const id = started.data?.train?.run.id ?? '';
  expect(started.errors).toEqual([]);
  expect((await ended(id)).at(-1)).toBe('COMPLETED');
  return { id, serviceId, configId: config?.id ?? '', model: (await run(id))?.models?.[0]?.id ?? '' };
}

describe.each(['disease-forecast', 'climate-health'])('the guide with %s', (name) => {
  test('config, train, watch, predict: the predictions are those of least squares', async () => {
    const { id, model } = await trained(name);
    expect(await run(id)).toMatchObject({
      __typename: 'TrainingRun',
      provider: 'CHAPKIT',
      status: 'COMPLETED',
      createdBy: 'Ada',
      error: null,
    });
    const started = await stack.ask(Predict, { input: { modelId: model, future } });
    expect(started.errors).toEqual([]);
    const prediction = started.data?.predict?.run.id ?? '';
    expect((await ended(prediction)).at(-1)).toBe('COMPLETED');
    const done = await run(prediction);
    const table = done && 'predictions' in done ? done.predictions : null;
    const names = table?.columns.map((column) => column.name) ?? [];
    const at = names.indexOf('sample_0');
    expect(at).toBeGreaterThanOrEqual(0);
    const predict = leastSquares();
    expect(table?.rows).toHaveLength(ahead.length);
    for (const [row, [rain = 0, heat = 0]] of ahead.entries())
      expect(Math.abs(Number(table?.rows[row]?.[at]) - predict(rain, heat))).toBeLessThan(1e-9);
  });

  test('its log is followed to the end', async () => {
    const { id } = await trained(name);
    const { client, events } = overWebSocket({ stack, document: RunLogs, variables: { id } });
    const chunks = (await all(events)).map(({ runLogs }) => runLogs);
    await client.dispose();
    expect(chunks.at(-1)?.complete).toBe(true);
    expect(chunks.map(({ text }) => text).join('')).toBe((await run(id))?.logs?.text);
  });

  test('a config that breaks the schema is refused, by its path', async () => {
    const { errors } = await configure(name, { prediction_periods: 'three' });
    expect(errors[0]).toMatchObject({
      message: expect.stringContaining('prediction_periods'),
      extensions: { code: 'BAD_USER_INPUT', field: expect.stringContaining('prediction_periods') },
    });
  });

  test('a config is changed and deleted', async () => {
    const { config } = await configure(name);
    const id = config?.id ?? '';
    const changed = await stack.ask(UpdateConfig, { input: { id, name: 'south', tags: ['a'] } });
    expect(changed.data?.updateConfig?.config).toMatchObject({
      name: 'south',
      tags: ['a'],
      data: config?.data,
    });
    expect((await stack.ask(DeleteConfig, { id })).data?.deleteConfig?.id).toBe(id);
    expect((await stack.ask(DeleteConfig, { id })).errors[0]?.extensions.code).toBe('NOT_FOUND');
  });
});

describe('bad input', () => {
  test.each([
    ['rows[1]', { columns: ['a', 'b'], rows: [[1, 2], [1]] }],
    ['columns', { columns: [], rows: [] }],
    ['columns', { columns: ['a', 'a'], rows: [[1, 2]] }],
    ['rows[0]', { columns: ['a'], rows: [[{}]] }],
  ])('a table that is not one names %s', async (where, data) => {
    const { serviceId, config } = await configure('disease-forecast');
    const { errors } = await stack.ask(Train, { input: { serviceId, configId: config?.id ?? '', data } });
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(`${errors[0]?.extensions.field} ${errors[0]?.message}`).toContain(where);
  });

  test('a training without the column that it needs fails, and its model does not predict', async () => {
    const { serviceId, config } = await configure('disease-forecast');
    const data = { columns: ['rainfall'], rows: [[1], [2], [3]] };
    const started = await stack.ask(Train, { input: { serviceId, configId: config?.id ?? '', data } });
    const id = started.data?.train?.run.id;
    if (!id) return expect(started.errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect((await ended(id)).at(-1)).toBe('FAILED');
    expect(await run(id)).toMatchObject({
      error: { message: expect.stringMatching(/column|mean_temperature/i) },
    });
  });
});

describe('whose it is', () => {
  test('a run of another person is not found; the models of a service are for all who may read it', async () => {
    const { id, model } = await trained('climate-health');
    const asBen = await stack.ask(ServiceRun, { id }, 'Ben');
    expect(asBen.errors[0]?.extensions.code).toBe('NOT_FOUND');
    expect((await stack.ask(CancelRun, { id }, 'Ben')).errors[0]?.extensions.code).toBe('NOT_FOUND');
    const models = await stack.ask(AllModels, { filter: { service: 'climate-health' } }, 'Ben');
    const found = models.data?.models?.nodes.find((each) => each.id === model);
    expect(found).toMatchObject({ __typename: 'ServiceModel', provider: 'CHAPKIT', run: null });
  });

  test('the outsider sees no service', async () => {
    const { data } = await stack.ask(Services, {}, 'Olaf');
    expect(data?.services?.nodes).toEqual([]);
    const { errors } = await stack.ask(ServiceByName, { name: 'disease-forecast' }, 'Olaf');
    expect(errors[0]?.extensions.code).toBe('NOT_FOUND');
  });

  test('the trail says whose key was used, and never the key', async () => {
    await trained('disease-forecast');
    const { data } = await stack.ask(AuditEvents, { first: 100 }, 'Grace');
    const uses = data?.auditEvents?.nodes.filter(({ upstream }) => upstream === 'CHAPKIT') ?? [];
    expect(uses.some(({ action }) => action === 'train')).toBe(true);
    expect(JSON.stringify(stack.logged)).not.toContain('sk_ml_');
  });
});

test('a repeated clientRunId is the same run, other content CONFLICT', async () => {
  const { serviceId, config } = await configure('disease-forecast');
  const input = { serviceId, configId: config?.id ?? '', data: weather, clientRunId: 'twice' };
  const first = await stack.ask(Train, { input });
  const again = await stack.ask(Train, { input });
  expect(again.data?.train?.run.id).toBe(first.data?.train?.run.id);
  const other = await stack.ask(Train, {
    input: { ...input, data: { ...weather, rows: weather.rows.slice(1) } },
  });
  expect(other.errors[0]?.extensions.code).toBe('CONFLICT');
});

test('a run is stopped, and the trail says where', async () => {
  const { serviceId, config } = await configure('disease-forecast');
  const started = await stack.ask(Train, { input: { serviceId, configId: config?.id ?? '', data: weather } });
  const id = started.data?.train?.run.id ?? '';
  const canceled = await stack.ask(CancelRun, { id });
  expect(canceled.errors).toEqual([]);
  expect(canceled.data?.cancelRun?.run?.status).toMatch(/CANCELED|COMPLETED/);
  await expect
    .poll(async () => {
      const { data } = await stack.ask(AuditEvents, { first: 20, filter: { action: 'cancelRun' } }, 'Grace');
      return data?.auditEvents?.nodes[0];
    })
    .toMatchObject({ target: id, upstream: 'CHAPKIT', outcome: 'OK' });
});

test('the catalogue says how the services are', async () => {
  const { data } = await stack.ask(Services, {});
  const services = data?.services?.nodes.filter(({ provider }) => provider === 'CHAPKIT') ?? [];
  expect(services.map(({ systemName }) => systemName)).toEqual(['climate-health', 'disease-forecast']);
  for (const service of services)
    expect(service).toMatchObject({
      endpoint: null,
      authMethod: 'API_KEY',
      health: { status: 'HEALTHY' },
    });
  expect(JSON.stringify(services)).not.toContain('127.0.0.1');
});

test('one list of runs and one of models, whichever platform; a hanging one leaves its report', async () => {
  const { id, model } = await trained('disease-forecast');
  const runs = await stack.ask(AllRuns, { first: 100 });
  expect(runs.data?.runs?.nodes.map((each) => each.id)).toContain(id);
  const times = runs.data?.runs?.nodes.map(({ createdAt }) => Date.parse(createdAt ?? '')) ?? [];
  expect(times).toEqual([...times].sort((a, b) => b - a));
  expect(runs.data?.runs?.sources.map(({ provider, service, ok }) => [provider, service, ok])).toEqual([
    ['AZURE_ML', null, true],
    ['CHAPKIT', 'climate-health', true],
    ['CHAPKIT', 'disease-forecast', true],
  ]);
  await stack.emulators.fault('azureml', { kind: 'hang' });
  await stack.emulators.fault('arm', { kind: 'hang' });
  const from = performance.now();
  const models = await stack.ask(AllModels, { first: 100 });
  expect(performance.now() - from).toBeLessThan(6_000);
  await stack.emulators.heal('azureml');
  await stack.emulators.heal('arm');
  expect(models.data?.models?.nodes.map((each) => each.id)).toContain(model);
  expect(models.data?.models?.sources.find(({ provider }) => provider === 'AZURE_ML')).toMatchObject({
    ok: false,
    code: 'UPSTREAM_TIMEOUT',
  });
});

test('an artifact goes; what was made from it stays', async () => {
  const { id } = await trained('disease-forecast');
  const done = await run(id);
  const artifact = done && 'artifact' in done ? done.artifact?.id : null;
  expect((await stack.ask(DeleteArtifact, { id: artifact ?? '' })).data?.deleteArtifact?.id).toBe(artifact);
});
