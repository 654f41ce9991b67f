import { describe, expect, it } from 'vitest';
import type { AutoMLRequest } from '../../src/domain/runs.ts';
import { automlRecord, experiments, historyOf, trialRecord } from './support/records.ts';
import { type Answers, type Asked, fails, failureOf, root, startWorkspace } from './support/workspace.ts';

const request: AutoMLRequest = {
  name: 'automl_1',
  experiment: 'demand',
  dataset: { name: 'sales', version: '3' },
  validationDataset: null,
  crossValidations: null,
  task: 'CLASSIFICATION',
  targetColumn: 'units',
  primaryMetric: null,
  compute: null,
  maxTrials: 5,
  maxConcurrentTrials: 2,
  timeoutMinutes: 60,
  allowedAlgorithms: null,
  blockedAlgorithms: null,
  timeColumn: null,
  timeSeriesIdColumns: null,
  horizon: null,
  displayName: null,
  tags: [{ name: 'team', value: 'north' }],
  contentHash: 'hash-1',
};
const created = ({ body }: Asked) => {
  const { properties } = body as unknown as { properties: object };
  return {
    status: 201,
    body: {
      name: 'automl_1',
      properties: { ...properties, status: 'NotStarted' },
      systemData: { createdBy: 'Ada' },
    },
  };
};
const known = (contentHash: string) => () => ({
  body: {
    name: 'automl_1',
    properties: { jobType: 'AutoML', properties: { 'mlgraph.contentHash': contentHash } },
  },
});

describe('starting AutoML', () => {
  it('puts the whole job', async () => {
    await using workspace = await startWorkspace({ 'PUT arm /jobs/automl_1': created });
    const run = await workspace.as('ada').startAutoML(request);
    expect(run).toMatchObject({
      kind: 'AUTOML',
      name: 'automl_1',
      status: 'PENDING',
      experiment: 'demand',
      task: 'CLASSIFICATION',
      targetColumn: 'units',
      dataset: { name: 'sales', version: '3' },
      tags: [{ name: 'team', value: 'north' }],
      createdBy: 'Ada',
      progress: { completedTrials: 0, totalTrials: 5 },
    });
    expect(JSON.parse(String(workspace.received.at(-1)?.body))).toEqual({
      properties: {
        jobType: 'AutoML',
        experimentName: 'demand',
        tags: { team: 'north', 'mlgraph.dataset': 'sales:3' },
        properties: { 'mlgraph.contentHash': 'hash-1' },
        outputs: { best_model: { jobOutputType: 'mlflow_model', mode: 'ReadWriteMount' } },
        taskDetails: {
          taskType: 'Classification',
          targetColumnName: 'units',
          logVerbosity: 'Info',
          trainingData: {
            jobInputType: 'mltable',
            mode: 'ReadOnlyMount',
            uri: `${root}/data/sales/versions/3`,
          },
          limitSettings: {
            maxTrials: 5,
            maxConcurrentTrials: 2,
            timeout: 'PT60M',
            trialTimeout: 'PT30M',
            enableEarlyTermination: true,
          },
          trainingSettings: {},
        },
      },
    });
  });

  it('puts everything that was asked for', async () => {
    await using workspace = await startWorkspace({ 'PUT arm /jobs/automl_1': created });
    await workspace.as('ada').startAutoML({
      ...request,
      task: 'FORECASTING',
      primaryMetric: 'r2_score',
      compute: 'cpu-small',
      displayName: 'Demand north',
      validationDataset: { name: 'later', version: '1' },
      crossValidations: 4,
      timeoutMinutes: 10,
      blockedAlgorithms: ['Prophet'],
      timeColumn: 'day',
      timeSeriesIdColumns: ['store'],
      horizon: 14,
    });
    expect(JSON.parse(String(workspace.received.at(-1)?.body)).properties).toMatchObject({
      displayName: 'Demand north',
      computeId: `${root}/computes/cpu-small`,
      taskDetails: {
        taskType: 'Forecasting',
        primaryMetric: 'R2Score',
        validationData: { uri: `${root}/data/later/versions/1` },
        nCrossValidations: { mode: 'Custom', value: 4 },
        limitSettings: { timeout: 'PT10M', trialTimeout: 'PT10M' },
        trainingSettings: { blockedTrainingAlgorithms: ['Prophet'] },
        forecastingSettings: {
          timeColumnName: 'day',
          timeSeriesIdColumnNames: ['store'],
          forecastHorizon: { mode: 'Custom', value: 14 },
        },
      },
    });
  });

  it('again is the same run', async () => {
    await using workspace = await startWorkspace({
      ...experiments,
      ...historyOf([automlRecord('automl_1')]),
      'GET arm /jobs/automl_1': known('hash-1'),
    });
    expect(await workspace.as('ada').startAutoML(request)).toMatchObject({
      name: 'automl_1',
      status: 'COMPLETED',
    });
    expect(workspace.routes()).not.toContain('PUT arm /jobs/automl_1');
  });

  it.each<[string, Answers]>([
    ['before', { 'GET arm /jobs/automl_1': known('other') }],
    ['in between', { 'PUT arm /jobs/automl_1': known('other') }],
  ])('under a name that was used for something else %s is a conflict', async (_, answers) => {
    await using workspace = await startWorkspace(answers);
    expect(await failureOf(workspace.as('ada').startAutoML(request))).toMatchObject({
      code: 'CONFLICT',
      message: 'There is already a run "automl_1", which was asked for differently.',
    });
  });

  it('tells what the service refuses', async () => {
    await using workspace = await startWorkspace({
      'PUT arm /jobs/automl_1': () => fails(400, 'The primary metric does not fit the task.'),
    });
    expect(await failureOf(workspace.as('ada').startAutoML(request))).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('The primary metric does not fit the task.'),
    });
  });
});

describe('canceling', () => {
  const running = (name: string) => historyOf([automlRecord(name, { status: 'Running' })]);

  it('a job asks ARM', async () => {
    await using workspace = await startWorkspace({
      ...experiments,
      ...running('job'),
      'POST arm /jobs/job/cancel': () => ({ status: 202, raw: '' }),
    });
    await workspace.as('ada').cancelRun('job');
    expect(workspace.routes().at(-1)).toBe('POST arm /jobs/job/cancel');
  });

  it('a trial asks run history, by its experiment', async () => {
    await using workspace = await startWorkspace({
      ...experiments,
      ...historyOf([trialRecord('job', 0, { status: 'Running' })]),
      'POST history /experiments/demand/runs/job_0/cancel': () => ({ raw: '' }),
    });
    await workspace.as('ada').cancelRun('job_0');
    expect(workspace.routes().at(-1)).toBe('POST history /experiments/demand/runs/job_0/cancel');
  });

  it('a run that is final does nothing', async () => {
    await using workspace = await startWorkspace({ ...experiments, ...historyOf([automlRecord('job')]) });
    await workspace.as('ada').cancelRun('job');
    expect(workspace.routes().filter((route) => route.startsWith('POST arm'))).toEqual([]);
  });

  it('a run that finishes meanwhile does nothing', async () => {
    await using workspace = await startWorkspace({
      ...experiments,
      'GET history /runs/job': ({ count }) => ({
        body: automlRecord('job', { status: count === 1 ? 'Running' : 'Completed' }),
      }),
      'POST arm /jobs/job/cancel': () => fails(400, 'The job is already in a terminal state.'),
    });
    await workspace.as('ada').cancelRun('job');
    expect(workspace.routes().at(-1)).toBe('GET history /runs/job');
  });

  it('tells why the service refuses', async () => {
    await using workspace = await startWorkspace({
      ...experiments,
      ...running('job'),
      'POST arm /jobs/job/cancel': () => fails(400, 'Not this one.'),
    });
    expect(await failureOf(workspace.as('ada').cancelRun('job'))).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('Not this one.'),
    });
  });
});
