import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { root, startTestWorkspace, type TestWorkspace } from './support/azure-ml.ts';
import { registerTable } from './support/azure-ml-data.ts';
import { type ScriptedJob, scriptedTraining, trial } from './support/scripted-training.ts';

let workspace: TestWorkspace;
let begun: ScriptedJob[];

/** Starts a job; it trains when the call returns. */
async function start(name: string, experimentName: string): Promise<ScriptedJob> {
  const taskDetails = {
    taskType: 'Classification',
    targetColumnName: 'species',
    primaryMetric: 'Accuracy',
    trainingData: { jobInputType: 'mltable', uri: 'azureml:iris:1' },
  };
  await workspace.arm('PUT', `/jobs/${name}`, {
    body: { properties: { jobType: 'AutoML', experimentName, taskDetails } },
  });
  return await vi.waitFor(() => {
    const found = begun.find(({ job }) => job.runId === name);
    if (!found) throw new Error(`${name} has not begun`);
    return found;
  });
}
const history = (method: string, path: string, body?: unknown) =>
  workspace.plane(method, 'history/v1.0', path, { body });
const becomes = (name: string, status: string) =>
  vi.waitFor(async () => expect((await history('GET', `/runs/${name}`)).body.status).toBe(status), {
    timeout: 5000,
  });
const ids = (answer: { body: { value: { runId: string }[] } }) => answer.body.value.map(({ runId }) => runId);

beforeAll(async () => {
  const training = scriptedTraining();
  begun = training.begun;
  workspace = await startTestWorkspace({ train: training.train });
  await registerTable(workspace, 'iris', 'sepal,species\n1,a\n2,b\n');
  (await start('done', 'flowers')).say(
    ...trial(0, 0.5),
    { kind: 'trialStarted', index: 1, algorithm: 'KNN', preprocessor: '' },
    { kind: 'trialMetric', index: 1, name: 'loss', value: 3, step: 0 },
    { kind: 'trialMetric', index: 1, name: 'loss', value: 2, step: 1 },
    { kind: 'trialMetric', index: 1, name: 'loss', value: Number.NaN, step: 2 },
    ...trial(1, 0.75).slice(1),
    { kind: 'end' },
  );
  await becomes('done', 'Completed');
  (await start('going', 'trees')).say(...trial(0, 0.25).slice(0, 2));
  await becomes('going_0', 'Running');
});
afterAll(() => workspace[Symbol.asyncDispose]());

describe('run history', () => {
  it('reads a run in its own form, and its details in theirs', async () => {
    const { body: run } = await history('GET', '/runs/done_0');
    expect(run).toMatchObject({
      runId: 'done_0',
      parentRunId: 'done',
      rootRunId: 'done',
      status: 'Completed',
      primaryMetricName: 'accuracy',
      createdBy: { userName: 'Ada', userObjectId: expect.stringMatching(/^a7c2/) },
      createdUtc: expect.stringMatching(/\.\d{7}Z$/),
      duration: expect.stringMatching(/^\d\d:\d\d:\d\d\.\d+$/),
    });
    const { body: details } = await history('GET', '/experiments/_/runs/done_0/details');
    expect(details.createdTimeUtc).toBe(run.createdUtc);
    expect(Object.keys(details.logFiles)).toEqual(['user_logs/std_log.txt']);
    expect((await history('GET', '/runs/done/details')).body.logFiles).toEqual({});
    const { body: missing, status } = await history('GET', '/runs/nobody');
    expect([status, missing.error.code, missing.componentName]).toEqual([404, 'UserError', 'run-history']);
    expect((await history('GET', '/experiments/trees/runs/done')).status).toBe(404);
  });

  it('gives logs by urls that need no token, grow with the run, and expire', async () => {
    const log = async () =>
      (await history('GET', '/runs/going_0/details')).body.logFiles['user_logs/std_log.txt'] as string;
    expect(await (await fetch(await log())).text()).toBe('trial 0 begins\n');
    begun
      .find(({ job }) => job.runId === 'going')
      ?.say({ kind: 'trialLog', index: 0, line: 'and goes on: ä' });
    await vi.waitFor(async () => {
      const rest = await fetch(await log(), { headers: { 'x-ms-range': 'bytes=15-' } });
      expect([rest.status, await rest.text()]).toEqual([206, 'and goes on: ä\n']);
    });
    const control = (sasLifetimeMs: number) =>
      fetch(`${workspace.ml.azureml.url}/_control/switches`, {
        method: 'PUT',
        body: JSON.stringify({ sasLifetimeMs }),
      });
    await control(-1000);
    const late = await fetch(await log());
    expect([late.status, late.headers.get('x-ms-error-code')]).toEqual([403, 'AuthenticationFailed']);
    await control(3_600_000);
  });

  it('pages children, in both directions and filtered', async () => {
    const children = (query: string) => history('GET', `/runs/done/children?${query}`);
    const first = await children('$top=2');
    expect(ids(first)).toEqual(['done_setup', 'done_0']);
    const second = await children(`$top=2&$continuationtoken=${first.body.continuationToken}`);
    expect([ids(second), second.body.continuationToken]).toEqual([['done_1'], null]);
    expect(first.body.nextLink).toContain(workspace.ml.azureml.url);
    const backwards = await children('$orderby=createdUtc&$sortorder=desc&$count=true');
    expect([ids(backwards), backwards.body.count]).toEqual([['done_1', 'done_0', 'done_setup'], 3]);
    const scored = await children(`$filter=${encodeURIComponent("properties/score eq '0.75'")}`);
    expect(ids(scored)).toEqual(['done_1']);
    expect((await children('$filter=nonsense')).status).toBe(400);
  });

  it('queries the runs of an experiment', async () => {
    const query = (experiment: string, body: object) =>
      history('POST', `/experiments/${experiment}/runs:query`, body);
    expect(ids(await query('flowers', { filter: 'parentRunId eq null' }))).toEqual(['done']);
    const all = await query('_', {
      filter: "status eq 'Running' and runId ne 'going_setup'",
      orderBy: 'createdUtc asc',
    });
    expect(ids(all)).toEqual(['going', 'going_0']);
    const { body: done } = await history('GET', '/runs/done');
    const later = await query('_', { filter: `parentRunId eq null and createdUtc gt ${done.createdUtc}` });
    expect(ids(later)).toEqual(['going']);
    const first = await query('_', { top: 4 });
    const rest = await query('_', { top: 4, continuationToken: first.body.continuationToken });
    expect(new Set([...ids(first), ...ids(rest)]).size).toBe(7);
  });

  it('lists experiments, and finds one by name', async () => {
    const query = (body: object) => history('POST', '/experiments:query', body);
    const names = (answer: { body: { value: { name: string }[] } }) =>
      answer.body.value.map(({ name }) => name);
    expect(names(await query({}))).toEqual(['trees', 'flowers']);
    const first = await query({ top: 1, orderBy: 'name asc' });
    expect(names(first)).toEqual(['flowers']);
    expect(
      names(await query({ top: 1, orderBy: 'name asc', continuationToken: first.body.continuationToken })),
    ).toEqual(['trees']);
    const { value } = (await query({ filter: "name eq 'trees'" })).body;
    expect(value).toMatchObject([
      { name: 'trees', experimentId: expect.any(String), createdUtc: expect.any(String) },
    ]);
    expect((await history('GET', `/experimentids/${value[0].experimentId}/runs/going`)).body.runId).toBe(
      'going',
    );
  });

  it('reads runs in a batch, those it has beside those it has not', async () => {
    const ask = (names: string[]) => ({
      requests: Object.fromEntries(names.map((runId) => [runId, { runId, selectRunMetadata: true }])),
    });
    const good = await history('POST', '/batchrundata', ask(['done', 'done_1']));
    expect([good.status, good.body.successfulResults.done_1.runMetadata.properties.score]).toEqual([
      200,
      '0.75',
    ]);
    const mixed = await history('POST', '/batchrundata', ask(['done', 'nobody']));
    expect([mixed.status, Object.keys(mixed.body.successfulResults)]).toEqual([207, ['done']]);
    expect(mixed.body.failedResults.nobody.error.innerError.code).toBe('NotFoundError');
    const one = await history('POST', '/rundata', { runId: 'done', selectRunMetadata: true });
    expect(one.body.runMetadata.runId).toBe('done');
  });

  it('changes tags, and by a patch the name and the archive flag', async () => {
    const body = { tagsToModify: { note: 'x', gone: 'y' } };
    expect((await history('PATCH', '/runs/done/tags', body)).body.tags).toMatchObject({
      note: 'x',
      gone: 'y',
      score_000: '0.5;0.75',
    });
    expect(
      (await history('PATCH', '/runs/done/tags', { tagsToDelete: ['gone'] })).body.tags.gone,
    ).toBeUndefined();
    await history('PATCH', '/experiments/flowers/runs/done', {
      displayName: 'New',
      hidden: true,
      tags: { more: 'z' },
    });
    const job = (await workspace.arm('GET', '/jobs/done')).body.properties;
    expect(job).toMatchObject({ displayName: 'New', isArchived: true, tags: { note: 'x', more: 'z' } });
    await history('PATCH', '/runs/done', { hidden: false });
  });

  it('cancels a job', async () => {
    await start('stopped', 'trees');
    expect((await history('POST', '/experiments/trees/runs/stopped/cancel')).body.status).toBe(
      'CancelRequested',
    );
    await becomes('stopped', 'Canceled');
    expect((await history('POST', '/experiments/trees/runs/stopped/cancel')).status).toBe(400);
  });

  it('lists artifacts and gives addresses for them', async () => {
    const artifacts = '/experiments/flowers/runs/done_1/artifacts';
    const paths = [
      'outputs/held_out.json',
      'outputs/mlflow-model/MLmodel',
      'outputs/mlflow-model/model.json',
      'user_logs/std_log.txt',
    ];
    const pathsOf = (answer: { body: { value: { path: string }[] } }) =>
      answer.body.value.map(({ path }) => path);
    expect(pathsOf(await history('GET', artifacts))).toEqual(paths);
    expect(pathsOf(await history('GET', `${artifacts}/path?path=outputs/`))).toEqual(paths.slice(0, 3));
    const { body: info } = await history(
      'GET',
      `${artifacts}/contentinfo?path=outputs/mlflow-model/model.json`,
    );
    expect(await (await fetch(info.contentUri)).json()).toEqual({ of: 1 });
    const { body: below } = await history('GET', `${artifacts}/prefix/contentinfo?path=outputs/mlflow-model`);
    expect(pathsOf({ body: below })).toEqual(paths.slice(1, 3));
    expect((await history('GET', `${artifacts}/contentinfo?path=outputs/none`)).status).toBe(404);
  });
});

describe('metrics', () => {
  const metric = (path: string, body: object = {}) => workspace.plane('POST', 'metric/v2.0', path, { body });

  it('names a run’s metrics and gives all their values', async () => {
    const { value } = (await metric('/runs/done_1/list')).body;
    expect(value.map((item: { metricKey: { name: string } }) => item.metricKey.name)).toEqual([
      'accuracy',
      'loss',
    ]);
    expect(value[0]).toMatchObject({
      columns: { accuracy: 'Double' },
      properties: { uxMetricType: 'azureml.v1.scalar' },
    });
    const { body } = await metric('/runs/done_1/full', { metricName: 'loss' });
    expect(body.value.map((point: { step: number; data: object }) => [point.step, point.data])).toEqual([
      [0, { loss: 3 }],
      [1, { loss: 2 }],
      [2, { loss: 'NaN' }],
    ]);
    expect((await metric('/runs/done_1/full', { metricName: 'none' })).status).toBe(404);
  });

  it('gives the parent those of its best trial', async () => {
    const { body } = await metric('/runs/done/full', { metricName: 'accuracy' });
    expect(body.value[0].data).toEqual({ accuracy: 0.75 });
  });
});

describe('MLflow', () => {
  const experimentId = async (name: string) =>
    (await workspace.mlflow('GET', '/experiments/get-by-name', { query: { experiment_name: name } })).body
      .experiment.experiment_id;
  const search = async (filter: string, more: object = {}) => {
    const experiment_ids = [await experimentId('flowers'), await experimentId('trees')];
    return await workspace.mlflow('POST', '/runs/search', { body: { experiment_ids, filter, ...more } });
  };
  const found = async (filter: string, more: object = {}) =>
    (await search(filter, more)).body.runs.map((run: { info: { run_id: string } }) => run.info.run_id);

  it('knows experiments by name, id and search, under both prefixes', async () => {
    const id = await experimentId('flowers');
    const get = await workspace.mlflow('GET', '/experiments/get', { query: { experiment_id: id } });
    expect(get.body.experiment).toMatchObject({ name: 'flowers', lifecycle_stage: 'active' });
    const first = await workspace.mlflow('POST', '/experiments/search', { body: { max_results: 1 } });
    const second = await workspace.mlflow('GET', '/experiments/search', {
      query: { max_results: '1', page_token: first.body.next_page_token },
    });
    expect([first.body.experiments[0].name, second.body.experiments[0].name]).toEqual(['trees', 'flowers']);
    const old = await workspace.plane(
      'GET',
      'mlflow/v1.0',
      `/api/2.0/mlflow/experiments/get?experiment_id=${id}`,
    );
    expect(old.body).toEqual(get.body);
    const none = await workspace.mlflow('GET', '/experiments/get-by-name', {
      query: { experiment_name: 'no' },
    });
    expect([none.status, none.body.error_code]).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
  });

  it('tells a run with its coarser status, last metrics and the tags of MLflow', async () => {
    const { run } = (await workspace.mlflow('GET', '/runs/get', { query: { run_id: 'done_1' } })).body;
    expect(run.info).toMatchObject({ run_id: 'done_1', status: 'FINISHED', start_time: expect.any(Number) });
    expect(run.data.metrics).toContainEqual(expect.objectContaining({ key: 'loss', value: 'NaN', step: 2 }));
    expect(run.data.tags).toEqual(
      expect.arrayContaining([
        { key: 'mlflow.parentRunId', value: 'done' },
        { key: 'mlflow.rootRunId', value: 'done' },
        { key: 'mlflow.user', value: 'Ada' },
        { key: 'mlflow.runName', value: 'done_1' },
      ]),
    );
    const history = await workspace.mlflow('GET', '/metrics/get-history', {
      query: { run_id: 'done_1', metric_key: 'loss', max_results: '2' },
    });
    expect(history.body.metrics.map((point: { value: number }) => point.value)).toEqual([3, 2]);
    const rest = await workspace.mlflow('GET', '/metrics/get-history', {
      query: {
        run_id: 'done_1',
        metric_key: 'loss',
        max_results: '2',
        page_token: history.body.next_page_token,
      },
    });
    expect(rest.body.metrics.map((point: { value: unknown }) => point.value)).toEqual(['NaN']);
  });

  it('searches by tags, attributes, metrics and lists of ids', async () => {
    expect(await found("tags.mlflow.parentRunId = 'done' and attributes.status = 'FINISHED'")).toEqual([
      'done_1',
      'done_0',
      'done_setup',
    ]);
    expect(await found("tags.`mlflow.parentRunId` = 'done' AND metrics.accuracy > 0.6")).toEqual(['done_1']);
    expect(
      await found("attributes.run_id IN ('done', 'going_0', 'nobody')", {
        order_by: ['attributes.start_time ASC'],
      }),
    ).toEqual(['done', 'going_0']);
    const { run } = (await workspace.mlflow('GET', '/runs/get', { query: { run_id: 'done' } })).body;
    expect(await found(`attributes.start_time > ${run.info.start_time} and run_id = 'going'`)).toEqual([
      'going',
    ]);
    expect(await found(`attributes.end_time <= ${run.info.end_time} and attributes.run_id = 'done'`)).toEqual(
      ['done'],
    );
    const page = await search('', { max_results: 5 });
    expect(await found('', { page_token: page.body.next_page_token })).not.toContain(
      page.body.runs[0].info.run_id,
    );
  });

  it.each([
    ["tags.a = '1' OR tags.b = '2'", {}],
    ["tags.a LIKE '%1%'", {}],
    ["tags.a != '1'", {}],
    ['what is this', {}],
    ["attributes.colour = 'red'", {}],
    ['', { order_by: ['metrics.accuracy DESC'] }],
    ['', { max_results: 0 }],
  ])('refuses %j %j', async (filter, more) => {
    const { status, body } = await search(filter, more);
    expect([status, body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });

  it('keeps the runs of an MLflow client', async () => {
    const post = async (path: string, body: object) => (await workspace.mlflow('POST', path, { body })).body;
    const { experiment_id } = await post('/experiments/create', { name: 'by-hand' });
    expect((await post('/experiments/create', { name: 'by-hand' })).error_code).toBe(
      'RESOURCE_ALREADY_EXISTS',
    );
    const { run } = await post('/runs/create', {
      experiment_id,
      start_time: 1000,
      run_name: 'first',
      tags: [{ key: 'a', value: 'b' }],
    });
    const { run_id } = run.info;
    await post('/runs/log-parameter', { run_id, key: 'depth', value: '3' });
    await post('/runs/log-metric', { run_id, key: 'auc', value: 0.5, timestamp: 1, step: 0 });
    await post('/runs/log-batch', {
      run_id,
      metrics: [{ key: 'auc', value: 0.6, timestamp: 2, step: 1 }],
      params: [],
      tags: [],
    });
    await post('/runs/set-tag', { run_id, key: 'c', value: 'd' });
    expect((await post('/runs/log-parameter', { run_id, key: 'depth', value: '4' })).error_code).toBe(
      'INVALID_PARAMETER_VALUE',
    );
    await post('/runs/update', { run_id, status: 'FINISHED', end_time: 2000 });
    const done = (await workspace.mlflow('GET', '/runs/get', { query: { run_id } })).body.run;
    expect(done.info).toMatchObject({
      status: 'FINISHED',
      start_time: 1000,
      end_time: 2000,
      run_name: 'first',
    });
    expect(done.data.params).toEqual([{ key: 'depth', value: '3' }]);
    expect(done.data.metrics).toEqual([{ key: 'auc', value: 0.6, timestamp: 2, step: 1 }]);
    expect(done.data.tags).toEqual(expect.arrayContaining([{ key: 'c', value: 'd' }]));
    expect((await history('GET', `/runs/${run_id}`)).body.status).toBe('Completed');
  });

  it('lists the artifacts of a folder', async () => {
    const list = (query: Record<string, string>) => workspace.mlflow('GET', '/artifacts/list', { query });
    expect((await list({ run_id: 'done_0' })).body.files).toEqual([
      { path: 'outputs', is_dir: true },
      { path: 'user_logs', is_dir: true },
    ]);
    expect((await list({ run_id: 'done_0', path: 'outputs/mlflow-model' })).body.files).toMatchObject([
      { path: 'outputs/mlflow-model/MLmodel', is_dir: false },
      { path: 'outputs/mlflow-model/model.json', is_dir: false, file_size: 8 },
    ]);
  });

  it('has no logged models', async () => {
    expect((await workspace.mlflow('POST', '/logged-models/search', { body: {} })).status).toBe(404);
  });
});

describe('refusals of the data plane', () => {
  it('are 403 for Olaf everywhere, and name him and the action', async () => {
    const olaf = { as: 'Olaf' };
    const answers = [
      await workspace.plane('GET', 'history/v1.0', '/runs/done', olaf),
      await workspace.plane('POST', 'metric/v2.0', '/runs/done/list', olaf),
      await workspace.mlflow('GET', '/runs/get', { ...olaf, query: { run_id: 'done' } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    for (const { body } of answers)
      expect(JSON.stringify(body)).toContain("The client 'olaf@contoso.example'");
    expect(answers[2]?.body.error_code).toBe('PERMISSION_DENIED');
  });

  it('are 401 for a token of storage, and name no workspace but their own', async () => {
    const url = `${workspace.ml.azureml.url}/history/v1.0${root}`;
    const ask = (address: string, audience: string) =>
      fetch(address, { headers: { authorization: `Bearer ${workspace.token('Ada', audience)}` } });
    expect((await ask(`${url}/runs/done`, 'https://storage.azure.com')).status).toBe(401);
    expect((await ask(`${url}/runs/done`, 'https://management.azure.com')).status).toBe(200);
    expect((await ask(`${url}x/runs/done`, 'https://ml.azure.com')).status).toBe(404);
  });
});
