import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { predict } from '../../emulators/training/index.ts';
import {
  Me,
  Models,
  RegisterModel,
  RunLogs,
  RunStatusChanges,
  StartExperiment,
  Trials,
  UploadDataset,
} from './operations.ts';
import { artifactOf } from './support/artifacts.ts';
import { type Stack, startStack } from './support/stack.ts';
import { all, overSse, overWebSocket } from './support/streams.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const sample = new URL('../../samples/iris.csv', import.meta.url);
const iris = async () => new File([await readFile(sample)], 'iris.csv', { type: 'text/csv' });

test('from a CSV to a registered model, watched live', async () => {
  const me = await stack.ask(Me, {});
  expect(me.data?.me.user?.name).toBe('Ada');

  const uploaded = await stack.upload(
    UploadDataset,
    { name: 'iris', tags: [{ name: 'kind', value: 'flowers' }] },
    await iris(),
  );
  expect(uploaded.errors).toEqual([]);
  const dataset = uploaded.data?.uploadDataset?.dataset;
  expect(dataset).toMatchObject({ name: 'iris', version: '1', type: 'TABLE' });

  const input = {
    experiment: 'flowers',
    datasetId: dataset?.id ?? '',
    task: 'CLASSIFICATION' as const,
    targetColumn: 'species',
    primaryMetric: 'Accuracy',
    maxTrials: 4,
  };
  const started = await stack.ask(StartExperiment, { input });
  expect(started.errors).toEqual([]);
  const id = started.data?.startExperiment?.run.id ?? '';

  const [statuses, logs] = await Promise.all([
    all(overWebSocket({ stack, document: RunStatusChanges, variables: { id } }).events),
    all(overSse({ stack, document: RunLogs, variables: { id } }).events),
  ]);
  expect(statuses.at(-1)?.runStatus).toMatchObject({ status: 'COMPLETED', completedTrials: 4 });
  expect(new Set(statuses.map(({ runStatus }) => runStatus.cursor)).size).toBe(statuses.length);
  const text = logs.map(({ runLogs }) => runLogs.text).join('');
  expect(text).toMatch(/150 rows/);
  expect(logs.at(-1)?.runLogs.complete).toBe(true);

  const run = (await stack.ask(Trials, { id })).data?.node;
  if (!run || !('trials' in run)) throw new Error('an AutoML run was expected');
  const trials = run.trials?.nodes ?? [];
  expect(trials).toHaveLength(4);
  expect(run.bestTrial?.score).toBe(Math.max(...trials.map(({ score }) => score ?? 0)));
  for (const trial of trials) {
    expect(trial.metrics?.find(({ name }) => name === 'accuracy')?.value).toBe(trial.score);
    expect(await accuracyOf(trial.name)).toBeCloseTo(trial.score ?? Number.NaN, 12);
  }

  const registered = await stack.ask(RegisterModel, { input: { runId: id, name: 'iris-model' } });
  expect(registered.errors).toEqual([]);
  expect(registered.data?.registerModel?.model).toMatchObject({
    name: 'iris-model',
    version: '1',
    format: 'mlflow_model',
  });
  const models = await stack.ask(Models, {});
  expect(models.data?.models?.nodes.map(({ name }) => name)).toEqual(['iris-model']);
});

/** A trial's accuracy, computed anew from its stored model and its held-out rows. */
async function accuracyOf(trial: string): Promise<number> {
  const model = await artifactOf(stack, trial, 'outputs/mlflow-model/model.json');
  const { rows, truth } = await artifactOf<{ rows: Record<string, string>[]; truth: string[] }>(
    stack,
    trial,
    'outputs/held_out.json',
  );
  expect(rows.length).toBeGreaterThan(10);
  const right = predict(model, rows).filter((label, index) => label === truth[index]).length;
  return right / rows.length;
}
