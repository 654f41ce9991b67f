import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TrainingError } from '../../emulators/training/index.ts';
import { collect, root, startTestWorkspace, type TestWorkspace, where } from './support/azure-ml.ts';
import { registerTable, storeBlob } from './support/azure-ml-data.ts';
import { type ScriptedJob, scriptedTraining, trial } from './support/scripted-training.ts';

const place = [where.resourceGroup, where.workspace] as const;
let workspace: TestWorkspace;
let begun: ScriptedJob[];
beforeEach(async () => {
  const training = scriptedTraining();
  begun = training.begun;
  workspace = await startTestWorkspace({ train: training.train });
  await registerTable(workspace, 'iris', 'sepal,species\n1,a\n2,b\n');
});
afterEach(() => workspace[Symbol.asyncDispose]());

const automl = (more: object = {}, details: object = {}) => ({
  jobType: 'AutoML',
  experimentName: 'flowers',
  displayName: 'Which flower',
  computeId: `${root}/computes/cpu-small`,
  tags: { team: 'north' },
  properties: { 'mlgraph.contentHash': 'abc' },
  outputs: { best_model: { jobOutputType: 'mlflow_model', mode: 'ReadWriteMount' } },
  taskDetails: {
    taskType: 'Classification',
    targetColumnName: 'species',
    primaryMetric: 'Accuracy',
    trainingData: { jobInputType: 'mltable', uri: `${root}/data/iris/versions/1` },
    limitSettings: { maxTrials: 3, maxConcurrentTrials: 2, timeout: 'PT1H30M' },
    ...details,
  },
  ...more,
});
const submit = (name: string, properties: object = automl()) =>
  workspace.arm('PUT', `/jobs/${name}`, { body: { properties } });
const status = async (name: string) => (await workspace.arm('GET', `/jobs/${name}`)).body.properties.status;
const run = async (id: string) => (await workspace.plane('GET', 'history/v1.0', `/runs/${id}`)).body;
const begins = async (count = 1) => {
  await vi.waitFor(() => expect(begun).toHaveLength(count));
  return begun[count - 1] as ScriptedJob;
};
const becomes = (name: string, expected: string) =>
  vi.waitFor(async () => expect(await status(name)).toBe(expected), { timeout: 5000 });

describe('an AutoML job', () => {
  it('goes from NotStarted to Completed, and leaves a tree of runs', async () => {
    const put = await submit('leaf');
    expect([put.status, put.body.properties.status]).toEqual([201, 'NotStarted']);
    const { job, say } = await begins();
    expect(job).toMatchObject({
      runId: 'leaf',
      task: 'Classification',
      targetColumn: 'species',
      primaryMetric: 'accuracy',
      maxTrials: 3,
      maxConcurrentTrials: 2,
      timeoutMs: 5_400_000,
    });
    expect(job.table.name).toBe('iris.csv');
    expect(job.table.delimiter).toBe(',');
    expect((await job.table.bytes()).toString()).toBe('sepal,species\n1,a\n2,b\n');
    expect(await status('leaf')).toBe('Running');

    say({ kind: 'setupLog', line: '2 rows' }, ...trial(0, 0.5), ...trial(1, 0.75, 'DecisionTree'));
    await vi.waitFor(async () => expect((await run('leaf')).tags.score_000).toBe('0.5;0.75'));
    say(
      { kind: 'trialStarted', index: 2, algorithm: 'RandomForest', preprocessor: '' },
      { kind: 'trialFailed', index: 2, error: 'too few rows' },
      { kind: 'end' },
    );
    await becomes('leaf', 'Completed');

    const parent = await run('leaf');
    expect(parent.tags).toMatchObject({
      team: 'north',
      automl_best_child_run_id: 'leaf_1',
      iteration_000: '0;1;2',
      score_000: '0.5;0.75;nan',
      run_algorithm_000: 'KNN;DecisionTree;RandomForest',
      run_preprocessor_000: 'MinMaxScaler;MinMaxScaler;',
    });
    expect(parent.properties).toMatchObject({
      'mlgraph.contentHash': 'abc',
      runTemplate: 'AutoML',
      'azureml.runsource': 'automl',
      num_iterations: '3',
      primary_metric: 'accuracy',
      target: 'species',
    });
    expect(JSON.parse(parent.properties.AMLSettingsJsonString)).toMatchObject({
      task_type: 'classification',
      metric_operation: 'maximize',
      label_column_name: 'species',
    });
    expect(parent.outputs.best_model).toEqual({
      assetId: expect.stringContaining('azureml_leaf_1_output'),
      type: 'MLFlowModel',
    });
    expect(parent.startTimeUtc <= parent.endTimeUtc).toBe(true);

    const children = (await workspace.plane('GET', 'history/v1.0', '/runs/leaf/children')).body.value;
    expect(children.map((child: { runId: string; status: string }) => [child.runId, child.status])).toEqual([
      ['leaf_setup', 'Completed'],
      ['leaf_0', 'Completed'],
      ['leaf_1', 'Completed'],
      ['leaf_2', 'Failed'],
    ]);
    expect((await run('leaf_1')).properties).toMatchObject({
      run_algorithm: 'DecisionTree',
      score: '0.75',
      iteration: '1',
    });
    expect((await run('leaf_2')).error.error.message).toBe('too few rows');
  });

  it('answers what was submitted, with tags and properties of the run', async () => {
    await submit('leaf');
    (await begins()).say({ kind: 'end' });
    await becomes('leaf', 'Completed');
    const job = await workspace.client('Ben').jobs.get(...place, 'leaf');
    expect(job.properties).toMatchObject({
      jobType: 'AutoML',
      displayName: 'Which flower',
      experimentName: 'flowers',
      tags: { team: 'north', _aml_system_automl_mltable_data_json: expect.any(String) },
      properties: { 'mlgraph.contentHash': 'abc', PlatformVersion: 'DPV2' },
      taskDetails: { taskType: 'Classification', targetColumnName: 'species' },
    });
  });

  it('is canceled by the official client, with the trial that runs', async () => {
    await submit('leaf');
    const { say } = await begins();
    say(...trial(0, 0.5), { kind: 'trialStarted', index: 1, algorithm: 'KNN', preprocessor: '' });
    await vi.waitFor(async () => expect((await run('leaf_1')).status).toBe('Running'));
    await workspace.client('Ben').jobs.beginCancelAndWait(...place, 'leaf');
    expect(await status('leaf')).toBe('Canceled');
    expect([(await run('leaf_0')).status, (await run('leaf_1')).status]).toEqual(['Completed', 'Canceled']);
    expect((await workspace.arm('POST', '/jobs/leaf/cancel')).status).toBe(400);
  });

  it('fails with the line of a ragged table, in the error and in the log', async () => {
    await submit('leaf');
    const message = 'Line 7 has 4 fields where the header has 5.';
    (await begins()).say({ kind: 'fail', error: new TrainingError('MalformedTable', message) });
    await becomes('leaf', 'Failed');
    const { error } = await run('leaf');
    expect(error.error).toMatchObject({ code: 'UserError', message, innerError: { code: 'MalformedTable' } });
    const { logFiles } = (await workspace.plane('GET', 'history/v1.0', '/runs/leaf_setup/details')).body;
    expect(await (await fetch(logFiles['user_logs/std_log.txt'])).text()).toContain(message);
  });

  it('fails when its folder has no MLTable', async () => {
    await storeBlob(workspace, 'LocalUpload/bare/a.csv', 'a,b\n');
    const uri = 'azureml://datastores/workspaceblobstore/paths/LocalUpload/bare/';
    await submit('bare', automl({}, { trainingData: { jobInputType: 'mltable', uri } }));
    await becomes('bare', 'Failed');
    expect((await run('bare')).error.error.message).toContain('not able to find MLTable file');
    expect(begun).toEqual([]);
  });

  it('waits in Queued while both nodes work', async () => {
    for (const name of ['one', 'two', 'three']) await submit(name);
    await begins(2);
    expect(await status('three')).toBe('Queued');
    const { properties } = (await workspace.arm('GET', '/computes/cpu-small')).body;
    expect(properties.properties.currentNodeCount).toBe(2);
    begun[0]?.say({ kind: 'end' });
    await begins(3);
    expect(begun[2]?.job.runId).toBe('three');
    await workspace.arm('POST', '/jobs/three/cancel');
    await becomes('three', 'Canceled');
  });
});

describe('submitting', () => {
  it('changes tags and the archive flag the second time, and starts nothing', async () => {
    await submit('leaf');
    const { say } = await begins();
    say(...trial(0, 0.5));
    await vi.waitFor(async () => expect((await run('leaf')).tags.score_000).toBe('0.5'));
    const again = await submit('leaf', { ...automl(), tags: { team: 'south' }, isArchived: true });
    expect(again.status).toBe(200);
    expect((await run('leaf')).tags).toMatchObject({ team: 'south', score_000: '0.5' });
    expect((await workspace.arm('GET', '/jobs')).body.value).toEqual([]);
    expect(
      (await workspace.arm('GET', '/jobs', { query: { listViewType: 'ArchivedOnly' } })).body.value,
    ).toHaveLength(1);
    expect(begun).toHaveLength(1);
    const other = await submit('leaf', automl({}, { targetColumnName: 'sepal' }));
    expect([other.status, other.body.error.message]).toEqual([400, expect.stringContaining('taskDetails')]);
  });

  const bad: [string, object, number, string][] = [
    ['no task', automl({ taskDetails: undefined }), 400, 'taskDetails'],
    ['an unknown task', automl({}, { taskType: 'Divination' }), 400, 'taskType'],
    ['no target', automl({}, { targetColumnName: '' }), 400, 'targetColumnName'],
    ['a metric of another task', automl({}, { primaryMetric: 'R2Score' }), 400, 'R2Score'],
    [
      'an unknown algorithm',
      automl({}, { trainingSettings: { allowedTrainingAlgorithms: ['Oracle'] } }),
      400,
      'Oracle',
    ],
    [
      'a file',
      automl({}, { trainingData: { jobInputType: 'uri_file', uri: 'azureml:iris:1' } }),
      400,
      'mltable',
    ],
    [
      'a missing version',
      automl({}, { trainingData: { jobInputType: 'mltable', uri: 'azureml:iris:9' } }),
      404,
      'iris:9',
    ],
    ['an unknown compute', automl({ computeId: `${root}/computes/moon` }), 400, 'moon'],
    ['one fold', automl({}, { nCrossValidations: { mode: 'Custom', value: 1 } }), 400, 'nCrossValidations'],
    [
      'a forecast without a time column',
      automl({}, { taskType: 'Forecasting', primaryMetric: null, forecastingSettings: {} }),
      400,
      'timeColumnName',
    ],
    ['an unknown job type', { jobType: 'Wish' }, 400, 'Wish'],
  ];
  it.each(bad)('refuses %s, and leaves nothing', async (_what, properties, expected, named) => {
    const { status: code, body } = await submit('bad', properties);
    expect([code, body.error.message]).toEqual([expected, expect.stringContaining(named)]);
    expect((await workspace.arm('GET', '/jobs/bad')).status).toBe(404);
  });

  it('reads data by its short names and by its path', async () => {
    const uris = [
      'azureml:iris:1',
      'azureml:iris@latest',
      `azureml:${root}/data/iris/versions/1`,
      'azureml://datastores/workspaceblobstore/paths/LocalUpload/iris/',
    ];
    for (const [index, uri] of uris.entries()) {
      await submit(`by-${index}`, automl({}, { trainingData: { jobInputType: 'mltable', uri } }));
      const { job, say } = await begins(index + 1);
      expect((await job.table.bytes()).toString()).toContain('sepal');
      say({ kind: 'end' });
      await becomes(`by-${index}`, 'Completed');
    }
  });

  it('fails a command, which it has no container for', async () => {
    const { status: code } = await submit('command', {
      jobType: 'Command',
      command: 'true',
      environmentId: 'x',
    });
    expect(code).toBe(201);
    expect(await status('command')).toBe('Failed');
    expect((await run('command')).error.error.message).toContain('AutoML');
  });
});

describe('reading jobs', () => {
  it('lists all pages in no order, filtered by type and tag, by the official client', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `job-${String(index).padStart(2, '0')}`);
    for (const name of names)
      await submit(name, { jobType: 'Command', tags: { [Number(name.slice(4)) % 2 ? 'odd' : 'even']: '' } });
    await submit('automl');
    const list = async (options: object) =>
      (await collect(workspace.client('Ada').jobs.list(...place, options))).map(({ name }) => String(name));
    const all = await list({ listViewType: 'All', jobType: 'Command' });
    expect(all).not.toEqual(names);
    expect(all.toSorted()).toEqual(names);
    expect((await list({ tag: 'odd' })).toSorted()).toEqual(names.filter((_, index) => index % 2));
    expect(await list({ jobType: 'AutoML' })).toEqual(['automl']);
  });

  it('shows the setup run as a job, and no trial', async () => {
    await submit('leaf');
    (await begins()).say(...trial(0, 0.5), { kind: 'end' });
    await becomes('leaf', 'Completed');
    expect((await workspace.arm('GET', '/jobs/leaf_setup')).body.properties.jobType).toBe('Command');
    const { status: code, body } = await workspace.arm('GET', '/jobs/leaf_0');
    expect([code, body.error.code]).toEqual([400, 'UserError']);
    expect(JSON.stringify(body.error.additionalInfo)).toContain('JobNotSupported');
  });

  it('deletes a job with its runs', async () => {
    await submit('leaf');
    (await begins()).say(...trial(0, 0.5));
    await workspace.client('Ada').jobs.beginDeleteAndWait(...place, 'leaf');
    expect((await workspace.arm('GET', '/jobs/leaf')).status).toBe(404);
    expect((await workspace.plane('GET', 'history/v1.0', '/runs/leaf_setup')).status).toBe(404);
  });
});

describe('registering a trial', () => {
  it('takes the model that the trial put out, and lists no anonymous one', async () => {
    await submit('leaf');
    (await begins()).say(...trial(0, 0.5), { kind: 'end' });
    await becomes('leaf', 'Completed');
    const { modelVersions, modelContainers } = workspace.client('Ada');
    const modelUri = 'azureml://jobs/leaf_0/outputs/artifacts/paths/outputs/mlflow-model/';
    const made = await modelVersions.createOrUpdate(...place, 'flowers', '1', {
      properties: { modelType: 'mlflow_model', modelUri, jobName: 'leaf_0', tags: { metric: '0.5' } },
    });
    expect(made.properties).toMatchObject({ modelType: 'mlflow_model', jobName: 'leaf_0' });
    expect(made.properties.modelUri).toMatch(
      /datastores\/workspaceartifactstore\/paths\/ExperimentRun\/dcid\.leaf_0\/outputs\/mlflow-model\/$/,
    );
    expect((await collect(modelContainers.list(...place))).map(({ name }) => name)).toEqual(['flowers']);
    const elsewhere = modelUri.replace('leaf_0', 'leaf_setup');
    await expect(
      modelVersions.createOrUpdate(...place, 'flowers', '1', { properties: { modelUri: elsewhere } }),
    ).rejects.toMatchObject({ statusCode: 404 });
    const best = (await run('leaf')).outputs.best_model.assetId.split('/').at(-3);
    expect((await modelVersions.get(...place, best, '1')).properties).toMatchObject({ isAnonymous: true });
  });
});
