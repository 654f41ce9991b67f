import { describe, expect, it, test } from 'vitest';
import type { Context } from '../../src/context.ts';
import type { AzureML } from '../../src/datasources/azure-ml/index.ts';
import { MlgraphError, notFound } from '../../src/domain/errors.ts';
import { encodeId } from '../../src/domain/ids.ts';
import type { SliceRequest } from '../../src/domain/merged-paging.ts';
import type { RegisteredModel } from '../../src/domain/models.ts';
import type { Run, RunFilter } from '../../src/domain/runs.ts';
import { listModels, modelsOf, registerModel, runOfModel } from '../../src/resolvers/models.ts';
import { getNode } from '../../src/resolvers/nodes.ts';
import { watchRunStatus } from '../../src/resolvers/run-events.ts';
import { createRunReader } from '../../src/resolvers/run-reader.ts';
import { cancelRun, listRuns, logsOf, metricsOf, runsIn } from '../../src/resolvers/runs.ts';
import { train } from '../../src/resolvers/services/jobs.ts';
import { createRunWatches } from '../../src/resolvers/watch/index.ts';
import {
  artifact,
  configKey,
  down,
  idOf,
  job,
  jobKey,
  modelKey,
  serviceId,
  setting,
} from './services-support.ts';
import { automlRun, FakePerson, Listener, second } from './watch-support.ts';

const azureId = (name: string) =>
  encodeId({ concept: 'Run', provider: 'AZURE_ML', home: 'here', key: [name] });
const azureRun = (name: string, createdAt: number): Run => ({
  ...automlRun('COMPLETED'),
  id: azureId(name),
  name,
  createdAt: new Date(createdAt),
});
const registered = (createdAt: number) =>
  ({
    kind: 'REGISTERED',
    id: 'north',
    name: 'north',
    run: 'old',
    createdAt: new Date(createdAt),
  }) as RegisteredModel;

/** Azure ML beside two services; all that is asked of it is noted. */
async function scene(forecast: object = {}, off?: MlgraphError) {
  const accepting = { train: async () => ({ jobKey, artifactKey: modelKey }), ...forecast };
  const parts = setting({
    chapkits: {
      forecast: accepting,
      other: { listTrained: async () => [], configNames: async () => new Map() },
    },
  });
  const { clock, context } = parts;
  const start = clock.now();
  const asked: unknown[][] = [];
  const note =
    <T>(name: string, answer: T) =>
    async (...args: unknown[]) => {
      asked.push([name, ...args]);
      return answer;
    };
  const runs = [azureRun('new', start + 60_000), azureRun('old', start - 60_000)];
  const azureML = {
    home: 'here',
    listRuns: async (filter: RunFilter, { after }: SliceRequest) => {
      asked.push(['listRuns', filter]);
      const behind = runs.slice(after === null ? 0 : runs.findIndex(({ name }) => name === after) + 1);
      return { rows: behind.map((node) => ({ node, at: node.createdAt, place: node.name })), next: null };
    },
    listModels: async () => ({
      rows: [{ node: registered(start), at: new Date(start), place: 'p' }],
      next: null,
    }),
    getRun: async (name: string, options?: object) => {
      asked.push(['getRun', name, options]);
      const run = runs.find((one) => one.name === name);
      if (!run) throw notFound('none');
      return run;
    },
    metrics: note('metrics', [{ name: 'accuracy', value: 1 }]),
    logs: note('logs', { text: 'azure', cursor: 'c', complete: true }),
    cancelRun: note('cancelRun', undefined),
    modelsOf: note('modelsOf', [registered(start)]),
  } as unknown as AzureML;
  Object.defineProperty(context, 'azureML', {
    get() {
      if (off) throw off;
      return azureML;
    },
  });
  const config = idOf('ModelConfig', 'forecast', configKey);
  const data = { columns: ['rain'], rows: [[1]] };
  const { run } = await train({ serviceId: serviceId(), configId: config, data }, context);
  return { ...parts, context: context as Context, asked, run };
}

const idsOf = (page: { edges: { node: { id: string } }[] }) => page.edges.map(({ node }) => node.id);
const sourcesOf = (page: { sources: { provider: string; service: string | null; ok: boolean }[] }) =>
  page.sources.map(({ provider, service, ok }) => [provider, service, ok].join(' '));

describe('runs', () => {
  it('are of all platforms, newest first', async () => {
    const { context, run } = await scene({ getJob: async () => job('running') });
    const page = await listRuns({}, context);
    expect(idsOf(page)).toEqual([azureId('new'), run.id, azureId('old')]);
    expect(sourcesOf(page)).toEqual(['AZURE_ML  true', 'CHAPKIT forecast true', 'CHAPKIT other true']);
    const second = await listRuns({ first: 1, after: page.edges[0]?.cursor }, context);
    expect(idsOf(second)).toEqual([run.id]);
  });

  it.each<[string, RunFilter, string[]]>([
    ['a platform', { provider: ['CHAPKIT'] }, ['CHAPKIT forecast true', 'CHAPKIT other true']],
    ['another', { provider: ['AZURE_ML'] }, ['AZURE_ML  true']],
    ['one that runs nothing', { provider: ['DATABRICKS'] }, []],
    ['any of several', { provider: ['DATABRICKS', 'AZURE_ML'] }, ['AZURE_ML  true']],
    ['a service', { service: 'other' }, ['CHAPKIT other true']],
    ['a service that there is not', { service: 'none' }, []],
    ['an experiment', { experiment: 'flowers' }, ['AZURE_ML  true']],
    ['two that no platform has', { experiment: 'flowers', service: 'other' }, []],
  ])('of %s are asked for there alone', async (_, filter, sources) => {
    const { context } = await scene({ getJob: async () => job('running') });
    expect(sourcesOf(await listRuns({ filter }, context))).toEqual(sources);
  });

  it('of an experiment are Azure ML’s', async () => {
    const { context, asked } = await scene();
    const experiment = { id: 'e', name: 'flowers', createdAt: null };
    expect(sourcesOf(await runsIn(experiment, {}, context))).toEqual(['AZURE_ML  true']);
    expect(asked).toEqual([['listRuns', { experiment: 'flowers' }]]);
  });

  it('are there though a platform is off, or a service down', async () => {
    const off = new MlgraphError('UPSTREAM_NOT_CONFIGURED', 'off');
    const { context, run } = await scene({ getJob: down }, off);
    const page = await listRuns({}, context);
    expect(idsOf(page)).toEqual([run.id]);
    expect(page.sources).toMatchObject([
      { provider: 'AZURE_ML', ok: false, code: 'UPSTREAM_NOT_CONFIGURED' },
      { provider: 'CHAPKIT', service: 'forecast', ok: false, code: 'UPSTREAM_UNAVAILABLE' },
      { provider: 'CHAPKIT', service: 'other', ok: true },
    ]);
  });
});

test('models are of all platforms, newest first', async () => {
  const trained = {
    listTrained: async () => [artifact()],
    configNames: async () => new Map([[configKey, 'north']]),
  };
  const { context } = await scene({ ...trained });
  const page = await listModels({ filter: { nameContains: 'NOR' } }, context);
  expect(page.edges.map(({ node }) => [node.kind, node.name])).toEqual([
    ['SERVICE_MODEL', 'north'],
    ['REGISTERED', 'north'],
  ]);
  const ofService = await listModels({ filter: { service: 'forecast' } }, context);
  expect(sourcesOf(ofService)).toEqual(['CHAPKIT forecast true']);
});

describe('by its id', () => {
  const done = { getJob: async () => job('completed'), getArtifact: async () => artifact() };

  it('a run is found at its platform', async () => {
    const { context, run, asked } = await scene(done);
    expect(await getNode(run.id, 'id', context)).toMatchObject({ kind: 'TRAINING', status: 'COMPLETED' });
    expect(asked).toEqual([]);
    expect(await getNode(azureId('old'), 'id', context)).toMatchObject({ kind: 'AUTOML', name: 'old' });
  });

  it('what is a run’s is asked of its platform', async () => {
    const { context, run, asked } = await scene({
      ...done,
      outputOf: async () => ({ stdout: 'fitted', stderr: null }),
    });
    const own = (await getNode(run.id, 'id', context)) as Run;
    expect(await metricsOf(own, context)).toEqual([]);
    expect((await logsOf(own, {}, context)).text).toContain('fitted');
    const [model] = await modelsOf(own, context);
    expect(model).toMatchObject({ kind: 'SERVICE_MODEL', artifact: modelKey });
    expect(model && (await runOfModel(model, context))).toMatchObject({ id: run.id });
    expect(await getNode(model?.id ?? '', 'id', context)).toEqual(model);
    expect(asked).toEqual([]);

    const other = (await getNode(azureId('old'), 'id', context)) as Run;
    expect(await metricsOf(other, context)).toMatchObject([{ name: 'accuracy', run: { name: 'old' } }]);
    expect(await logsOf(other, {}, context)).toMatchObject({ text: 'azure' });
    const [registeredModel] = await modelsOf(other, context);
    expect(registeredModel && (await runOfModel(registeredModel, context))).toMatchObject({ name: 'old' });
  });

  it('a run is cancelled at its platform', async () => {
    const cancelled: string[] = [];
    const { context, run, asked } = await scene({
      getJob: async () => (cancelled.length > 0 ? null : job('running')),
      cancelJob: async (key: string) => void cancelled.push(key),
    });
    expect((await cancelRun({ id: run.id }, context)).run).toMatchObject({ id: run.id, status: 'CANCELED' });
    expect(cancelled).toEqual([jobKey]);
    expect(asked).toEqual([]);
    await cancelRun({ id: azureId('old') }, context);
    expect(asked).toEqual([
      ['cancelRun', 'old'],
      ['getRun', 'old', { fresh: true }],
    ]);
  });

  it.each([
    ['no run', idOf('Artifact', 'forecast', modelKey), 'BAD_USER_INPUT'],
    ['a run of nobody', idOf('Run', '', 'ada'), 'NOT_FOUND'],
    ['a run of somebody else', idOf('Run', '', '5f0c9f4e-2d7f-4f0e-8a63-0d2b6a4d1f11'), 'NOT_FOUND'],
    [
      'a run of another workspace',
      encodeId({ concept: 'Run', provider: 'AZURE_ML', home: 'x', key: ['a'] }),
      'NOT_FOUND',
    ],
  ])('%s is refused', async (_, id, code) => {
    const { context } = await scene();
    await expect(cancelRun({ id }, context)).rejects.toMatchObject({ code, details: { field: 'input.id' } });
  });

  it('a model is registered from a run of Azure ML alone', async () => {
    const { context, run } = await scene();
    await expect(registerModel({ runId: run.id, name: 'north' }, context)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { field: 'input.runId' },
    });
  });
});

describe('a watch', () => {
  it('reads a run of a service every second, and its log, until it is final', async () => {
    let status = 'running';
    const output = { outputOf: async () => ({ stdout: 'fitted', stderr: null }) };
    const reads: number[] = [];
    const { context, clock, run } = await scene({
      ...output,
      getJob: async () => {
        reads.push(clock.now());
        return job(status);
      },
    });
    const watches = createRunWatches({ clock, connect: () => createRunReader(context), random: () => 1 });
    const watching = {
      ...context,
      identity: new FakePerson(clock, 'ada'),
      lastEventId: null,
      runWatches: watches,
    };
    // The same run, written in another way.
    const id = Buffer.from(
      JSON.stringify(['Run', 'CHAPKIT', '', (run.key ?? '').toUpperCase(), 'x']),
    ).toString('base64url');
    const states = new Listener(
      watchRunStatus({ id }, watching as Context) as AsyncIterableIterator<{ status: string }>,
    );
    const log = new Listener(
      watches.logs(run.id, {
        identity: new FakePerson(clock, 'ada'),
        after: null,
        signal: new AbortController().signal,
      }),
    );
    await clock.advance(30 * second);
    const gaps = reads.slice(1).map((at, index) => at - (reads[index] ?? 0));
    expect(gaps.length).toBeGreaterThan(25);
    expect(Math.max(...gaps)).toBe(second);
    status = 'completed';
    await clock.advance(120 * second);
    expect(states.events.map((event) => event.status)).toEqual(['RUNNING', 'COMPLETED']);
    expect([states.ended, log.ended]).toEqual([true, true]);
    expect(log.events.map(({ text }) => text).join('')).toMatch(
      /training handed to forecast.*completed\nfitted\n/s,
    );
  });

  it('tells nothing of somebody else’s', async () => {
    const { context, clock } = await scene();
    const watches = createRunWatches({ clock, connect: () => createRunReader(context) });
    const id = idOf('Run', '', '5f0c9f4e-2d7f-4f0e-8a63-0d2b6a4d1f11');
    const opening = {
      identity: new FakePerson(clock, 'ben'),
      after: null,
      signal: new AbortController().signal,
    };
    await expect(watches.status(id, opening).next()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
