import { expect, test } from 'vitest';
import type { Caller } from '../../src/domain/callers.ts';
import type { Dataset } from '../../src/domain/datasets.ts';
import { encodeId } from '../../src/domain/ids.ts';
import type { AutoMLRequest, AutoMLRun } from '../../src/domain/runs.ts';
import { type StartExperimentInput, startExperiment } from '../../src/resolvers/automl.ts';

const datasetId = encodeId({ concept: 'Dataset', provider: 'AZURE_ML', home: 'ws', key: ['iris', '1'] });
const input: StartExperimentInput = {
  experiment: 'flowers',
  datasetId,
  task: 'CLASSIFICATION',
  targetColumn: 'species',
};

function contextOf({ type = 'TABLE', key = 'ada' }: { type?: Dataset['type']; key?: string } = {}) {
  const started: AutoMLRequest[] = [];
  const azureML = {
    home: 'ws',
    getDataset: async (name: string, version: string | null) => ({ name, version, type }) as Dataset,
    datasetColumns: async () => ['sepal_length', 'day', 'species'],
    startAutoML: async (request: AutoMLRequest) => {
      started.push(request);
      return { kind: 'AUTOML', name: request.name } as AutoMLRun;
    },
  };
  return {
    started,
    context: { azureML, caller: { key } as Caller } as unknown as Parameters<typeof startExperiment>[1],
  };
}

test("limits are the gateway's own where none are given", async () => {
  const { started, context } = contextOf();
  await startExperiment(input, context);
  expect(started[0]).toMatchObject({
    experiment: 'flowers',
    dataset: { name: 'iris', version: '1' },
    maxTrials: 20,
    maxConcurrentTrials: 2,
    timeoutMinutes: 60,
  });
});

test('a missing target column is refused before anything is started, with the columns there are', async () => {
  const { started, context } = contextOf();
  await expect(startExperiment({ ...input, targetColumn: 'kind' }, context)).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    details: { field: 'input.targetColumn' },
    message:
      'input.targetColumn: the data has no column "kind"; its columns are "sepal_length", "day", "species".',
  });
  expect(started).toEqual([]);
});

test('the same clientRunId of the same caller is the same run, with a hash that tells other content', async () => {
  const { started, context } = contextOf();
  await startExperiment({ ...input, clientRunId: 'a' }, context);
  await startExperiment({ ...input, clientRunId: 'a' }, context);
  await startExperiment({ ...input, clientRunId: 'a', targetColumn: 'day' }, context);
  await startExperiment({ ...input, clientRunId: 'b' }, context);
  const other = contextOf({ key: 'ben' });
  await startExperiment({ ...input, clientRunId: 'a' }, other.context);
  const [first, again, changed, b] = started;
  expect(again).toEqual(first);
  expect(changed?.name).toBe(first?.name);
  expect(changed?.contentHash).not.toBe(first?.contentHash);
  expect(b?.name).not.toBe(first?.name);
  expect(other.started[0]?.name).not.toBe(first?.name);
});

test.each<[Partial<StartExperimentInput>, string]>([
  [{ experiment: 'a/b' }, 'input.experiment'],
  [{ datasetId: 'nonsense' }, 'input.datasetId'],
  [{ maxTrials: 0 }, 'input.maxTrials'],
  [{ crossValidations: 1 }, 'input.crossValidations'],
  [{ allowedAlgorithms: ['KNN'], blockedAlgorithms: ['SVM'] }, 'input.blockedAlgorithms'],
  [{ task: 'FORECASTING' }, 'input.timeColumn'],
  [{ task: 'FORECASTING', timeColumn: 'week' }, 'input.timeColumn'],
  [{ horizon: 3 }, 'input.horizon'],
  [{ clientRunId: '' }, 'input.clientRunId'],
  [{ tags: [{ name: 'mlgraph.dataset', value: 'x' }] }, 'input.tags'],
])('%j is refused naming %s', async (change, field) => {
  const { started, context } = contextOf();
  await expect(startExperiment({ ...input, ...change }, context)).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    details: { field },
  });
  expect(started).toEqual([]);
});

test('a dataset that is no table is refused', async () => {
  const { context } = contextOf({ type: 'FILE' });
  await expect(startExperiment(input, context)).rejects.toMatchObject({
    details: { field: 'input.datasetId' },
  });
});
