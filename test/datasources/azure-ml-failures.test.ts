import { setTimeout as wait } from 'node:timers/promises';
import { MockAgent } from 'undici';
import { describe, expect, it } from 'vitest';
import { createAzureMLConnector } from '../../src/datasources/azure-ml/connector.ts';
import type { AzureML } from '../../src/datasources/azure-ml/index.ts';
import { experiments } from './support/records.ts';
import { fails, failureOf, ok, page, root, slice, startWorkspace, where } from './support/workspace.ts';

const request = {
  name: 'automl_1',
  experiment: 'demand',
  dataset: { name: 'sales', version: '3' },
  validationDataset: null,
  crossValidations: null,
  task: 'REGRESSION' as const,
  targetColumn: 'units',
  primaryMetric: null,
  compute: null,
  maxTrials: 1,
  maxConcurrentTrials: 1,
  timeoutMinutes: 1,
  allowedAlgorithms: null,
  blockedAlgorithms: null,
  timeColumn: null,
  timeSeriesIdColumns: null,
  horizon: null,
  displayName: null,
  tags: [],
  contentHash: 'hash',
};
const run = {
  kind: 'AUTOML' as const,
  id: '',
  provider: 'AZURE_ML' as const,
  name: 'job',
  displayName: null,
  status: 'RUNNING' as const,
  rawStatus: 'Running',
  createdAt: null,
  startedAt: null,
  finishedAt: null,
  createdBy: null,
  tags: [],
  error: null,
  experiment: null,
  task: null,
  targetColumn: null,
  primaryMetric: null,
  dataset: null,
  progress: { completedTrials: 1, totalTrials: 1, bestScore: 1, bestTrial: 'job_0' },
};
const dataset = {
  id: '',
  name: 'sales',
  version: '1',
  description: null,
  type: 'TABLE' as const,
  uri: null,
  tags: [],
  createdAt: null,
  createdBy: null,
  archived: false,
};
const file = { filename: 'a.csv', mimeType: 'text/csv', stream: (async function* () {})() };

/** Every method, as one call of somebody. */
const methods: Record<Exclude<keyof AzureML, 'home'>, (azureML: AzureML) => Promise<unknown>> = {
  listDatasets: (azureML) => azureML.listDatasets({}, page()),
  getDataset: (azureML) => azureML.getDataset('sales', null),
  listDatasetVersions: (azureML) => azureML.listDatasetVersions('sales', page()),
  datasetUri: (azureML) => azureML.datasetUri('sales', '1'),
  datasetColumns: (azureML) => azureML.datasetColumns(dataset),
  uploadDataset: (azureML) =>
    azureML.uploadDataset({ name: 'sales', version: null, description: null, tags: [], file }),
  archiveDataset: (azureML) => azureML.archiveDataset('sales', '1'),
  listExperiments: (azureML) => azureML.listExperiments(page()),
  getExperiment: (azureML) => azureML.getExperiment('demand'),
  lastRunAt: (azureML) => azureML.lastRunAt('demand'),
  listComputes: (azureML) => azureML.listComputes(page()),
  getCompute: (azureML) => azureML.getCompute('cpu'),
  listRuns: (azureML) => azureML.listRuns({}, slice()),
  getRun: (azureML) => azureML.getRun('job'),
  listChildren: (azureML) => azureML.listChildren('job', page()),
  bestTrial: (azureML) => azureML.bestTrial(run),
  metrics: (azureML) => azureML.metrics(run),
  metricHistory: (azureML) => azureML.metricHistory('job', 'accuracy'),
  logs: (azureML) => azureML.logs(run, null, 1_000),
  startAutoML: (azureML) => azureML.startAutoML(request),
  cancelRun: (azureML) => azureML.cancelRun('job'),
  listModels: (azureML) => azureML.listModels({}, slice()),
  getModel: (azureML) => azureML.getModel('north', null),
  listModelVersions: (azureML) => azureML.listModelVersions('north', page()),
  modelsOf: (azureML) => azureML.modelsOf(run),
  registerModel: (azureML) =>
    azureML.registerModel({ name: 'north', description: null, tags: [], run: 'job' }),
};
const every = Object.entries(methods);

describe.each(every)('%s', (_, call) => {
  it.each([
    ['FORBIDDEN', fails(403, "no authorization to perform action 'Microsoft.ML/x/read' over scope '/s'")],
    ['RATE_LIMITED', { ...fails(429), headers: { 'retry-after': '77' } }],
    ['UPSTREAM_UNAVAILABLE', fails(500)],
    ['UPSTREAM_ERROR', fails(401)],
    ['UPSTREAM_ERROR', { raw: '{"value": [' }],
    ['UPSTREAM_ERROR', { raw: '<html>Sign in</html>', headers: { 'content-type': 'text/html' } }],
    [
      'UPSTREAM_ERROR',
      { body: { surprise: true, value: 7, runs: 'none', experiments: 'none', metrics: {} } },
    ],
  ])('fails with %s after %j', async (code, answer) => {
    await using workspace = await startWorkspace({ '*': () => answer });
    const failure = await failureOf(call(workspace.as('olaf')));
    expect(failure).toMatchObject({ code, details: { upstream: expect.stringMatching(/^(arm|azureml)$/) } });
    expect(failure.message).not.toMatch(/http|127\.0|olaf@|html|surprise/);
    if (code === 'FORBIDDEN') expect(failure.message).toContain('Microsoft.ML/x/read');
    if (code === 'RATE_LIMITED') expect(failure.details.retryAfterSeconds).toBe(77);
  });

  it('gives up on an upstream that hangs, or that is not there', async () => {
    await using workspace = await startWorkspace({ '*': () => 'hang' }, { deadlineMs: 30 });
    expect((await failureOf(call(workspace.as('ada')))).code).toBe('UPSTREAM_TIMEOUT');
    await using cut = await startWorkspace({ '*': () => 'cut' });
    expect((await failureOf(call(cut.as('ada')))).code).toBe('UPSTREAM_UNAVAILABLE');
  });

  it('ends with the operation', async () => {
    await using workspace = await startWorkspace({ '*': () => 'hang' });
    const operation = new AbortController();
    const reason = new Error('the client left');
    const outcome = call(workspace.as('ada', operation.signal)).catch((error: unknown) => error);
    while (workspace.received.length === 0) await wait(1);
    operation.abort(reason);
    expect(await outcome).toBe(reason);
  });
});

describe('what is missing', () => {
  const reads = every.filter(
    ([name]) =>
      !/^(list(Datasets|Experiments|Computes|Models|Runs)|startAutoML|uploadDataset|lastRunAt)$/.test(name),
  );
  it.each(reads)('%s says so in words of this API', async (_, call) => {
    await using workspace = await startWorkspace({ ...experiments, '*': () => fails(404, 'secret detail') });
    const failure = await failureOf(call(workspace.as('ada')));
    expect(failure.code).toBe('NOT_FOUND');
    expect(failure.message).toMatch(/^There is no .+ in this workspace\.$/);
  });
});

describe('the data plane of the region', () => {
  const locate = async (location: string) => {
    const agent = new MockAgent();
    agent.disableNetConnect();
    const arm = agent.get('https://arm.example');
    arm
      .intercept({ path: `${root}?api-version=2026-09-01` })
      .reply(200, { location }, { headers: { 'content-type': 'application/json' } })
      .times(9);
    agent
      .get('https://westeurope.api.azureml.ms')
      .intercept({ path: /.*/ })
      .reply(200, { runId: 'job', status: 'Running', parentRunId: 'p' })
      .times(9);
    const connector = createAzureMLConnector(
      { ...where, armEndpoint: 'https://arm.example', apiEndpoint: null },
      { dispatcher: agent, retries: 0 },
    );
    const scopes: string[] = [];
    const as = (callerKey: string) =>
      connector.connect({
        token: async (scope) => {
          scopes.push(`${callerKey} ${new URL(scope).host}`);
          return 'token';
        },
        call: { signal: new AbortController().signal, requestId: 'r', traceparent: '' },
        callerKey,
      });
    return { as, scopes, connector };
  };

  it('is found by each caller’s own read of the workspace, once', async () => {
    const { as, scopes, connector } = await locate('West Europe');
    expect(connector.upstreams().azureml).toBeNull();
    for (const caller of ['ada', 'ada', 'ben']) await as(caller).getRun('job');
    expect(scopes).toEqual([
      'ada management.azure.com',
      'ada ml.azure.com',
      'ada ml.azure.com',
      'ben management.azure.com',
      'ben ml.azure.com',
    ]);
    expect(connector.upstreams().azureml?.name).toBe('azureml');
  });

  it.each(['evil.example/x?', 'a.b', '', 'west_europe'])(
    'is not looked for in the location %j',
    async (location) => {
      const { as, scopes } = await locate(location);
      expect(await failureOf(as('ada').getRun('job'))).toMatchObject({
        code: 'UPSTREAM_ERROR',
        details: { upstream: 'arm' },
      });
      expect(scopes).toEqual(['ada management.azure.com']);
    },
  );
});

describe('experiments and computes', () => {
  it('are listed page by page', async () => {
    await using workspace = await startWorkspace({
      'POST mlflow /experiments/search': ({ body }) =>
        body.page_token === 'more'
          ? { body: { experiments: [{ experiment_id: '3', name: 'c', creation_time: 5 }] } }
          : {
              body: {
                experiments: [
                  { experiment_id: '1', name: 'a' },
                  { experiment_id: '2', name: 'b', lifecycle_stage: 'deleted' },
                ],
                next_page_token: 'more',
              },
            },
      'GET arm /computes': ok({
        value: [
          {
            name: 'cpu',
            properties: {
              computeType: 'AmlCompute',
              provisioningState: 'Succeeded',
              properties: { vmSize: 'D3', scaleSettings: { minNodeCount: 0, maxNodeCount: 4 } },
            },
          },
          { name: 'aks', properties: { computeType: 'Kubernetes' } },
        ],
      }),
    });
    const found = await workspace.as('ada').listExperiments(page());
    expect(found.edges.map(({ node }) => [node.name, node.createdAt])).toEqual([
      ['a', null],
      ['c', new Date(5)],
    ]);
    const computes = await workspace.as('ada').listComputes(page());
    expect(computes.edges.map(({ node: { id: _, ...node } }) => node)).toEqual([
      { name: 'cpu', type: 'AmlCompute', size: 'D3', state: 'Succeeded', minNodes: 0, maxNodes: 4 },
      { name: 'aks', type: 'Kubernetes', size: null, state: null, minNodes: null, maxNodes: null },
    ]);
  });

  it('with a slash in its name is found in the list', async () => {
    await using workspace = await startWorkspace({
      'POST mlflow /experiments/search': ok({ experiments: [{ experiment_id: '1', name: 'team/a b' }] }),
      'POST mlflow /runs/search': ok({
        runs: [{ info: { run_id: 'x', start_time: '1777882560000' } }],
      }),
    });
    const azureML = workspace.as('ada');
    expect(await azureML.getExperiment('team/a b')).toMatchObject({ name: 'team/a b' });
    expect(await azureML.lastRunAt('team/a b')).toEqual(new Date(1_777_882_560_000));
    expect(await azureML.lastRunAt('team/none')).toBeNull();
  });
});
