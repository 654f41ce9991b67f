import { describe, expect, test } from 'vitest';
import type { Chapkit } from '../../src/datasources/chapkit/index.ts';
import { MlgraphError } from '../../src/domain/errors.ts';
import type { ServiceRun } from '../../src/domain/runs.ts';
import { predict, train } from '../../src/resolvers/services/jobs.ts';
import { logsOfServiceRun } from '../../src/resolvers/services/logs.ts';
import {
  getServiceModel,
  modelsOfServiceRun,
  runOfServiceModel,
  serviceModelSource,
} from '../../src/resolvers/services/models.ts';
import { serviceRunSource, serviceRunSources } from '../../src/resolvers/services/run-source.ts';
import {
  artifactOfRun,
  cancelServiceRun,
  getServiceRun,
  predictionsOf,
  readServiceRun,
} from '../../src/resolvers/services/runs.ts';
import {
  artifact,
  config,
  configKey,
  down,
  failureOf,
  idOf,
  job,
  jobKey,
  modelKey,
  serviceId,
  setting,
} from './services-support.ts';

const data = { columns: ['rain', 'cases'], rows: [[100.5, 12]] };
const future = { columns: ['rain'], rows: [[90]] };
const trainInput = (more: object = {}) => ({
  serviceId: serviceId(),
  configId: idOf('ModelConfig', 'forecast', configKey),
  data,
  ...more,
});
const predictInput = (more: object = {}) => ({
  modelId: idOf('Model', 'forecast', modelKey),
  future,
  ...more,
});
const accepting = { train: async () => ({ jobKey, artifactKey: modelKey }) };
const started = async (forecast: Partial<Chapkit>) => {
  const parts = setting({ chapkits: { forecast: { ...accepting, ...forecast } } });
  const { run } = await train(trainInput(), parts.context);
  return { ...parts, run };
};

describe('train', () => {
  test('remembers the run, its job and its artifact, and who used the key', async () => {
    const order: string[] = [];
    const forecast = {
      checkTraining: async () => void order.push('check'),
      train: async (given: unknown) => {
        order.push(`train, remembered ${parts.rows.length}`);
        expect(given).toEqual({ configKey, data, geo: null });
        return { jobKey, artifactKey: modelKey };
      },
    };
    const parts = setting({ chapkits: { forecast } });
    const { run } = await train(trainInput(), parts.context);
    expect(order).toEqual(['check', 'train, remembered 1']);
    expect(run).toMatchObject({
      kind: 'TRAINING',
      provider: 'CHAPKIT',
      name: jobKey,
      service: 'forecast',
      config: configKey,
      artifact: modelKey,
      status: 'PENDING',
      rawStatus: 'pending',
      createdBy: 'Ada',
    });
    expect(parts.rows).toMatchObject([{ jobKey, artifactKey: modelKey, createdBy: 'Ada' }]);
    expect(parts.trail).toMatchObject([
      {
        action: 'upstream.use',
        actor: 'ada',
        target: run.id,
        outcome: 'OK',
        upstream: 'CHAPKIT',
        keyPrefix: 'sk_ml_t',
      },
    ]);
  });

  test('leaves nothing of what does not pass the checks', async () => {
    const forecast = {
      ...accepting,
      checkTraining: async () => {
        throw new MlgraphError('BAD_USER_INPUT', 'input.data: empty', { field: 'input.data' });
      },
    };
    const { context, rows } = setting({ chapkits: { forecast } });
    const again = { clientRunId: 'once' };
    expect((await failureOf(() => train(trainInput(again), context))).code).toBe('BAD_USER_INPUT');
    const ragged = { ...data, rows: [[1]] };
    expect((await failureOf(() => train(trainInput({ data: ragged }), context))).details.field).toBe(
      'input.data.rows[0]',
    );
    const other = idOf('ModelConfig', 'elsewhere', configKey);
    expect((await failureOf(() => train(trainInput({ configId: other }), context))).code).toBe('NOT_FOUND');
    expect(rows).toEqual([]);
  });

  test('with the configuration of another service is refused', async () => {
    const { context } = setting({ chapkits: { forecast: accepting, other: {} } });
    const configId = idOf('ModelConfig', 'other', configKey);
    expect(await failureOf(() => train(trainInput({ configId }), context))).toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { field: 'input.configId' },
    });
  });

  test('needs the right to train', async () => {
    const { context } = setting({ roles: { train: ['modeller'] } });
    expect(await failureOf(() => train(trainInput(), context))).toMatchObject({
      code: 'FORBIDDEN',
      details: { field: 'input.serviceId' },
    });
  });

  test('with the same clientRunId is one run, also where the service is down by then', async () => {
    let submits = 0;
    const forecast: Partial<Chapkit> = {
      train: async () => {
        submits++;
        return { jobKey, artifactKey: modelKey };
      },
      getJob: down,
    };
    const { context } = setting({ chapkits: { forecast } });
    const first = await train(trainInput({ clientRunId: 'once' }), context);
    context.chapkit('forecast').checkTraining = down;
    const again = await train(trainInput({ clientRunId: 'once' }), context);
    expect(again.run.id).toBe(first.run.id);
    expect(submits).toBe(1);
    const rows = [[1, 2]];
    expect(
      await failureOf(() => train(trainInput({ clientRunId: 'once', data: { ...data, rows } }), context)),
    ).toMatchObject({ code: 'CONFLICT', details: { field: 'input.clientRunId' } });
  });

  test.each([
    ['UPSTREAM_TIMEOUT', 'LOST', "The service's answer was lost: whether the job was begun is not known."],
    ['RATE_LIMITED', 'RATE_LIMITED', 'forecast asks for fewer calls.'],
  ] as const)('refused by %s is remembered as failed with %s', async (code, kept, message) => {
    const forecast = {
      train: async () => {
        throw new MlgraphError(code, 'forecast asks for fewer calls.');
      },
    };
    const { context, rows, trail } = setting({ chapkits: { forecast } });
    expect((await failureOf(() => train(trainInput(), context))).code).toBe(code);
    expect(rows).toMatchObject([{ status: 'FAILED', jobKey: null, error: { code: kept, message } }]);
    expect(trail).toMatchObject([{ action: 'upstream.use', outcome: code }]);
  });

  test('takes back what it cannot remember', async () => {
    const cancelled: string[] = [];
    const forecast = { ...accepting, cancelJob: async (key: string) => void cancelled.push(key) };
    const { context } = setting({ chapkits: { forecast } });
    context.store.updateServiceRun = down;
    expect((await failureOf(() => train(trainInput(), context))).code).toBe('UPSTREAM_UNAVAILABLE');
    expect(cancelled).toEqual([jobKey]);
  });
});

describe('predict', () => {
  test('without past rows has none of them', async () => {
    let given: unknown;
    const forecast: Partial<Chapkit> = {
      getArtifact: async () => artifact(),
      predict: async (prediction) => {
        given = prediction;
        return { jobKey, artifactKey: '01KA0M5N8P1Q3R5S7T9V1W3X5Y' };
      },
    };
    const { context } = setting({ chapkits: { forecast } });
    const { run } = await predict(predictInput(), context);
    expect(run).toMatchObject({ kind: 'PREDICTION', model: modelKey });
    expect(given).toEqual({
      artifactKey: modelKey,
      historic: { columns: ['rain'], rows: [] },
      future,
      geo: null,
    });
  });

  test('with a model whose training failed says so', async () => {
    const told = { code: 'BAD_USER_INPUT', details: { field: 'input.modelId' } };
    const failed = setting({
      chapkits: { forecast: { getArtifact: async () => artifact({ failed: true }) } },
    });
    expect(await failureOf(() => predict(predictInput(), failed.context))).toMatchObject(told);
    expect(failed.rows).toEqual([]);
    const never = await started({ getJob: async () => job('failed', { error: 'ValueError: too few rows' }) });
    const error = await failureOf(() => predict(predictInput(), never.context));
    expect(error).toMatchObject(told);
    expect(error.message).toContain('the training of this model failed');
  });

  test('with a model that is still trained is too early', async () => {
    const { context } = await started({ getJob: async () => job('running') });
    expect((await failureOf(() => predict(predictInput(), context))).code).toBe('CONFLICT');
  });

  test('with a model of another platform is refused', async () => {
    const { context } = setting();
    expect((await failureOf(() => predict(predictInput(), context))).code).toBe('NOT_FOUND');
    const modelId = Buffer.from(JSON.stringify(['Model', 'AZURE_ML', 'home', 'm', '1'])).toString(
      'base64url',
    );
    expect((await failureOf(() => predict(predictInput({ modelId }), context))).code).toBe('BAD_USER_INPUT');
  });

  test('needs the right to predict', async () => {
    const { context } = setting({ roles: { predict: ['forecaster'] } });
    expect((await failureOf(() => predict(predictInput(), context))).message).toBe(
      'Predicting with forecast needs the app role forecaster.',
    );
  });
});

describe('a run', () => {
  const at = new Date('2026-11-01T00:00:05Z');
  test.each([
    [job('pending'), { status: 'PENDING' }],
    [job('running', { startedAt: at }), { status: 'RUNNING', startedAt: at, finishedAt: null }],
    [job('canceling'), { status: 'CANCELING' }],
    [job('completed', { finishedAt: at }), { status: 'COMPLETED', finishedAt: at, error: null }],
    [
      job('failed', { error: 'ValueError: x' }),
      { status: 'FAILED', error: { code: null, message: 'ValueError: x' } },
    ],
    [job('canceled'), { status: 'CANCELED' }],
    [job('sleeping'), { status: 'UNKNOWN', rawStatus: 'sleeping' }],
  ])('of the job %j is told, and kept', async (told, expected) => {
    const { context, run, rows } = await started({ getJob: async () => told });
    expect(await readServiceRun(run.key, context)).toMatchObject(expected);
    expect(rows).toMatchObject([{ ...expected, rawStatus: told.rawStatus }]);
  });

  test('that has ended is not asked for again', async () => {
    const { context, run } = await started({ getJob: async () => job('completed') });
    await readServiceRun(run.key, context);
    context.chapkit('forecast').getJob = down;
    expect((await readServiceRun(run.key, context)).status).toBe('COMPLETED');
  });

  test.each([
    [
      'is there',
      async () => artifact(),
      { status: 'COMPLETED', finishedAt: artifact().createdAt, error: null },
    ],
    [
      'tells of a failure',
      async () => artifact({ failed: true }),
      { status: 'FAILED', error: { code: null } },
    ],
    ['is not there', undefined, { status: 'FAILED', error: { code: 'LOST' } }],
  ])('whose job is forgotten goes by its artifact, which %s', async (_, getArtifact, expected) => {
    const { context, run } = await started(getArtifact ? { getArtifact } : {});
    expect(await readServiceRun(run.key, context)).toMatchObject(expected);
  });

  test('that nobody lived to give a job is lost after a while', async () => {
    const { context, clock, rows } = setting();
    await context.store.addServiceRun({
      kind: 'TRAINING',
      service: 'forecast',
      configKey,
      modelKey: null,
      clientRunId: null,
      contentHash: null,
      createdBy: null,
    });
    const key = rows[0]?.key ?? '';
    expect(await readServiceRun(key, context)).toMatchObject({ status: 'PENDING', name: key });
    expect((await failureOf(() => cancelServiceRun(key, context))).code).toBe('CONFLICT');
    await clock.advance(120_000);
    expect(await readServiceRun(key, context)).toMatchObject({ status: 'FAILED', error: { code: 'LOST' } });
  });

  test('is as last seen by its id where the service is down, and a failure to who watches', async () => {
    const { context, run } = await started({ getJob: down });
    expect(await getServiceRun(run.id, 'id', context)).toMatchObject({ status: 'PENDING' });
    expect((await failureOf(() => readServiceRun(run.key, context))).code).toBe('UPSTREAM_UNAVAILABLE');
  });

  test('of somebody else, or of a service that may not be read any more, is not there', async () => {
    const { context, run } = await started({ getJob: async () => job('running') });
    const other = '00000000-0000-4000-8000-000000000000';
    expect((await failureOf(() => readServiceRun(other, context))).code).toBe('NOT_FOUND');
    const outside = {
      ...context,
      services: [{ systemName: 'forecast', roles: { read: ['x'], train: null, predict: null } }],
    };
    expect((await failureOf(() => getServiceRun(run.id, 'id', outside))).code).toBe('NOT_FOUND');
  });

  test('is cancelled, and stays so though its job is forgotten', async () => {
    let there = true;
    const { context, run } = await started({
      getJob: async () => (there ? job('running') : null),
      cancelJob: async () => {
        there = false;
      },
    });
    expect(await cancelServiceRun(run.key, context)).toMatchObject({
      status: 'CANCELED',
      rawStatus: 'canceled',
    });
    expect((await readServiceRun(run.key, context)).status).toBe('CANCELED');
    expect((await cancelServiceRun(run.key, context)).status).toBe('CANCELED');
  });

  test('that is being cancelled is so for everybody, until the service has heard of it', async () => {
    const { context, run } = await started({
      getJob: async () => job('running'),
      cancelJob: async () => {
        expect((await readServiceRun(run.key, context)).status).toBe('CANCELING');
      },
    });
    expect((await cancelServiceRun(run.key, context)).status).toBe('CANCELING');
  });

  test('that cannot be cancelled goes on', async () => {
    const { context, run } = await started({ getJob: async () => job('running'), cancelJob: down });
    expect((await failureOf(() => cancelServiceRun(run.key, context))).code).toBe('UPSTREAM_UNAVAILABLE');
    expect((await readServiceRun(run.key, context)).status).toBe('RUNNING');
  });

  test('that ended before it could be cancelled has completed', async () => {
    let there = true;
    const { context, run } = await started({
      getJob: async () => (there ? job('running') : null),
      getArtifact: async () => (there ? down() : artifact()),
      cancelJob: async () => {
        there = false;
      },
    });
    expect((await cancelServiceRun(run.key, context)).status).toBe('COMPLETED');
  });

  test('gives its artifact, its model and its predictions once it has completed', async () => {
    let state = 'running';
    const table = { columns: [], rows: [], rowCount: 0, truncated: false };
    const { context, run } = await started({
      getJob: async () => job(state),
      getArtifact: async () => artifact(),
      getConfig: async () => config(),
      predictions: async () => table,
    });
    expect(await artifactOfRun(run, context)).toBeNull();
    expect(await modelsOfServiceRun(run, context)).toEqual([]);
    state = 'completed';
    const done = await readServiceRun(run.key, context);
    expect((await artifactOfRun(done, context))?.key).toBe(modelKey);
    const [model] = await modelsOfServiceRun(done, context);
    expect(model).toMatchObject({
      kind: 'SERVICE_MODEL',
      name: 'north',
      version: modelKey,
      artifact: modelKey,
    });
    expect(model && (await runOfServiceModel(model, context))?.id).toBe(run.id);
    expect(await getServiceModel(model?.id ?? '', 'id', context)).toEqual(model);
    const prediction = { ...done, kind: 'PREDICTION' as const, model: modelKey };
    expect(await predictionsOf(prediction, context)).toBe(table);
    expect(await predictionsOf({ ...prediction, status: 'RUNNING' }, context)).toBeNull();
  });
});

describe('the list of runs', () => {
  const many = async (getJob: Chapkit['getJob'], count = 5) => {
    const parts = setting({ chapkits: { forecast: { ...accepting, getJob } } });
    for (let index = 0; index < count; index++) {
      await train(trainInput(), parts.context);
      await parts.clock.advance(1_000);
    }
    return parts;
  };
  const signal = new AbortController().signal;
  const read = async (
    filter: object,
    parts: Awaited<ReturnType<typeof many>>,
    limit: number,
    after: string | null = null,
  ) => serviceRunSource('forecast', filter, parts.context).read({ after, limit, signal });

  test('goes on where it stopped', async () => {
    const parts = await many(async () => job('running'));
    const seen: ServiceRun[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const slice = await read({}, parts, 2, after);
      expect(slice.failure).toBeUndefined();
      seen.push(...slice.rows.map(({ node }) => node));
      after = slice.next;
      more = after !== null;
    }
    expect(seen.map(({ key }) => key)).toEqual(parts.rows.map(({ key }) => key).reverse());
    expect(seen.every(({ status }) => status === 'RUNNING')).toBe(true);
  });

  test('filters by the status of now, not by the one last seen', async () => {
    let state = 'running';
    const parts = await many(async () => job(state));
    await read({}, parts, 10);
    state = 'completed';
    const done = await read({ status: ['COMPLETED'] }, parts, 3);
    expect(done.rows).toHaveLength(3);
    expect(done.next).not.toBeNull();
    expect((await read({ status: ['RUNNING'] }, parts, 10)).rows).toEqual([]);
  });

  test('fills its page over what a filter passes over', async () => {
    let calls = 0;
    const parts = await many(async () => job(calls++ % 2 === 0 ? 'failed' : 'completed'), 8);
    await read({}, parts, 8);
    const slice = await read({ status: ['FAILED'] }, parts, 4);
    expect(slice.rows).toHaveLength(4);
    expect(slice.rows.every(({ node }) => node.status === 'FAILED')).toBe(true);
  });

  test('is as last seen where the service is down, and tells why', async () => {
    const parts = await many(down);
    const slice = await read({}, parts, 10);
    expect(slice.rows.map(({ node }) => node.status)).toEqual(Array(5).fill('PENDING'));
    expect(slice.failure).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  test('does not wait long for a service that hangs', async () => {
    const parts = await many(() => new Promise(() => {}));
    const reading = read({}, parts, 10);
    await parts.clock.advance(2_000);
    const slice = await reading;
    expect(slice.rows).toHaveLength(5);
    expect(slice.failure).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });

  test('refuses a place that is none', async () => {
    const parts = await many(async () => null, 1);
    for (const after of ['x', '[]', '["a","b"]', '[1e99,"b"]'])
      expect((await failureOf(() => read({}, parts, 1, after))).code).toBe('BAD_USER_INPUT');
  });

  test('has a source per service that the filter leaves', () => {
    const { context } = setting({ chapkits: { a: {}, b: {} } });
    const keys = (filter: object) => serviceRunSources(filter, context).map(({ key }) => key);
    expect(keys({})).toEqual(['chapkit:a', 'chapkit:b']);
    expect(keys({ service: 'b' })).toEqual(['chapkit:b']);
    expect(keys({ provider: ['AZURE_ML'] })).toEqual([]);
    expect(keys({ experiment: 'iris' })).toEqual([]);
  });
});

describe('the list of models', () => {
  test('has what was trained, by the names of the configurations', async () => {
    const trained = [
      artifact({ key: 'D', createdAt: new Date(4) }),
      artifact({ key: 'C', createdAt: new Date(3), failed: true }),
      artifact({ key: 'B', createdAt: new Date(3), config: null }),
      artifact({ key: 'A', createdAt: new Date(3) }),
    ];
    const forecast = {
      listTrained: async () => trained,
      configNames: async () => new Map([[configKey, 'North']]),
    };
    const { context } = setting({ chapkits: { forecast } });
    const signal = new AbortController().signal;
    const source = serviceModelSource('forecast', {}, context);
    const first = await source.read({ after: null, limit: 2, signal });
    expect(first.rows.map(({ node }) => [node.artifact, node.name])).toEqual([
      ['D', 'North'],
      ['B', 'forecast'],
    ]);
    const second = await source.read({ after: first.next, limit: 2, signal });
    expect(second.rows.map(({ node }) => node.artifact)).toEqual(['A']);
    expect(second.next).toBeNull();
    const named = serviceModelSource('forecast', { nameContains: 'nor' }, context);
    expect(
      (await named.read({ after: null, limit: 9, signal })).rows.map(({ node }) => node.artifact),
    ).toEqual(['D', 'A']);
  });
});

describe('the log of a run', () => {
  test('grows at its end, with what the job wrote when it is over', async () => {
    let told = job('pending');
    const { context, run } = await started({
      getJob: async () => told,
      outputOf: async () => ({ stdout: 'époque 1', stderr: 'done\n' }),
    });
    let text = '';
    let cursor: string | null = null;
    const readOn = async (maxBytes = 1_000) => {
      const present = await readServiceRun(run.key, context);
      const chunk = await logsOfServiceRun(present, cursor, maxBytes, context);
      text += chunk.text;
      cursor = chunk.cursor;
      return chunk;
    };
    expect(await readOn()).toMatchObject({
      text: expect.stringMatching(/training handed to forecast\n$/),
      complete: false,
    });
    expect(await readOn()).toMatchObject({ text: '', complete: false });
    told = job('running', { startedAt: new Date('2026-11-01T00:00:01Z') });
    expect((await readOn()).text).toBe('2026-11-01T00:00:01.000Z running\n');
    told = job('failed', {
      startedAt: new Date('2026-11-01T00:00:01Z'),
      finishedAt: new Date('2026-11-01T00:00:02Z'),
      error: 'ValueError: too few rows',
    });
    while (!(await readOn(5)).complete);
    expect(text.split('\n').slice(1)).toEqual([
      '2026-11-01T00:00:01.000Z running',
      '2026-11-01T00:00:02.000Z failed: ValueError: too few rows',
      'époque 1',
      'done',
      '',
    ]);
    expect(await readOn()).toMatchObject({ text: '', complete: true });
  });

  test('goes on behind a cursor of its own alone', async () => {
    const { context, run } = await started({ getJob: async () => job('completed') });
    const done = await readServiceRun(run.key, context);
    const { cursor } = await logsOfServiceRun(done, null, 1_000, context);
    const other = { ...done, key: 'another' };
    expect((await failureOf(() => logsOfServiceRun(other, cursor, 9, context))).code).toBe('BAD_USER_INPUT');
    expect((await failureOf(() => logsOfServiceRun(done, 'x', 9, context))).code).toBe('BAD_USER_INPUT');
    const beyond = Buffer.from(JSON.stringify([done.key, 1e6])).toString('base64url');
    expect((await failureOf(() => logsOfServiceRun(done, beyond, 9, context))).code).toBe('CURSOR_EXPIRED');
  });
});
