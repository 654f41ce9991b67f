import { describe, expect, it } from 'vitest';
import { automlFacts } from '../../src/datasources/azure-ml/automl-record.ts';
import { armMetric, metricName } from '../../src/datasources/azure-ml/metric-names.ts';
import { jobToRun, toMetrics, toPoints, toRun, toStatus } from '../../src/datasources/azure-ml/to-domain.ts';
import { runRecord } from '../../src/datasources/azure-ml/wire-runs.ts';
import { parseId } from '../../src/domain/ids.ts';

const parent = {
  runId: 'brave_leaf_01',
  experimentId: 'e-1',
  status: 'Running',
  createdUtc: '2026-05-04T08:15:30.1234567Z',
  startTimeUtc: '2026-05-04T08:16:00Z',
  displayName: 'Demand north',
  createdBy: { userName: 'Ada Moe', upn: 'ada@contoso.example' },
  tags: {
    team: 'north',
    iteration_000: '0;1',
    score_000: '0.0931;0.1055',
    iteration_001: '2;3',
    score_001: '0.0870;nan',
  },
  properties: {
    num_iterations: '12',
    primary_metric: 'normalized_root_mean_squared_error',
    target: 'units',
    runTemplate: 'AutoML',
    'azureml.runsource': 'automl',
    AMLSettingsJsonString: JSON.stringify({ task_type: 'regression', metric_operation: 'minimize' }),
  },
};
const record = (change: object = {}) => runRecord.parse({ ...parent, ...change });
const run = (change: object = {}) => toRun(record(change), { home: 'home', experiment: 'demand' });

describe('statuses', () => {
  it.each([
    ['NotStarted', 'PENDING'],
    ['Queued', 'PENDING'],
    ['Scheduled', 'PENDING'],
    ['Starting', 'PREPARING'],
    ['Provisioning', 'PREPARING'],
    ['Preparing', 'PREPARING'],
    ['Running', 'RUNNING'],
    ['Finalizing', 'FINALIZING'],
    ['CancelRequested', 'CANCELING'],
    ['Completed', 'COMPLETED'],
    ['Failed', 'FAILED'],
    ['Canceled', 'CANCELED'],
    ['NotResponding', 'UNRESPONSIVE'],
    ['Paused', 'PAUSED'],
    ['Hibernating', 'UNKNOWN'],
    ['constructor', 'UNKNOWN'],
  ])('%s is %s', (word, status) => {
    expect(toStatus(word)).toBe(status);
  });
});

describe('an AutoML run', () => {
  it('is told whole from its record', () => {
    expect(run()).toMatchObject({
      kind: 'AUTOML',
      provider: 'AZURE_ML',
      name: 'brave_leaf_01',
      displayName: 'Demand north',
      status: 'RUNNING',
      rawStatus: 'Running',
      createdAt: new Date('2026-05-04T08:15:30.123Z'),
      startedAt: new Date('2026-05-04T08:16:00Z'),
      finishedAt: null,
      createdBy: 'Ada Moe',
      tags: [{ name: 'team', value: 'north' }],
      error: null,
      experiment: 'demand',
      task: 'REGRESSION',
      targetColumn: 'units',
      primaryMetric: 'normalized_root_mean_squared_error',
      progress: { completedTrials: 4, totalTrials: 12, bestScore: 0.087, bestTrial: 'brave_leaf_01_2' },
    });
    expect(parseId(run().id)).toEqual({
      concept: 'Run',
      provider: 'AZURE_ML',
      home: 'home',
      key: ['brave_leaf_01'],
    });
  });

  it('names the best trial that the service names', () => {
    const { progress } = automlFacts(
      record({ tags: { ...parent.tags, automl_best_child_run_id: 'brave_leaf_01_7' } }),
    );
    expect(progress.bestTrial).toBe('brave_leaf_01_7');
  });

  it.each([
    ['AUC_weighted', 0.1055],
    ['log_loss', 0.087],
    ['median_absolute_error', 0.087],
  ])('knows which way %s goes without being told', (primary_metric, bestScore) => {
    const { progress } = automlFacts(record({ properties: { primary_metric } }));
    expect(progress.bestScore).toBe(bestScore);
  });

  it('has no best trial while no score is a number', () => {
    const { progress } = automlFacts(record({ tags: { iteration_000: '0;1', score_000: 'nan;' } }));
    expect(progress).toMatchObject({ completedTrials: 2, bestScore: null, bestTrial: null });
  });

  it('has no progress before the first trial', () => {
    const { progress } = automlFacts(record({ tags: {}, properties: {} }));
    expect(progress).toEqual({ completedTrials: 0, totalTrials: null, bestScore: null, bestTrial: null });
  });

  it.each([
    [{ task_type: 'classification' }, 'CLASSIFICATION'],
    [{ task_type: 'forecasting' }, 'FORECASTING'],
    [{ task_type: 'regression', is_timeseries: true }, 'FORECASTING'],
    [{ task_type: 'image-classification' }, null],
  ])('with settings %j is %s', (settings, task) => {
    expect(
      automlFacts(record({ properties: { AMLSettingsJsonString: JSON.stringify(settings) } })).task,
    ).toBe(task);
  });

  it('survives settings that are no JSON', () => {
    expect(automlFacts(record({ properties: { AMLSettingsJsonString: '{"task' } })).task).toBeNull();
  });

  it('knows its data by our tag, an input, or the settings, in this order', () => {
    const asset = (name: string) => `azureml://locations/x/workspaces/y/data/${name}/versions/4`;
    const inputs = { training_data: { assetId: asset('from-input') }, odd: 7 };
    const properties = {
      mltable_data_json: JSON.stringify({ TrainData: { AssetId: asset('from-settings') } }),
    };
    const tags = { 'mlgraph.dataset': 'from-tag:3' };
    const names = [{ inputs, properties, tags }, { inputs, properties }, { properties }, {}].map(
      (change) => automlFacts(record({ tags: {}, properties: {}, ...change })).dataset,
    );
    expect(names).toEqual([
      { name: 'from-tag', version: '3' },
      { name: 'from-input', version: '4' },
      { name: 'from-settings', version: '4' },
      null,
    ]);
  });

  it('is read from the answer to its creation', () => {
    const created = jobToRun(
      {
        name: 'brave_leaf_01',
        properties: {
          jobType: 'AutoML',
          status: 'NotStarted',
          experimentName: 'demand',
          tags: { team: 'north', 'mlgraph.dataset': 'sales:3' },
          properties: { 'mlgraph.contentHash': 'h' },
          taskDetails: {
            taskType: 'Forecasting',
            targetColumnName: 'units',
            primaryMetric: 'R2Score',
            limitSettings: { maxTrials: 5 },
          },
        },
        systemData: { createdBy: 'Ada Moe', createdAt: '2026-05-04T08:15:30Z' },
      },
      'home',
    );
    expect(created).toMatchObject({
      kind: 'AUTOML',
      status: 'PENDING',
      experiment: 'demand',
      task: 'FORECASTING',
      targetColumn: 'units',
      primaryMetric: 'r2_score',
      dataset: { name: 'sales', version: '3' },
      createdBy: 'Ada Moe',
      tags: [{ name: 'team', value: 'north' }],
      progress: { completedTrials: 0, totalTrials: 5, bestScore: null, bestTrial: null },
    });
  });
});

describe('a trial', () => {
  const trial = (change: object = {}) =>
    run({ runId: 'brave_leaf_01_2', parentRunId: 'brave_leaf_01', tags: {}, ...change });

  it('has its algorithm and score among its properties', () => {
    const properties = { runTemplate: 'automl_child', run_algorithm: 'ElasticNet', score: '0.0870' };
    expect(trial({ properties })).toMatchObject({
      kind: 'TRIAL',
      parent: 'brave_leaf_01',
      algorithm: 'ElasticNet',
      score: 0.087,
    });
  });

  it('or among its tags, when it is older', () => {
    const tags = { run_algorithm: 'VotingEnsemble', score: 'nan' };
    expect(trial({ properties: { runTemplate: 'automl_child' }, tags })).toMatchObject({
      algorithm: 'VotingEnsemble',
      score: null,
    });
  });

  it('of a sweep is one too', () => {
    expect(trial({ properties: {} })).toMatchObject({ kind: 'TRIAL', algorithm: null, score: null });
  });
});

describe('other runs', () => {
  it.each(['setup', 'featurize', 'worker_0', 'ModelExplain'])(
    'the helper _%s of AutoML is a job',
    (suffix) => {
      const helper = run({ runId: `brave_leaf_01_${suffix}`, parentRunId: 'brave_leaf_01', properties: {} });
      expect(helper).toMatchObject({ kind: 'JOB' });
    },
  );

  it('a step of a pipeline is a job', () => {
    const properties = { 'azureml.runsource': 'azureml.StepRun' };
    expect(run({ runId: 'c0ffee', parentRunId: 'pipe', properties })).toMatchObject({ kind: 'JOB' });
  });

  it.each([
    [{ 'azureml.runsource': 'hyperdrive' }, 'Sweep'],
    [{ 'azureml.runsource': 'azureml.PipelineRun' }, 'Pipeline'],
    [{}, 'Command'],
  ])('with properties %j is a job of the type %s', (properties, jobType) => {
    expect(run({ properties })).toMatchObject({ kind: 'JOB', jobType, experiment: 'demand' });
  });
});

describe('a failed run', () => {
  it('tells the innermost code, the message, and when it ended', () => {
    const failed = run({
      status: 'Failed',
      duration: '00:09:19.59',
      error: {
        error: {
          code: 'UserError',
          message: 'Line 7 is ragged, see https://x.blob/y?sv=1&sig=abc%3D&se=2',
          innerError: { code: 'BadData', innerError: { code: 'RaggedLine', innerError: null } },
        },
      },
    });
    expect(failed.error).toEqual({
      code: 'RaggedLine',
      message: 'Line 7 is ragged, see https://x.blob/y?sv=1&sig=…&se=2',
    });
    expect(failed.finishedAt).toEqual(new Date('2026-05-04T08:25:19.590Z'));
  });

  it('does not take a running duration for an end', () => {
    expect(run({ duration: '00:09:19.59' }).finishedAt).toBeNull();
  });
});

describe('metrics', () => {
  it('are null where they are not finite', () => {
    const metrics = [
      { key: 'accuracy', value: 0.9, timestamp: 1_000, step: 0 },
      { key: 'loss', value: 'NaN', timestamp: 2_000, step: 1 },
    ];
    expect(toMetrics(metrics)).toEqual([
      { name: 'accuracy', value: 0.9 },
      { name: 'loss', value: null },
    ]);
    expect(toPoints(metrics)).toEqual([
      { step: 0, value: 0.9, at: new Date(1_000) },
      { step: 1, value: null, at: new Date(2_000) },
    ]);
  });

  it('have two names, and each is turned into the other', () => {
    expect(metricName('AUCWeighted')).toBe('AUC_weighted');
    expect(armMetric('AUC_weighted')).toBe('AUCWeighted');
    expect(armMetric('AUCWeighted')).toBe('AUCWeighted');
    expect([metricName('constructor'), metricName(null)]).toEqual(['constructor', null]);
  });
});
