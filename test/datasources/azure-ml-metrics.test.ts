import { describe, expect, it } from 'vitest';
import { automlRecord, experiments, historyOf, mlflowRun, record, trialRecord } from './support/records.ts';
import { type Answers, fails, failureOf, ok, page, startWorkspace } from './support/workspace.ts';

const single: Answers = {
  'GET mlflow /runs/get': ({ query }) => ({
    body: { run: mlflowRun(query.get('run_id') ?? '', { accuracy: 0.5 }) },
  }),
};
const accuracy = (value: number) => [{ name: 'accuracy', value }];

describe('metrics', () => {
  it('of one run are read by its name', async () => {
    await using workspace = await startWorkspace({
      ...experiments,
      ...single,
      ...historyOf([record('job')]),
    });
    const azureML = workspace.as('ada');
    const run = await azureML.getRun('job');
    expect(await Promise.all([azureML.metrics(run), azureML.metrics(run)])).toEqual([
      accuracy(0.5),
      accuracy(0.5),
    ]);
    expect(workspace.routes().filter((route) => route.endsWith('/runs/get'))).toHaveLength(1);
  });

  it('of several runs are searched for at once', async () => {
    const records = ['a', 'b', 'c'].map((name) => record(name));
    await using workspace = await startWorkspace({
      ...experiments,
      ...single,
      ...historyOf(records),
      'POST mlflow /runs/search': ok({
        runs: [mlflowRun('b', { accuracy: 0.2 }), mlflowRun('a', { accuracy: 0.1 })],
      }),
    });
    const azureML = workspace.as('ada');
    const runs = await Promise.all(['a', 'b', 'c'].map((name) => azureML.getRun(name)));
    const metrics = await Promise.all(runs.map((run) => azureML.metrics(run)));
    expect(metrics).toEqual([accuracy(0.1), accuracy(0.2), accuracy(0.5)]);
    expect(workspace.bodies('/runs/search')).toMatchObject([
      { filter: "attributes.run_id IN ('a', 'b', 'c')", experiment_ids: ['e-1'] },
    ]);
    expect(workspace.routes().filter((route) => route.endsWith('/runs/get'))).toHaveLength(1);
  });

  it('are read one by one where the service refuses that search', async () => {
    await using workspace = await startWorkspace({
      ...experiments,
      ...single,
      ...historyOf([record('a'), record('b')]),
      'POST mlflow /runs/search': () => ({
        status: 400,
        body: { error_code: 'INVALID_PARAMETER_VALUE', message: 'IN is not supported' },
      }),
    });
    const azureML = workspace.as('ada');
    const runs = await Promise.all(['a', 'b'].map((name) => azureML.getRun(name)));
    expect(await Promise.all(runs.map((run) => azureML.metrics(run)))).toEqual([
      accuracy(0.5),
      accuracy(0.5),
    ]);
  });

  it('fail together when the search fails for any other reason', async () => {
    await using workspace = await startWorkspace({
      ...experiments,
      ...single,
      ...historyOf([record('a'), record('b')]),
      'POST mlflow /runs/search': () => fails(403),
    });
    const azureML = workspace.as('ada');
    const runs = await Promise.all(['a', 'b'].map((name) => azureML.getRun(name)));
    const failures = await Promise.all(runs.map((run) => failureOf(azureML.metrics(run))));
    expect(failures.map(({ code }) => code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  });

  it('that a search omits for a scored trial are read by its name', async () => {
    const trials = [0, 1].map((index) => trialRecord('job', index));
    await using workspace = await startWorkspace({
      ...single,
      ...historyOf([automlRecord('job'), ...trials]),
      'POST mlflow /runs/search': ok({
        runs: [mlflowRun('job_0', { parent: 'job' }), mlflowRun('job_1', { parent: 'job', accuracy: 0.1 })],
      }),
    });
    const azureML = workspace.as('ada');
    const { edges } = await azureML.listChildren('job', page());
    const metrics = await Promise.all(edges.map(({ node }) => azureML.metrics(node)));
    expect(metrics).toEqual([accuracy(0.5), accuracy(0.1)]);
  });

  it('of many trials are read over the pages of the search', async () => {
    const trials = [0, 1, 2].map((index) => trialRecord('job', index));
    const found = trials.map(({ runId }, index) => mlflowRun(runId, { parent: 'job', accuracy: index / 10 }));
    await using workspace = await startWorkspace({
      ...historyOf([automlRecord('job'), ...trials]),
      'POST mlflow /runs/search': ({ body }) =>
        body.page_token === 'more'
          ? { body: { runs: found.slice(2) } }
          : { body: { runs: found.slice(0, 2), next_page_token: 'more' } },
    });
    const azureML = workspace.as('ada');
    const { edges } = await azureML.listChildren('job', page());
    const metrics = await Promise.all(edges.map(({ node }) => azureML.metrics(node)));
    expect(metrics).toEqual([accuracy(0), accuracy(0.1), accuracy(0.2)]);
  });
});

describe('the series of a metric', () => {
  it('is read to its end, with nulls for what is not finite', async () => {
    const point = (step: number, value: number | string) => ({
      key: 'loss',
      value,
      timestamp: `${step}`,
      step: `${step}`,
    });
    await using workspace = await startWorkspace({
      'GET mlflow /metrics/get-history': ({ query }) =>
        query.get('page_token') === 'more'
          ? { body: { metrics: [point(2, 'Infinity')] } }
          : { body: { metrics: [point(0, 0.5), point(1, 'NaN')], next_page_token: 'more' } },
    });
    expect(await workspace.as('ada').metricHistory('job', 'loss / total')).toEqual([
      { step: 0, value: 0.5, at: new Date(0) },
      { step: 1, value: null, at: new Date(1) },
      { step: 2, value: null, at: new Date(2) },
    ]);
    expect(new URL(workspace.received[0]?.url ?? '', 'http://x').searchParams.get('metric_key')).toBe(
      'loss / total',
    );
  });

  it('of an unknown run is NOT_FOUND', async () => {
    await using workspace = await startWorkspace({
      'GET mlflow /metrics/get-history': () => ({
        status: 404,
        body: { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'no' },
      }),
    });
    expect(await failureOf(workspace.as('ada').metricHistory('job', 'loss'))).toMatchObject({
      code: 'NOT_FOUND',
      message: 'There is no run "job" in this workspace.',
    });
  });
});
