import { describe, expect, it } from 'vitest';
import type { AutoMLRun } from '../../src/domain/runs.ts';
import { automlRecord, experiments, historyOf, mlflowRun, record, trialRecord } from './support/records.ts';
import { type Answers, fails, failureOf, ok, page, slice, startWorkspace } from './support/workspace.ts';

const names = (count: number, of = 'job') => Array.from({ length: count }, (_, index) => `${of}${index}`);
type Named = { node: { name: string } };
const namesIn = (found: { edges: Named[] } | { rows: Named[] }) =>
  ('edges' in found ? found.edges : found.rows).map(({ node }) => node.name);

/** AutoML jobs with three trials and a setup each. */
function workspaceOf(jobs: string[]): Answers {
  const indexes = [0, 1, 2];
  const records = jobs.flatMap((job) => [
    automlRecord(job),
    record(`${job}_setup`, { parentRunId: job }),
    ...indexes.map((index) => trialRecord(job, index)),
  ]);
  const trials = (job: string) =>
    indexes.map((index) => mlflowRun(`${job}_${index}`, { parent: job, accuracy: index / 10 }));
  const all = jobs.flatMap((job) => [
    mlflowRun(job, { accuracy: 0.2 }),
    mlflowRun(`${job}_setup`, { parent: job }),
    mlflowRun(`${job}_0`, { parent: job }),
  ]);
  return {
    ...experiments,
    ...historyOf(records),
    'POST mlflow /runs/search': ({ body }) => {
      const parent = /parentRunId = '(.+)'/.exec(String(body.filter))?.[1];
      return { body: { runs: parent ? trials(parent) : all } };
    },
  };
}

describe('a page of runs', () => {
  it('with metrics, trials and their metrics costs the fewest calls', async () => {
    await using workspace = await startWorkspace(workspaceOf(names(10)));
    const azureML = workspace.as('ada');
    const runs = await azureML.listRuns({}, slice());
    const metrics = await Promise.all(runs.rows.map(({ node }) => azureML.metrics(node)));
    const trials = await Promise.all(names(10).map((name) => azureML.listChildren(name, page())));
    const trialMetrics = await Promise.all(
      trials.flatMap(({ edges }) => edges.map(({ node }) => azureML.metrics(node))),
    );

    expect(namesIn(runs)).toEqual(names(10));
    expect(runs.rows[0]?.node).toMatchObject({ kind: 'AUTOML', experiment: 'demand', status: 'COMPLETED' });
    expect(metrics).toEqual(names(10).map(() => [{ name: 'accuracy', value: 0.2 }]));
    expect(trials.map(namesIn)).toEqual(names(10).map((name) => names(3, `${name}_`)));
    expect(trialMetrics.slice(0, 3)).toEqual([0, 0.1, 0.2].map((value) => [{ name: 'accuracy', value }]));
    const routes = Object.entries(Object.groupBy(workspace.routes(), (route) => route));
    const calls = routes.map(([route, each]) => [route.replace(/job\d/, 'job'), each?.length]);
    expect(Object.fromEntries(calls.slice(0, 3))).toEqual({
      'POST mlflow /experiments/search': 1,
      'POST mlflow /runs/search': 1 + 10,
      'POST history /batchrundata': 1,
    });
    expect(calls.slice(3)).toEqual(names(10).map(() => ['GET history /runs/job/children', 1]));
  });

  it('leaves out a run that was deleted since it was found', async () => {
    await using workspace = await startWorkspace({
      ...experiments,
      ...historyOf([automlRecord('job0'), automlRecord('job2')]),
      'POST mlflow /runs/search': ok({ runs: names(3).map((name) => mlflowRun(name)) }),
    });
    expect(namesIn(await workspace.as('ada').listRuns({}, slice()))).toEqual(['job0', 'job2']);
  });

  it('reads records one by one where the service knows no batch', async () => {
    await using workspace = await startWorkspace({
      ...workspaceOf(names(2)),
      'POST history /batchrundata': () => fails(405),
    });
    expect(namesIn(await workspace.as('ada').listRuns({}, slice()))).toEqual(names(2));
    expect(workspace.routes()).toContain('GET history /runs/job1');
  });

  it('is empty without a call where nothing can be found', async () => {
    await using workspace = await startWorkspace({
      'POST mlflow /experiments/search': ok({}),
      'GET mlflow /experiments/get-by-name': () => ({
        status: 404,
        body: { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'none' },
      }),
    });
    const azureML = workspace.as('ada');
    const found = [
      await azureML.listRuns({}, slice()),
      await azureML.listRuns({ status: [] }, slice()),
      await azureML.listRuns({ experiment: 'nowhere' }, slice()),
    ];
    expect(found).toEqual(Array(3).fill({ rows: [], next: null }));
    expect(workspace.routes()).not.toContain('POST mlflow /runs/search');
  });
});

describe('filters of runs', () => {
  const statuses = ['Completed', 'Queued', 'Failed', 'Running'];
  const mlflowStatuses = ['FINISHED', 'RUNNING', 'FAILED', 'RUNNING'];
  const answers: Answers = {
    ...experiments,
    ...historyOf(
      names(4).map((name, index) =>
        automlRecord(name, { status: statuses[index] ?? '', createdUtc: `2026-05-0${4 - index}T00:00:00Z` }),
      ),
    ),
    'GET mlflow /experiments/get-by-name': ok({ experiment: { experiment_id: 'e-9', name: 'demand' } }),
    'POST mlflow /runs/search': ok({
      runs: names(4).map((name, index) => mlflowRun(name, { status: mlflowStatuses[index] })),
    }),
  };

  it.each([
    ['one final status', { status: ['FAILED' as const] }, "attributes.status = 'FAILED'", ['job2']],
    ['several statuses', { status: ['PENDING' as const, 'COMPLETED' as const] }, '', ['job0', 'job1']],
    ['one that MLflow knows only coarsely', { status: ['RUNNING' as const] }, '', ['job3']],
    [
      'the time after',
      { createdAfter: new Date('2026-05-02T12:00:00Z') },
      'attributes.start_time >= 1777723200000',
      ['job0', 'job1'],
    ],
    ['the time before', { createdBefore: new Date('2026-05-02T12:00:00Z') }, '', ['job2', 'job3']],
    ['a dataset', { dataset: { name: 'sales', version: '3' } }, "tags.mlgraph.dataset = 'sales:3'", names(4)],
  ])('by %s', async (_, filter, sent, found) => {
    await using workspace = await startWorkspace(answers);
    expect(namesIn(await workspace.as('ada').listRuns(filter, slice()))).toEqual(found);
    expect(workspace.bodies('/runs/search')).toMatchObject([{ filter: sent, experiment_ids: ['e-1'] }]);
  });

  it('by an experiment, whose name is looked up', async () => {
    await using workspace = await startWorkspace(answers);
    await workspace.as('ada').listRuns({ experiment: 'demand' }, slice());
    expect(workspace.bodies('/runs/search')).toMatchObject([{ experiment_ids: ['e-9'] }]);
  });

  it('never put a forged dataset into the filter language', async () => {
    await using workspace = await startWorkspace(answers);
    const dataset = { name: "x' and tags.a = 'b", version: '1' };
    const failure = await failureOf(workspace.as('ada').listRuns({ dataset }, slice()));
    expect(failure.code).toBe('NOT_FOUND');
    expect(workspace.routes()).not.toContain('POST mlflow /runs/search');
  });
});

describe('one run', () => {
  it('is read once an operation, several in one call', async () => {
    await using workspace = await startWorkspace(workspaceOf(names(2)));
    const azureML = workspace.as('ada');
    const runs = await Promise.all(['job0', 'job1', 'job1_2', 'job0'].map((name) => azureML.getRun(name)));
    expect(runs.map(({ kind, name }) => [kind, name])).toEqual([
      ['AUTOML', 'job0'],
      ['AUTOML', 'job1'],
      ['TRIAL', 'job1_2'],
      ['AUTOML', 'job0'],
    ]);
    expect(workspace.routes().filter((route) => route.includes('history'))).toEqual([
      'POST history /batchrundata',
    ]);
    await azureML.getRun('job0', { fresh: true });
    expect(workspace.routes().at(-1)).toBe('GET history /runs/job0');
  });

  it('that fails leaves the others of its batch alone', async () => {
    await using workspace = await startWorkspace(workspaceOf(names(1)));
    const azureML = workspace.as('ada');
    const [there, gone] = await Promise.allSettled([azureML.getRun('job0'), azureML.getRun('job9')]);
    expect(there).toMatchObject({ value: { name: 'job0' } });
    expect(gone).toMatchObject({
      reason: { code: 'NOT_FOUND', message: 'There is no run "job9" in this workspace.' },
    });
  });

  it.each(['', '..', 'a/b', 'a b', "a'b", `a${'x'.repeat(300)}`])('named %j cannot exist', async (name) => {
    await using workspace = await startWorkspace({});
    const azureML = workspace.as('ada');
    const failures = [
      await failureOf(azureML.getRun(name)),
      await failureOf(azureML.listChildren(name, page())),
      await failureOf(azureML.metricHistory(name, 'accuracy')),
      await failureOf(azureML.cancelRun(name)),
    ];
    expect(failures.map(({ code }) => code)).toEqual(failures.map(() => 'NOT_FOUND'));
    expect(workspace.received).toEqual([]);
  });

  it('that is missing is missing, also by a name that every object knows', async () => {
    await using workspace = await startWorkspace({ ...experiments, ...historyOf([automlRecord('job')]) });
    const azureML = workspace.as('ada');
    const outcomes = await Promise.allSettled(['toString', 'job'].map((name) => azureML.getRun(name)));
    expect(outcomes).toMatchObject([{ reason: { code: 'NOT_FOUND' } }, { value: { name: 'job' } }]);
    expect((await failureOf(workspace.as('ada').getRun('constructor'))).code).toBe('NOT_FOUND');
  });

  it('that is missing may be told as a 400 with the inner code', async () => {
    const additionalInfo = [{ type: 'InnerError', info: { value: { code: 'NotFound', innerError: null } } }];
    await using workspace = await startWorkspace({
      'GET history /runs/job0': () => fails(400, 'Run job0 was not found', { additionalInfo }),
    });
    expect((await failureOf(workspace.as('ada').getRun('job0'))).code).toBe('NOT_FOUND');
  });
});

describe('children', () => {
  it('come by iteration, page by page, without the helpers', async () => {
    const indexes = [0, 1, 2, 10];
    const children = indexes.map((index) => trialRecord('job', index));
    await using workspace = await startWorkspace({
      'GET history /runs/job/children': ({ query }) =>
        query.get('$continuationtoken') === 'more'
          ? { body: { value: [children[3]] } }
          : {
              body: {
                value: [children[2], record('job_setup', { parentRunId: 'job' }), children[0], children[1]],
                continuationToken: 'more',
              },
            },
    });
    const first = await workspace.as('ada').listChildren('job', page({ first: 2 }));
    const rest = await workspace.as('ada').listChildren('job', page({ first: 5, after: first.endCursor }));
    expect([first, rest].map(namesIn)).toEqual([
      ['job_0', 'job_1'],
      ['job_2', 'job_10'],
    ]);
  });

  it('of a pipeline are its steps', async () => {
    const step = record('0b5e', {
      parentRunId: 'pipe',
      properties: { 'azureml.runsource': 'azureml.StepRun' },
    });
    await using workspace = await startWorkspace({ ...experiments, ...historyOf([record('pipe'), step]) });
    const steps = await workspace.as('ada').listChildren('pipe', page());
    expect(steps.edges.map(({ node }) => node)).toMatchObject([{ kind: 'JOB', experiment: 'demand' }]);
  });
});

describe('the best trial', () => {
  it('of several runs is read in one call', async () => {
    const best = (job: string) => ({ tags: { automl_best_child_run_id: `${job}_1`, score_000: '0.1;0.2' } });
    const records = names(2).flatMap((job) => [automlRecord(job, best(job)), trialRecord(job, 1)]);
    await using workspace = await startWorkspace({ ...experiments, ...historyOf(records) });
    const azureML = workspace.as('ada');
    const runs = await Promise.all(names(2).map((name) => azureML.getRun(name)));
    const trials = await Promise.all(runs.map((run) => azureML.bestTrial(run as AutoMLRun)));
    expect(trials.map((trial) => trial?.name)).toEqual(['job0_1', 'job1_1']);
    expect(workspace.routes().filter((route) => route.includes('history'))).toHaveLength(2);
  });

  it('is null before there is one', async () => {
    await using workspace = await startWorkspace({ ...experiments, ...historyOf([automlRecord('job')]) });
    const azureML = workspace.as('ada');
    expect(await azureML.bestTrial((await azureML.getRun('job')) as AutoMLRun)).toBeNull();
  });
});

describe('callers', () => {
  it('never share an answer', async () => {
    await using workspace = await startWorkspace({
      ...experiments,
      'GET history /runs/job': ({ caller }) => ({
        body: automlRecord('job', { displayName: `for ${caller}` }),
      }),
    });
    const runs = await Promise.all(['ada', 'ben', 'ada'].map((caller) => workspace.as(caller).getRun('job')));
    expect(runs.map(({ displayName }) => displayName)).toEqual(['for ada', 'for ben', 'for ada']);
    const tokens = workspace.received.map(({ headers }) => headers.authorization);
    expect(tokens.filter((token) => token === 'Bearer ada@https://ml.azure.com/.default')).toHaveLength(4);
    expect(tokens.filter((token) => token === 'Bearer ben@https://ml.azure.com/.default')).toHaveLength(2);
  });

  it('remember names of experiments across operations, each their own', async () => {
    await using workspace = await startWorkspace({ ...experiments, ...historyOf([automlRecord('job')]) });
    const callers: string[] = [];
    for (const caller of ['ada', 'ada', 'ben']) {
      const run = await workspace.as(caller).getRun('job');
      expect(run).toMatchObject({ experiment: 'demand' });
    }
    for (const { url, headers } of workspace.received) {
      if (url.includes('/experiments/')) callers.push(String(headers.authorization).slice(7, 10));
    }
    expect(callers).toEqual(['ada', 'ben']);
  });
});
