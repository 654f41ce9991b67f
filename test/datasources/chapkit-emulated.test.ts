import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { startChapkit } from '../../emulators/chapkit/index.ts';
import { createChapkitConnector } from '../../src/datasources/chapkit/connector.ts';
import { call, everybody, failureOf, page } from './chapkit-support.ts';

const generations = [1, 2] as const;
const unknown = '01KA0M3V7Q2T5W8Y1Z4B6C9DEF';

/** An emulated service, and the connector at it. */
async function startEmulated(generation: 1 | 2, work = 0) {
  const home = await mkdtemp(join(tmpdir(), 'chapkit-'));
  const options = { name: 'disease-forecast', generation, keys: ['sk_ml_train_1'], home, pace: work };
  const emulator = await startChapkit(options);
  const connectTo = (url: string) =>
    createChapkitConnector([
      { systemName: 'forecast', url, keys: { fixed: ['sk_ml_later', 'sk_ml_train_1'] }, roles: everybody },
    ]);
  const connector = connectTo(emulator.url);
  const connect = () => connector.connect('forecast', { call });
  /** What the job put out, once it has ended. */
  const ended = (key: string) =>
    vi.waitFor(async () => {
      const job = await connect().getJob(key);
      expect(job?.finishedAt ?? null).not.toBeNull();
      return job;
    });
  return {
    connect,
    ended,
    control: (path: string, body: object) =>
      fetch(`${emulator.url}/_control/${path}`, { method: 'PUT', body: JSON.stringify(body) }),
    async [Symbol.asyncDispose]() {
      await connector.close();
      await emulator.close();
      await rm(home, { recursive: true });
    },
  };
}

const history = {
  columns: ['rainfall', 'mean_temperature', 'disease_cases'],
  rows: [
    [100.5, 25.3, 12],
    [85.2, 27.1, 8],
    [120.8, 24.5, 15],
    [95.3, 26.2, 10],
    [110, 26, 13],
    [75.5, 28, 6],
    [130.2, 23.8, 18],
    [88.9, 27.5, 9],
  ],
};
const weather = {
  columns: ['rainfall', 'mean_temperature'],
  rows: [
    [110, 26],
    [90, 28],
    [125, 24],
    [80, 29],
  ],
};

/** Ordinary least squares of two features, by Cramer's rule on the centred normal equations. */
function predictor(rows: number[][]): (rain: number, heat: number) => number {
  const mean = (at: number) => rows.reduce((sum, row) => sum + (row[at] ?? 0), 0) / rows.length;
  const means = [mean(0), mean(1), mean(2)] as const;
  const s = (a: 0 | 1 | 2, b: 0 | 1 | 2) =>
    rows.reduce((sum, row) => sum + ((row[a] ?? 0) - means[a]) * ((row[b] ?? 0) - means[b]), 0);
  const determinant = s(0, 0) * s(1, 1) - s(0, 1) ** 2;
  const rainfall = (s(0, 2) * s(1, 1) - s(1, 2) * s(0, 1)) / determinant;
  const temperature = (s(1, 2) * s(0, 0) - s(0, 2) * s(0, 1)) / determinant;
  return (rain, heat) => means[2] + rainfall * (rain - means[0]) + temperature * (heat - means[1]);
}

describe.each(generations)('generation %i', (generation) => {
  it('is walked through as the guide does', async () => {
    await using service = await startEmulated(generation);
    const chapkit = service.connect();
    expect((await chapkit.health()).status).toBe('HEALTHY');
    expect((await chapkit.describe()).name).not.toBe('forecast');
    const config = await chapkit.createConfig({ name: 'north', data: {}, tags: ['demo'] });
    expect(config.data).toMatchObject({ prediction_periods: 3 });
    expect(chapkit.keyPrefix()).toBe('sk_ml_t');

    const training = { configKey: config.key, data: history, geo: null };
    await chapkit.checkTraining(training);
    const trained = await chapkit.train(training);
    expect(await service.ended(trained.jobKey)).toMatchObject({
      rawStatus: 'completed',
      error: null,
    });
    const [model] = await service.connect().listTrained();
    expect(model).toMatchObject({
      key: trained.artifactKey,
      config: config.key,
      type: 'ml_training_workspace',
      level: 0,
      failed: false,
    });
    expect(await service.connect().getArtifact(trained.artifactKey)).toMatchObject({ key: model?.key });

    const prediction = {
      artifactKey: trained.artifactKey,
      historic: { columns: weather.columns, rows: [] },
      future: weather,
      geo: null,
    };
    await chapkit.checkPrediction(prediction);
    const predicted = await chapkit.predict(prediction);
    await service.ended(predicted.jobKey);
    const after = service.connect();
    const [child] = await after.childrenOf(trained.artifactKey);
    expect(child).toMatchObject({ key: predicted.artifactKey, parent: trained.artifactKey, level: 1 });
    const { columns, rows } = await after.predictions(predicted.artifactKey);
    expect(columns.map(({ name }) => name)).toEqual(['rainfall', 'mean_temperature', 'sample_0']);
    const expected = predictor(history.rows);
    for (const [rain = 0, heat = 0, cases] of rows as number[][])
      expect(Math.abs((cases ?? 0) - expected(rain, heat))).toBeLessThan(1e-9);
    expect(rows).toHaveLength(4);

    await after.deleteConfig(config.key);
    expect(await service.connect().listTrained()).toEqual([]);
  });

  it('lists and changes configurations', async () => {
    await using service = await startEmulated(generation);
    const chapkit = service.connect();
    const made = [];
    for (const name of ['a', 'b', 'c'])
      made.push(await chapkit.createConfig({ name, data: { prediction_periods: 5 }, tags: [] }));
    const first = await service.connect().listConfigs(page(2));
    const second = await service.connect().listConfigs(page(2, first.endCursor));
    const seen = [...first.edges, ...second.edges].map(({ node }) => node.key);
    expect(seen.toSorted()).toEqual(made.map(({ key }) => key).toSorted());
    const [config] = made;
    const change = { name: 'north', data: { prediction_periods: 7 }, tags: ['x'] };
    expect(config && (await chapkit.updateConfig(config.key, change))).toMatchObject(change);
    expect(await chapkit.configSchema()).toMatchObject({ type: 'object' });
  });

  it('tells what is wrong in words of one kind', async () => {
    await using service = await startEmulated(generation);
    const chapkit = service.connect();
    for (const read of [
      () => chapkit.getConfig(unknown),
      () => chapkit.getArtifact(unknown),
      () => chapkit.artifactData(unknown),
      () => chapkit.predictions(unknown),
      () => chapkit.deleteArtifact(unknown),
      () => chapkit.deleteConfig(unknown),
      () => chapkit.updateConfig(unknown, { name: 'x', data: {}, tags: [] }),
    ])
      expect((await failureOf(read())).code).toBe('NOT_FOUND');
    expect(await chapkit.getJob(unknown)).toBeNull();
    await chapkit.cancelJob(unknown);
    const wrong = { name: 'x', data: { feature_scaling: 'twice' }, tags: [] };
    const refused = await failureOf(chapkit.createConfig(wrong));
    expect(refused.code).toBe('BAD_USER_INPUT');
    expect(refused.message).toMatch(/^forecast refused the input: data\.feature_scaling: /);
    const job = { configKey: unknown, data: history, geo: null };
    expect(await failureOf(chapkit.checkTraining(job))).toMatchObject({
      code: 'NOT_FOUND',
      details: { field: 'input.configId' },
    });
  });

  it('fails a job with its reason, and stops one', async () => {
    await using service = await startEmulated(generation);
    const chapkit = service.connect();
    const config = await chapkit.createConfig({ name: 'north', data: {}, tags: [] });
    const few = { configKey: config.key, data: { ...history, rows: history.rows.slice(0, 2) }, geo: null };
    const { jobKey } = await chapkit.train(few);
    expect(await service.ended(jobKey)).toMatchObject({
      rawStatus: 'failed',
      error: 'ValueError: At least 3 training rows are needed',
    });
    await service.control('pace', { work: 60_000 });
    const long = await chapkit.train({ ...few, data: history });
    expect((await chapkit.getJob(long.jobKey))?.rawStatus).toMatch(/pending|running/);
    await chapkit.cancelJob(long.jobKey);
    expect(await chapkit.getJob(long.jobKey)).toBeNull();
    expect((await failureOf(service.connect().getArtifact(long.artifactKey))).code).toBe('NOT_FOUND');
  });

  it('takes another key, and says that it is not well', async () => {
    await using service = await startEmulated(generation);
    await service.connect().listTrained();
    await service.control('keys', { keys: ['sk_ml_later'] });
    await service.connect().listTrained();
    expect(service.connect().keyPrefix()).toBe('sk_ml_l');
    await service.control('keys', { keys: ['another'] });
    expect((await failureOf(service.connect().listTrained())).code).toBe('UPSTREAM_ERROR');
    await service.control('health', { state: 'unhealthy' });
    expect(await service.connect().health()).toMatchObject({ status: 'UNHEALTHY' });
  });
});
