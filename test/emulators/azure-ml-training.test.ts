import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { predict, startTraining } from '../../emulators/training/index.ts';
import { startTestWorkspace, type TestWorkspace } from './support/azure-ml.ts';
import { registerTable } from './support/azure-ml-data.ts';

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await startTestWorkspace({ train: startTraining });
});
afterAll(() => workspace[Symbol.asyncDispose]());

async function finish(name: string, dataset: string, details: object) {
  const trainingData = { jobInputType: 'mltable', uri: `azureml:${dataset}:1` };
  const limitSettings = { maxTrials: 4, maxConcurrentTrials: 2, timeout: 'PT2M' };
  const properties = { jobType: 'AutoML', taskDetails: { trainingData, limitSettings, ...details } };
  await workspace.arm('PUT', `/jobs/${name}`, { body: { properties } });
  return await vi.waitFor(
    async () => {
      const { body } = await workspace.plane('GET', 'history/v1.0', `/runs/${name}`);
      expect(['Completed', 'Failed']).toContain(body.status);
      return body;
    },
    { timeout: 25_000, interval: 200 },
  );
}

async function artifact(runId: string, path: string) {
  const { body } = await workspace.plane(
    'GET',
    'history/v1.0',
    `/experiments/_/runs/${runId}/artifacts/contentinfo?path=${path}`,
  );
  return await (await fetch(body.contentUri)).json();
}

describe('a job on the sample, really trained', () => {
  it('has trials whose scores are those of their stored models on the held-out rows', async () => {
    await registerTable(workspace, 'iris', await readFile('samples/iris.csv'));
    const parent = await finish('iris', 'iris', {
      taskType: 'Classification',
      targetColumnName: 'species',
      primaryMetric: 'Accuracy',
    });
    expect(parent.status).toBe('Completed');
    const { body } = await workspace.plane('GET', 'history/v1.0', '/runs/iris/children');
    const trials = body.value.filter(
      (run: { properties: { iteration?: string } }) => run.properties.iteration !== undefined,
    );
    expect(trials).toHaveLength(4);
    for (const { runId, properties } of trials) {
      const model = await artifact(runId, 'outputs/mlflow-model/model.json');
      const heldOut = await artifact(runId, 'outputs/held_out.json');
      expect(heldOut.rows.length).toBeGreaterThan(10);
      const right = predict(model, heldOut.rows).filter((label, index) => label === heldOut.truth[index]);
      expect(Number(properties.score)).toBeCloseTo(right.length / heldOut.rows.length, 10);
    }
    const scores = trials.map((run: { properties: { score: string } }) => Number(run.properties.score));
    const best = trials.find((run: { runId: string }) => run.runId === parent.tags.automl_best_child_run_id);
    expect(Number(best.properties.score)).toBe(Math.max(...scores));
  });

  it('fails on a ragged table and names its line', async () => {
    await registerTable(workspace, 'ragged', 'a,b,target\n1,2,x\n3,4,y\n5,6\n');
    const parent = await finish('ragged', 'ragged', {
      taskType: 'Classification',
      targetColumnName: 'target',
    });
    expect(parent.status).toBe('Failed');
    expect(parent.error.error.message).toMatch(/line 4/i);
  });
});
