import { describe, expect, it } from 'vitest';
import { automlRecord, experiments, historyOf, record, trialRecord } from './support/records.ts';
import {
  type Answers,
  type Asked,
  fails,
  failureOf,
  ok,
  page,
  slice,
  startWorkspace,
} from './support/workspace.ts';

const systemData = { createdBy: 'Ada Moe', createdAt: '2026-05-04T08:15:30Z' };
const container = (name: string, latestVersion: string | null) => ({
  name,
  properties: { latestVersion, nextVersion: '3', tags: { of: 'container' } },
  systemData,
});
const version = (name: string, properties: object = {}) => ({
  name,
  properties: { modelType: 'mlflow_model', modelUri: 'azureml://x', jobName: 'job_1', ...properties },
  systemData,
});

describe('models', () => {
  const answers: Answers = {
    'GET arm /models': ok({
      value: [container('north', '2'), container('South', null), container('gone', '9')],
    }),
    'GET arm /models/north': ok(container('north', '2')),
    'GET arm /models/north/versions/2': ok(version('2', { tags: { best: 'yes', 'mlgraph.run': 'job' } })),
    'GET arm /models/north/versions': ok({ value: [version('2'), version('1')] }),
  };

  it('are listed by their latest versions, also those that have none to show', async () => {
    await using workspace = await startWorkspace(answers);
    const { rows } = await workspace.as('ada').listModels({}, slice());
    expect(rows.map(({ node }) => [node.name, node.version, node.format, node.run])).toEqual([
      ['South', null, null, null],
      ['gone', null, null, null],
      ['north', '2', 'mlflow_model', 'job_1'],
    ]);
    expect(rows[2]?.node.tags).toEqual([{ name: 'best', value: 'yes' }]);
    const some = await workspace.as('ada').listModels({ nameContains: 'SOU' }, slice());
    expect(some.rows.map(({ node }) => node.name)).toEqual(['South']);
  });

  it('are read by name, and by version', async () => {
    await using workspace = await startWorkspace(answers);
    const azureML = workspace.as('ada');
    expect(await azureML.getModel('north', null)).toEqual(await azureML.getModel('north', '2'));
    const { edges } = await azureML.listModelVersions('north', page());
    expect(edges.map(({ node }) => [node.name, node.version])).toEqual([
      ['north', '2'],
      ['north', '1'],
    ]);
    const failures = [
      await failureOf(azureML.getModel('nothing', null)),
      await failureOf(azureML.getModel('north', '7')),
      await failureOf(azureML.getModel('a/b', '7')),
    ];
    expect(failures.map(({ code, message }) => [code, message])).toEqual([
      ['NOT_FOUND', 'There is no model "nothing" in this workspace.'],
      ['NOT_FOUND', 'There is no version "7" of a model "north" in this workspace.'],
      ['NOT_FOUND', 'There is no such model in this workspace.'],
    ]);
  });
});

describe('registering', () => {
  const job = automlRecord('job', { tags: { automl_best_child_run_id: 'job_1' } });
  const put = ({ body }: Asked) => ({ status: 201, body: { name: '3', ...(body as object), systemData } });
  const answers: Answers = {
    ...experiments,
    ...historyOf([
      job,
      trialRecord('job', 0, { status: 'Running' }),
      trialRecord('job', 1),
      automlRecord('young'),
      record('command'),
    ]),
    'GET arm /models/north': ok(container('north', '2')),
    'PATCH history /runs/job/tags': ok(job),
    'PUT arm /models/north/versions/3': put,
    'PUT arm /models/new/versions/1': put,
  };
  const registration = (run: string, name = 'north') => ({
    name,
    description: 'best of north',
    tags: [{ name: 'team', value: 'north' }],
    run,
  });

  it.each(['job_1', 'job'])('%s puts the model of the (best) trial as the next version', async (run) => {
    await using workspace = await startWorkspace(answers);
    const model = await workspace.as('ada').registerModel(registration(run));
    expect(model).toMatchObject({
      name: 'north',
      version: '3',
      run: 'job_1',
      tags: [{ name: 'team', value: 'north' }],
    });
    expect(JSON.parse(String(workspace.received.at(-1)?.body))).toEqual({
      properties: {
        modelType: 'mlflow_model',
        modelUri: 'azureml://jobs/job_1/outputs/artifacts/paths/outputs/mlflow-model/',
        jobName: 'job_1',
        description: 'best of north',
        tags: { team: 'north', 'mlgraph.run': 'job' },
      },
    });
    expect(workspace.bodies('/runs/job/tags')).toEqual([
      { tagsToModify: { 'mlgraph.model/north/3': 'job_1' }, tagsToDelete: [] },
    ]);
  });

  it('a new name begins with version 1', async () => {
    await using workspace = await startWorkspace(answers);
    await workspace.as('ada').registerModel(registration('job_1', 'new'));
    expect(workspace.routes().at(-1)).toBe('PUT arm /models/new/versions/1');
  });

  it('takes the version after one that somebody else was faster with', async () => {
    await using workspace = await startWorkspace({
      ...answers,
      'GET arm /models/north': ({ count }) => ({
        body: { name: 'north', properties: { nextVersion: count === 1 ? '2' : '3' } },
      }),
      'PUT arm /models/north/versions/2': () => fails(409, 'taken'),
    });
    expect(await workspace.as('ada').registerModel(registration('job_1'))).toMatchObject({ version: '3' });
  });

  it('gives up where others always are', async () => {
    await using workspace = await startWorkspace({
      ...answers,
      'PUT arm /models/north/versions/3': () => fails(409, 'taken'),
    });
    expect(await failureOf(workspace.as('ada').registerModel(registration('job_1')))).toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('is possible for somebody who may not tag runs', async () => {
    await using workspace = await startWorkspace({
      ...answers,
      'PATCH history /runs/job/tags': () => fails(403),
    });
    expect(await workspace.as('ada').registerModel(registration('job_1'))).toMatchObject({ version: '3' });
  });

  it('leaves no model behind where its run cannot be noted', async () => {
    await using workspace = await startWorkspace({
      ...answers,
      'PATCH history /runs/job/tags': () => fails(500),
    });
    expect((await failureOf(workspace.as('ada').registerModel(registration('job_1')))).code).toBe(
      'UPSTREAM_UNAVAILABLE',
    );
    expect(workspace.routes().filter((route) => route.startsWith('PUT'))).toEqual([]);
  });

  it.each([
    ['young', '"young" has no best trial yet.'],
    ['job_0', 'the trial "job_0" has not completed.'],
    ['command', '"command" is no trial of an AutoML run.'],
  ])('%s is refused', async (run, why) => {
    await using workspace = await startWorkspace(answers);
    expect(await failureOf(workspace.as('ada').registerModel(registration(run)))).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: `input.runId: ${why}`,
    });
  });
});

describe('the models of a run', () => {
  const tags = {
    'mlgraph.model/north/2': 'job_1',
    'mlgraph.model/south/1': 'job_0',
    'mlgraph.model/taken/1': 'job_1',
    'mlgraph.model/gone/1': 'job_1',
  };
  const answers: Answers = {
    ...experiments,
    ...historyOf([
      automlRecord('job', { tags }),
      trialRecord('job', 0),
      trialRecord('job', 1),
      automlRecord('none'),
    ]),
    'GET arm /models/north/versions/2': ok(version('2')),
    'GET arm /models/south/versions/1': ok(version('1', { jobName: 'job_0' })),
    'GET arm /models/taken/versions/1': ok(version('1', { jobName: 'of_another' })),
  };

  it.each([
    ['job', ['north', 'south']],
    ['job_1', ['north']],
    ['none', []],
  ])('%s are those registered from it or its trials', async (run, names) => {
    await using workspace = await startWorkspace(answers);
    const azureML = workspace.as('ada');
    const models = await azureML.modelsOf(await azureML.getRun(run));
    expect(models.map(({ name }) => name)).toEqual(names);
  });
});
