import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AzureML } from '../../src/datasources/azure-ml/index.ts';
import type { Dataset } from '../../src/domain/datasets.ts';
import type { AutoMLRequest, AutoMLRun, AzureRun } from '../../src/domain/runs.ts';
import { isFinal } from '../../src/domain/runs.ts';
import { startEmulated } from './support/emulated.ts';
import { failureOf, page, slice } from './support/workspace.ts';

let world: Awaited<ReturnType<typeof startEmulated>>;
beforeAll(async () => {
  world = await startEmulated();
});
afterAll(async () => world[Symbol.asyncDispose]());

const sample = new URL('../../samples/iris.csv', import.meta.url);
const csv = async (text?: string) => ({
  filename: 'iris.csv',
  mimeType: 'text/csv',
  stream: (async function* () {
    yield text === undefined ? await readFile(sample) : Buffer.from(text);
  })(),
});
const upload = async (azureML: AzureML, o: { name: string; version?: string; text?: string; tag?: string }) =>
  azureML.uploadDataset({
    name: o.name,
    version: o.version ?? null,
    description: 'flowers',
    tags: o.tag ? [{ name: 'kind', value: o.tag }] : [],
    file: await csv(o.text),
  });
const request = (name: string, dataset: Dataset, change: Partial<AutoMLRequest> = {}): AutoMLRequest => ({
  name,
  experiment: 'flowers',
  dataset: { name: dataset.name, version: dataset.version ?? '' },
  validationDataset: null,
  crossValidations: null,
  task: 'CLASSIFICATION',
  targetColumn: 'species',
  primaryMetric: 'Accuracy',
  compute: null,
  maxTrials: 3,
  maxConcurrentTrials: 2,
  timeoutMinutes: 5,
  allowedAlgorithms: null,
  blockedAlgorithms: null,
  timeColumn: null,
  timeSeriesIdColumns: null,
  horizon: null,
  displayName: 'Iris',
  tags: [{ name: 'team', value: 'north' }],
  contentHash: `hash of ${name}`,
  ...change,
});
const untilFinal = (name: string): Promise<AzureRun> =>
  vi.waitFor(
    async () => {
      const run = await world.as('Ada').getRun(name);
      if (!isFinal(run.status)) throw new Error(`${name} is ${run.status}`);
      return run;
    },
    { timeout: 25_000, interval: 50 },
  );
async function wholeLog(run: AzureRun, maxBytes: number) {
  let [text, cursor, complete] = ['', null as string | null, false];
  for (let chunk = 0; chunk < 2_000 && !complete; chunk++) {
    const read = await world.as('Ada').logs(run, cursor, maxBytes);
    text += read.text;
    [cursor, complete] = [read.cursor, read.complete];
  }
  return text;
}

describe('datasets', () => {
  it('are uploaded, listed, versioned and archived', async () => {
    const ada = () => world.as('Ada');
    const first = await upload(ada(), { name: 'plants', tag: 'green' });
    expect(first).toMatchObject({
      name: 'plants',
      version: '1',
      type: 'TABLE',
      description: 'flowers',
      createdBy: 'Ada',
      archived: false,
      uri: expect.stringMatching(/^azureml:\/\/.*\/LocalUpload\/[0-9a-f-]+\/$/),
    });
    expect(await ada().datasetColumns(first)).toEqual([
      'sepal_length',
      'sepal_width',
      'petal_length',
      'petal_width',
      'species',
    ]);
    const second = await upload(ada(), { name: 'plants', tag: 'red' });
    const list = (filter: object) =>
      ada()
        .listDatasets(filter, page())
        .then(({ edges }) => edges.map(({ node }) => [node.name, node.version]));
    expect(second.version).toBe('2');
    expect(await list({ tag: { name: 'kind', value: 'red' } })).toEqual([['plants', '2']]);
    expect(await list({ tag: { name: 'kind', value: 'green' } })).toEqual([]);
    const versions = await ada().listDatasetVersions('plants', page());
    expect(versions.edges.map(({ node }) => node.version)).toEqual(['2', '1']);

    await ada().archiveDataset('plants', '1');
    expect(await list({ nameContains: 'plant' })).toEqual([['plants', '2']]);
    expect(await ada().archiveDataset('plants', '2')).toMatchObject({ version: '2', archived: true });
    expect(await list({ nameContains: 'plant' })).toEqual([]);
    expect(await list({ nameContains: 'plant', includeArchived: true })).toEqual([['plants', '2']]);
    expect(await ada().getDataset('plants', '1')).toMatchObject({ archived: true, uri: first.uri });

    await upload(ada(), { name: 'plants' });
    expect(await list({ nameContains: 'plant' })).toEqual([['plants', '3']]);
  });

  it('keep a version that is taken', async () => {
    const first = await upload(world.as('Ada'), { name: 'fixed', version: '7' });
    expect((await failureOf(upload(world.as('Ben'), { name: 'fixed', version: '7' }))).code).toBe('CONFLICT');
    expect((await world.as('Ada').getDataset('fixed', '7')).uri).toBe(first.uri);
  });

  it('get versions of their own when uploaded at once', async () => {
    const uploads = ['Ada', 'Ben', 'Ada', 'Grace'].map((name) => upload(world.as(name), { name: 'raced' }));
    const versions = (await Promise.all(uploads)).map(({ version }) => version);
    expect(versions.toSorted()).toEqual(['1', '2', '3', '4']);
  });

  it.each([
    ['Sas', 'sas'],
    ['None', 'Ben'],
    ['AccountKey', 'sas'],
  ])('reach a datastore whose credentials are %s', async (datastoreCredentials, caller) => {
    const { urls, calls, forgetCalls } = world.emulators;
    const body = JSON.stringify({ datastoreCredentials });
    const switched = await fetch(`${urls.arm}/_control/switches`, { method: 'PUT', body });
    await forgetCalls('blob');
    const ben = world.as('Ben');
    const columns = await ben.datasetColumns(await upload(ben, { name: `by-${datastoreCredentials}` }));
    expect([switched.status, columns.at(-1)]).toEqual([204, 'species']);
    expect(new Set((await calls('blob')).map((call) => call.caller))).toEqual(new Set([caller]));
  });

  it.each(['', 'a,b\n', '\n\n'])('are not registered from the bad file %j', async (text) => {
    expect((await failureOf(upload(world.as('Ada'), { name: 'bad', text }))).code).toBe('BAD_USER_INPUT');
    expect((await failureOf(world.as('Ada').getDataset('bad', null))).code).toBe('NOT_FOUND');
  });

  it('are not registered when the storage fails', async () => {
    await world.emulators.fault('blob', { kind: 'status', status: 500, method: 'PUT' });
    const failure = await failureOf(upload(world.as('Ada'), { name: 'lost' }));
    await world.emulators.heal('blob');
    expect(failure).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', details: { upstream: 'blob' } });
    expect((await failureOf(world.as('Ada').getDataset('lost', null))).code).toBe('NOT_FOUND');
  });
});

describe('an AutoML run', () => {
  let dataset: Dataset;
  let finished: AutoMLRun;
  beforeAll(async () => {
    dataset = await upload(world.as('Ada'), { name: 'iris' });
    const started = await world.as('Ada').startAutoML(request('automl_iris', dataset));
    expect(started).toMatchObject({ status: 'PENDING', experiment: 'flowers', primaryMetric: 'accuracy' });
    finished = (await untilFinal('automl_iris')) as AutoMLRun;
  }, 60_000);

  it('is told whole', () => {
    expect(finished).toMatchObject({
      kind: 'AUTOML',
      status: 'COMPLETED',
      displayName: 'Iris',
      experiment: 'flowers',
      task: 'CLASSIFICATION',
      targetColumn: 'species',
      primaryMetric: 'accuracy',
      dataset: { name: 'iris', version: '1' },
      createdBy: 'Ada',
      tags: [{ name: 'team', value: 'north' }],
      error: null,
      progress: { completedTrials: 3, totalTrials: 3 },
    });
    const { createdAt, startedAt, finishedAt } = finished;
    expect(Number(createdAt)).toBeLessThanOrEqual(Number(startedAt));
    expect(Number(startedAt)).toBeLessThan(Number(finishedAt));
  });

  it('has trials whose best is its best', async () => {
    const ada = world.as('Ada');
    const { edges } = await ada.listChildren('automl_iris', page());
    expect(edges.map(({ node }) => node.name)).toEqual(['automl_iris_0', 'automl_iris_1', 'automl_iris_2']);
    const trials = edges.flatMap(({ node }) => (node.kind === 'TRIAL' ? [node] : []));
    const best = await ada.bestTrial(finished);
    const scores = trials.map(({ score }) => score ?? 0);
    expect(best?.score).toBe(Math.max(...scores));
    expect(finished.progress).toMatchObject({ bestScore: best?.score, bestTrial: best?.name });
    const metrics = await Promise.all(trials.map((trial) => ada.metrics(trial)));
    expect(metrics.map((each) => each.find(({ name }) => name === 'accuracy')?.value)).toEqual(scores);
    const [point] = await ada.metricHistory(best?.name ?? '', 'accuracy');
    expect(point).toMatchObject({ value: best?.score });
  });

  it('is read as a page of runs in the fewest calls', async () => {
    const rest = ['b', 'c'].map((suffix) =>
      world.as('Ada').startAutoML(request(`automl_${suffix}`, dataset, { maxTrials: 2 })),
    );
    await Promise.all(rest);
    await Promise.all(['automl_b', 'automl_c'].map(untilFinal));
    await world.emulators.forgetCalls('azureml');
    await world.emulators.forgetCalls('arm');
    const ada = world.as('Ada');
    const { rows } = await ada.listRuns({}, slice());
    await Promise.all(rows.map(({ node }) => ada.metrics(node)));
    const children = await Promise.all(rows.map(({ node }) => ada.listChildren(node.name, page())));
    await Promise.all(children.flatMap((trials) => trials.edges.map(({ node }) => ada.metrics(node))));
    expect(rows.map(({ node }) => node.name).toSorted()).toEqual(['automl_b', 'automl_c', 'automl_iris']);
    const calls = (await world.emulators.calls('azureml')).map(({ path }) =>
      path.split('/').slice(-2).join('/'),
    );
    expect(calls.toSorted()).toEqual(
      [
        'automl_b/children',
        'automl_c/children',
        'automl_iris/children',
        'experiments/search',
        'runs/search',
        `${world.emulators.settings.AZUREML_WORKSPACE_NAME}/batchrundata`,
      ].toSorted(),
    );
    expect(await world.emulators.calls('arm')).toEqual([]);
  });

  it('is found by status, experiment, dataset and time', async () => {
    const names = async (filter: Parameters<AzureML['listRuns']>[0]) =>
      (await world.as('Ada').listRuns(filter, slice())).rows.map(({ node }) => node.name);
    const iris = { name: 'iris', version: '1' };
    expect(await names({ dataset: iris, status: ['COMPLETED'], experiment: 'flowers' })).toContain(
      'automl_iris',
    );
    expect(await names({ dataset: { name: 'iris', version: '2' } })).toEqual([]);
    expect(await names({ status: ['FAILED'] })).toEqual([]);
    expect(await names({ status: ['RUNNING', 'PENDING'] })).toEqual([]);
    expect(await names({ experiment: 'none' })).toEqual([]);
    expect(await names({ createdAfter: new Date(Date.now() + 60_000) })).toEqual([]);
    expect(await names({ createdBefore: new Date(Number(finished.createdAt) + 1) })).toEqual(['automl_iris']);
  });

  it('has a log: its setup, then its trials, the same in pieces of any size', async () => {
    const text = await wholeLog(finished, 1_000_000);
    expect(text.split('\n').length).toBeGreaterThan(5);
    expect(await wholeLog(finished, 97)).toBe(text);
    const trial = await world.as('Ada').getRun('automl_iris_0');
    expect(text).toContain(await wholeLog(trial, 1_000));
  });

  it('is the same run when asked for again, and a conflict when asked for differently', async () => {
    const again = await world.as('Ada').startAutoML(request('automl_iris', dataset));
    expect(again).toEqual(finished);
    const other = request('automl_iris', dataset, { maxTrials: 9, contentHash: 'other' });
    expect((await failureOf(world.as('Ada').startAutoML(other))).code).toBe('CONFLICT');
  });

  it('has its best model registered, and knows it', async () => {
    const registration = { name: 'iris-model', description: 'best', tags: [{ name: 'use', value: 'demo' }] };
    const first = await world.as('Ada').registerModel({ ...registration, run: 'automl_iris' });
    const second = await world.as('Ben').registerModel({ ...registration, run: 'automl_iris_0' });
    expect(first).toMatchObject({
      name: 'iris-model',
      version: '1',
      format: 'mlflow_model',
      run: finished.progress.bestTrial,
      description: 'best',
      tags: [{ name: 'use', value: 'demo' }],
    });
    expect(second).toMatchObject({ version: '2', run: 'automl_iris_0' });
    const ada = world.as('Ada');
    const [parent, trial] = await Promise.all(
      ['automl_iris', 'automl_iris_0'].map((name) => ada.getRun(name)),
    );
    expect((await ada.modelsOf(parent as AzureRun)).map(({ version }) => version)).toEqual(['1', '2']);
    expect((await ada.modelsOf(trial as AzureRun)).map(({ version }) => version)).toContain('2');
    const listed = await ada.listModels({ nameContains: 'iris' }, slice());
    expect(listed.rows.map(({ node }) => node)).toEqual([second]);
    expect(await ada.getModel('iris-model', null)).toEqual(second);
    const versions = await ada.listModelVersions('iris-model', page());
    expect(versions.edges.map(({ node }) => node)).toEqual([second, first]);
  });

  it('that is canceled ends, and canceling it again changes nothing', async () => {
    const large = { maxTrials: 40, maxConcurrentTrials: 1 };
    await world.as('Ada').startAutoML(request('automl_long', dataset, large));
    await world.as('Ada').cancelRun('automl_long');
    expect(await untilFinal('automl_long')).toMatchObject({ status: 'CANCELED' });
    await world.as('Ada').cancelRun('automl_long');
    await world.as('Ada').cancelRun('automl_iris');
    expect(await world.as('Ada').getRun('automl_iris')).toMatchObject({ status: 'COMPLETED' });
  });

  it('on ragged data fails, and names the line', async () => {
    const ragged = await upload(world.as('Ada'), { name: 'ragged', text: 'a,species\n1,x\n2,y,z\n3,x\n' });
    await world.as('Ada').startAutoML(request('automl_ragged', ragged));
    expect(await untilFinal('automl_ragged')).toMatchObject({
      status: 'FAILED',
      error: { message: expect.stringMatching(/line 3/i) },
    });
  });
});

describe('Olaf', () => {
  it.each<[string, (azureML: AzureML) => Promise<unknown>]>([
    ['datasets', (azureML) => azureML.listDatasets({}, page())],
    ['runs', (azureML) => azureML.listRuns({}, slice())],
    ['a run', (azureML) => azureML.getRun('automl_iris')],
    ['its metrics', (azureML) => azureML.metricHistory('automl_iris_0', 'accuracy')],
    ['models', (azureML) => azureML.listModels({}, slice())],
    ['computes', (azureML) => azureML.listComputes(page())],
    ['an upload', (azureML) => upload(azureML, { name: 'olafs' })],
  ])('is refused %s by Azure, with the right he lacks', async (_, call) => {
    expect(await failureOf(call(world.as('Olaf')))).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(
        /it needs the right to Microsoft\.MachineLearningServices\/workspaces\/\S+/,
      ),
    });
  });
});

describe('computes and experiments', () => {
  it('are there', async () => {
    const ada = world.as('Ada');
    const { edges } = await ada.listComputes(page());
    const [first] = edges;
    expect(await ada.getCompute(first?.node.name ?? '')).toEqual(first?.node);
    const experiments = await ada.listExperiments(page());
    expect(experiments.edges.map(({ node }) => node.name)).toEqual(['flowers']);
    expect(await ada.getExperiment('flowers')).toEqual(experiments.edges[0]?.node);
    expect(Number(await ada.lastRunAt('flowers'))).toBeGreaterThan(Date.now() - 600_000);
  });
});
