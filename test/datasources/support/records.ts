import { type Answers, fails, ok } from './workspace.ts';

type Fields = Record<string, unknown>;

/** A run as run history tells it. */
export const record = (runId: string, more: Fields = {}) => ({
  runId,
  experimentId: 'e-1',
  status: 'Completed',
  createdUtc: '2026-05-04T08:15:30.1234567Z',
  startTimeUtc: '2026-05-04T08:16:00.0000000Z',
  endTimeUtc: '2026-05-04T08:20:00.0000000Z',
  tags: {},
  properties: {},
  ...more,
});
export const automlRecord = (runId: string, more: Fields = {}) =>
  record(runId, { properties: { runTemplate: 'AutoML', 'azureml.runsource': 'automl' }, ...more });
export const trialRecord = (parentRunId: string, index: number, more: Fields = {}) =>
  record(`${parentRunId}_${index}`, {
    parentRunId,
    properties: { runTemplate: 'automl_child', iteration: String(index), run_algorithm: 'KNN', score: '0.9' },
    ...more,
  });

/** A run as MLflow's search tells it. */
export const mlflowRun = (
  runId: string,
  o: { parent?: string; status?: string; accuracy?: number } = {},
) => ({
  info: {
    run_id: runId,
    experiment_id: 'e-1',
    status: o.status ?? 'FINISHED',
    start_time: 1_777_882_560_000,
  },
  data: {
    metrics: o.accuracy === undefined ? [] : [{ key: 'accuracy', value: o.accuracy, timestamp: 1, step: 0 }],
    tags: o.parent ? [{ key: 'mlflow.parentRunId', value: o.parent }] : [],
  },
});

export const experiments: Answers = {
  'POST mlflow /experiments/search': ok({ experiments: [{ experiment_id: 'e-1', name: 'demand' }] }),
};

/** Answers single reads, batches and children from these records. */
export const historyOf = (records: ReturnType<typeof record>[]): Answers => {
  const byName = new Map(records.map((one) => [one.runId, one]));
  const read = (name: string) => {
    const found = byName.get(name);
    return found ? { body: found } : fails(404, `Run ${name} was not found`);
  };
  const children = (parent: string) =>
    records.filter((one) => (one as Fields).parentRunId === parent).toReversed();
  return {
    ...Object.fromEntries(records.map(({ runId }) => [`GET history /runs/${runId}`, () => read(runId)])),
    ...Object.fromEntries(
      records.map(({ runId }) => [`GET history /runs/${runId}/children`, ok({ value: children(runId) })]),
    ),
    'POST history /batchrundata': ({ body }) => {
      const names = Object.keys(body.requests ?? {});
      const found = names.filter((name) => byName.has(name));
      return {
        status: found.length === names.length ? 200 : 207,
        body: {
          successfulResults: Object.fromEntries(
            found.map((name) => [name, { runMetadata: byName.get(name) }]),
          ),
          failedResults: {},
        },
      };
    },
  };
};
