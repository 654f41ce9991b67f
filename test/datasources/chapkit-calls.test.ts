import { describe, expect, it, test } from 'vitest';
import { parseId } from '../../src/domain/ids.ts';
import {
  bodyOf,
  configKey,
  failureOf,
  jobKey,
  modelKey,
  page,
  predictionKey,
  startService,
} from './chapkit-support.ts';
import { json } from './scripted-server.ts';

const config = (more: object = {}) => ({
  id: configKey,
  name: 'north',
  data: { prediction_periods: 3 },
  tags: ['demo'],
  created_at: '2026-11-21T21:37:12',
  updated_at: '2026-11-21T21:38:12',
  ...more,
});
const artifact = (more: object = {}) => ({
  id: modelKey,
  parent_id: null,
  level: 0,
  data: {
    type: 'ml_training_workspace',
    metadata: { status: 'success', config_id: configKey, duration_seconds: 0.02 },
    content_type: 'application/x-pickle',
    content_size: 812,
  },
  tags: [],
  created_at: '2026-11-21T21:39:00',
  updated_at: '2026-11-21T21:39:00',
  ...more,
});
const problem = (status: number, type: string, detail: string) => ({
  type,
  title: 'Title',
  status,
  detail,
  instance: '/api/v1/configs',
});
const rows = { columns: ['rain', 'cases'], rows: [[100.5, 12] as [number, number]] };

describe('configurations', () => {
  it('are told with their times in UTC, which the service gives without a zone', async () => {
    await using service = await startService((_, response) => json(response, 200, config()));
    const found = await service.chapkit.getConfig(configKey);
    expect(found).toEqual({
      kind: 'MODEL_CONFIG',
      id: expect.any(String),
      key: configKey,
      service: 'forecast',
      name: 'north',
      data: { prediction_periods: 3 },
      tags: ['demo'],
      createdAt: new Date('2026-11-21T21:37:12Z'),
      updatedAt: new Date('2026-11-21T21:38:12Z'),
    });
    expect(parseId(found.id)).toEqual({
      concept: 'ModelConfig',
      provider: 'CHAPKIT',
      home: 'forecast',
      key: [configKey],
    });
    expect(service.asked()).toEqual([`GET /api/v1/configs/${configKey}`]);
    expect(service.server.received[0]?.headers['x-api-key']).toBe('sk_ml_train_1');
  });

  it('are listed newest first, in pages of ours, whatever the order upstream', async () => {
    const all = ['A', 'B', 'C', 'D'].map((letter, index) =>
      config({ id: `01KA0M3V7Q2T5W8Y1Z4B6C9DE${letter}`, created_at: `2026-11-21T21:3${index % 2}:00` }),
    );
    await using service = await startService((_, response) => json(response, 200, all));
    const first = await service.connect().listConfigs(page(3));
    expect(first.edges.map(({ node }) => node.key.at(-1))).toEqual(['D', 'B', 'C']);
    expect(first.hasNextPage).toBe(true);

    all.push(config({ id: '01KA0M3V7Q2T5W8Y1Z4B6C9DEZ', created_at: '2026-11-22T00:00:00' }));
    const second = await service.connect().listConfigs(page(3, first.endCursor));
    expect(second.edges.map(({ node }) => node.key.at(-1))).toEqual(['A']);
    expect(second.hasNextPage).toBe(false);
  });

  it('are read to the end from a service that gives pages nevertheless', async () => {
    await using service = await startService(({ url }, response) => {
      const number = Number(new URL(url, 'http://x').searchParams.get('page') ?? 1);
      const items = [config({ id: `01KA0M3V7Q2T5W8Y1Z4B6C9DE${number}` })];
      json(response, 200, { items, total: 3, page: number, size: 1, pages: 3 });
    });
    const { edges } = await service.chapkit.listConfigs(page());
    expect(edges.map(({ node }) => node.key.at(-1))).toEqual(['3', '2', '1']);
    expect(service.asked()).toContain('GET /api/v1/configs?page=3&size=1');
  });

  it('are made under a key of ours, once', async () => {
    await using service = await startService((request, response) =>
      json(response, 201, { ...config(), ...(bodyOf(request) as object) }),
    );
    const content = { name: 'north', data: { prediction_periods: 3 }, tags: ['demo'] };
    const made = await service.chapkit.createConfig(content);
    const [sent] = service.server.received;
    expect(sent && bodyOf(sent)).toEqual({ id: made.key, ...content });
    expect(made.key).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  });

  test.each(['conflict', 'lost'])('are read back where the answer is a %s', async (how) => {
    let id = '';
    await using service = await startService((request, response) => {
      if (request.method === 'GET') return json(response, 200, config({ id }));
      id = (bodyOf(request) as { id: string }).id;
      if (how === 'lost') return response.destroy();
      return json(response, 409, problem(409, 'urn:servicekit:error:conflict', 'UNIQUE constraint failed'));
    });
    const made = await service.chapkit.createConfig({ name: 'north', data: {}, tags: [] });
    expect(made.key).toBe(id);
    expect(service.asked()).toEqual(['POST /api/v1/configs', `GET /api/v1/configs/${id}`]);
  });

  it('are not taken for made where they are not there', async () => {
    await using service = await startService(({ method }, response) =>
      method === 'POST'
        ? response.destroy()
        : json(response, 404, problem(404, 'urn:servicekit:error:not-found', 'Entity not found')),
    );
    const error = await failureOf(service.chapkit.createConfig({ name: 'n', data: {}, tags: [] }));
    expect(error.code).toBe('UPSTREAM_UNAVAILABLE');
  });

  it('with a key that no service makes are not even asked for', async () => {
    await using service = await startService((_, response) => json(response, 200, config()));
    for (const key of ['../jobs', '', `${configKey}0`]) {
      expect((await failureOf(service.chapkit.getConfig(key))).code).toBe('NOT_FOUND');
    }
    expect(service.server.received).toEqual([]);
  });
});

describe('artifacts', () => {
  it('are told without their content', async () => {
    await using service = await startService((_, response) =>
      json(response, 200, { ...artifact(), level_label: 'train', hierarchy: 'ml', children: null }),
    );
    expect(await service.chapkit.getArtifact(modelKey)).toMatchObject({
      kind: 'ARTIFACT',
      key: modelKey,
      parent: null,
      config: configKey,
      level: 0,
      type: 'ml_training_workspace',
      failed: false,
      contentType: 'application/x-pickle',
      sizeBytes: 812,
      createdAt: new Date('2026-11-21T21:39:00Z'),
    });
    expect(service.asked()).toEqual([`GET /api/v1/artifacts/${modelKey}/$expand`]);
  });

  it('of trainings are the models; children those that name it; one list serves both', async () => {
    const prediction = artifact({
      id: predictionKey,
      parent_id: modelKey,
      level: 1,
      data: { type: 'ml_prediction' },
    });
    const failed = artifact({
      id: '01KA0M4Z2A4B6C8D0E2F4G6H8K',
      data: { type: 'ml_training_workspace', metadata: { status: 'failed' } },
    });
    const old = artifact({ id: '01KA0M4Z2A4B6C8D0E2F4G6H8A', data: { ml_type: 'trained_model' } });
    await using service = await startService((_, response) =>
      json(response, 200, [prediction, old, artifact(), failed]),
    );
    const { chapkit } = service;
    const [trained, children] = await Promise.all([chapkit.listTrained(), chapkit.childrenOf(modelKey)]);
    expect(trained.map(({ key, failed }) => [key.at(-1), failed])).toEqual([
      ['K', true],
      ['J', false],
      ['A', false],
    ]);
    expect(children.map(({ key }) => key)).toEqual([predictionKey]);
    expect(service.asked()).toEqual(['GET /api/v1/artifacts']);
  });

  it('are read anew once one has been deleted', async () => {
    await using service = await startService(({ method }, response) =>
      method === 'DELETE' ? response.writeHead(204).end() : json(response, 200, []),
    );
    await service.chapkit.listTrained();
    await service.chapkit.deleteArtifact(modelKey);
    await service.chapkit.listTrained();
    expect(service.asked()).toEqual([
      'GET /api/v1/artifacts',
      `DELETE /api/v1/artifacts/${modelKey}`,
      'GET /api/v1/artifacts',
    ]);
  });

  it('tell what their job wrote, and nothing where that is not kept', async () => {
    await using service = await startService(({ url }, response) =>
      url.includes(modelKey)
        ? json(response, 200, { status: 'success', stdout: 'epoch 1\n', stderr: null })
        : json(response, 404, { detail: 'Artifact not found' }),
    );
    expect(await service.chapkit.outputOf(modelKey)).toEqual({ stdout: 'epoch 1\n', stderr: null });
    expect(await service.chapkit.outputOf(predictionKey)).toEqual({ stdout: null, stderr: null });
  });
});

describe('predictions', () => {
  const predictionOf = (data: object) => artifact({ id: predictionKey, level: 1, data });
  const serving = (data: object) => startService((_, response) => json(response, 200, predictionOf(data)));

  it('are a table, with the types that the service names', async () => {
    await using service = await serving({
      type: 'ml_prediction',
      content: {
        columns: ['rain', 'sample_0'],
        data: [
          [110, 13.2],
          [90, null],
        ],
        schema: {
          fields: [
            { name: 'rain', type: 'number' },
            { name: 'sample_0', type: 'number' },
          ],
        },
      },
    });
    expect(await service.chapkit.predictions(predictionKey)).toEqual({
      columns: [
        { name: 'rain', type: 'number' },
        { name: 'sample_0', type: 'number' },
      ],
      rows: [
        [110, 13.2],
        [90, null],
      ],
      rowCount: 2,
      truncated: false,
    });
  });

  it.each([
    [
      'records',
      {
        content: [
          { id: 1, ok: true },
          { id: 2, ok: false, note: 'x' },
        ],
      },
    ],
    [
      'the form before the envelope',
      {
        predictions: {
          columns: ['id', 'ok', 'note'],
          data: [
            [1, true],
            [2, false, 'x'],
          ],
        },
      },
    ],
  ])('are read from %s, with types by what the cells are', async (_, data) => {
    await using service = await serving(data);
    expect(await service.chapkit.predictions(predictionKey)).toMatchObject({
      columns: [
        { name: 'id', type: 'integer' },
        { name: 'ok', type: 'boolean' },
        { name: 'note', type: 'string' },
      ],
      rows: [
        [1, true, null],
        [2, false, 'x'],
      ],
    });
  });

  it('keep whole numbers beyond 2^53, as text', async () => {
    await using service = await startService((_, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(
          '{"data":{"content":{"columns":["a","b"],"data":[[12345678901234567890,-3],[9007199254740993, 0.12345678901234567890],[1e300,7]]}}}',
        ),
    );
    expect((await service.chapkit.predictions(predictionKey)).rows).toEqual([
      ['12345678901234567890', -3],
      ['9007199254740993', 0.12345678901234568],
      [1e300, 7],
    ]);
  });

  it.each([
    ['records', Array.from({ length: 2_000 }, (_, index) => ({ [`c${index}`]: index }))],
    [
      'a frame of empty rows',
      { columns: Array.from({ length: 2_000 }, (_, index) => `c${index}`), data: Array(2_000).fill([]) },
    ],
  ])('of %s are cut where they would be more than a million cells', async (_, content) => {
    await using service = await serving({ content });
    const { rows, rowCount, truncated } = await service.chapkit.predictions(predictionKey);
    expect({ rows: rows.length, rowCount, truncated }).toEqual({
      rows: 500,
      rowCount: 2_000,
      truncated: true,
    });
  });

  it('of records have what stands in each, and nothing that every object has', async () => {
    await using service = await serving({ content: [{ constructor: 1, toString: 2 }, { a: 3 }] });
    expect(await service.chapkit.predictions(predictionKey)).toMatchObject({
      columns: [{ name: 'constructor' }, { name: 'toString' }, { name: 'a' }],
      rows: [
        [1, 2, null],
        [null, null, 3],
      ],
      rowCount: 2,
      truncated: false,
    });
  });

  it('of a content that is no table are not made up', async () => {
    await using service = await serving({ content: { _type: 'Model', _repr: 'Model()' } });
    expect(await failureOf(service.chapkit.predictions(predictionKey))).toMatchObject({
      code: 'UPSTREAM_ERROR',
      message: 'forecast answered in a form this gateway cannot read.',
    });
  });
});

describe('jobs', () => {
  const training = { configKey, data: rows, geo: null };
  const prediction = {
    artifactKey: modelKey,
    historic: { columns: ['rain'], rows: [] },
    future: { columns: ['rain'], rows: [[90]] as [number][] },
    geo: { type: 'FeatureCollection', features: [] },
  };

  it.each([
    ['artifact_id', { artifact_id: modelKey }],
    ['model_artifact_id', { model_artifact_id: modelKey }],
    ['prediction_artifact_id', { prediction_artifact_id: modelKey }],
  ])('are submitted once, and their artifact is known by %s', async (_, answer) => {
    await using service = await startService((_, response) =>
      json(response, 202, { job_id: jobKey, message: 'submitted', ...answer }),
    );
    expect(await service.chapkit.train(training)).toEqual({ jobKey, artifactKey: modelKey });
    const [sent] = service.server.received;
    expect(sent?.url).toBe('/api/v1/ml/$train');
    expect(sent && bodyOf(sent)).toEqual({
      config_id: configKey,
      data: { columns: ['rain', 'cases'], data: [[100.5, 12]] },
    });
  });

  it('predict with a model, on what was and what comes', async () => {
    await using service = await startService((_, response) =>
      json(response, 202, { job_id: jobKey, artifact_id: predictionKey, message: '' }),
    );
    await service.chapkit.predict(prediction);
    const [sent] = service.server.received;
    expect(sent && bodyOf(sent)).toEqual({
      artifact_id: modelKey,
      historic: { columns: ['rain'], data: [] },
      future: { columns: ['rain'], data: [[90]] },
      geo: { type: 'FeatureCollection', features: [] },
    });
  });

  it('are never submitted a second time', async () => {
    await using service = await startService((_, response) => response.destroy());
    expect((await failureOf(service.chapkit.train(training))).code).toBe('UPSTREAM_UNAVAILABLE');
    expect(service.server.received).toHaveLength(1);
  });

  it('that the service would refuse are refused, naming the field', async () => {
    const diagnostics = [
      { severity: 'warning', code: 'few_rows', message: 'Only few rows', field: 'data' },
      { severity: 'error', code: 'data_empty', message: 'Training data is empty', field: 'data' },
    ];
    await using service = await startService((_, response) =>
      json(response, 200, { valid: false, diagnostics }),
    );
    expect(await failureOf(service.chapkit.checkTraining(training))).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'input.data: Training data is empty',
      details: { field: 'input.data' },
    });
    const [sent] = service.server.received;
    expect(sent && bodyOf(sent)).toMatchObject({ type: 'train', config_id: configKey });
  });

  it('without past rows are not refused: a model may need none', async () => {
    const diagnostics = [{ severity: 'error', code: 'historic_empty', message: 'Empty', field: 'historic' }];
    await using service = await startService((_, response) =>
      json(response, 200, { valid: false, diagnostics }),
    );
    await service.chapkit.checkPrediction(prediction);
  });

  it.each([
    ['training_artifact_failed', 'artifact_id', 'BAD_USER_INPUT', 'input.modelId'],
    ['training_artifact_not_found', 'artifact_id', 'NOT_FOUND', 'input.modelId'],
    ['n_lags_exceeds_context', 'config.n_lags', 'BAD_USER_INPUT', 'input.configId'],
    ['prediction_periods_out_of_bounds', null, 'BAD_USER_INPUT', 'input.modelId'],
  ])('with %s in %s are %s', async (code, field, expected, input) => {
    const diagnostics = [{ severity: 'error', code, message: 'cannot predict with it', field }];
    await using service = await startService((_, response) =>
      json(response, 200, { valid: false, diagnostics }),
    );
    expect(await failureOf(service.chapkit.checkPrediction(prediction))).toMatchObject({
      code: expected,
      details: { field: input },
    });
  });

  it('are not checked by a service that has no check', async () => {
    await using service = await startService((_, response) => json(response, 404, { detail: 'Not Found' }));
    await service.chapkit.checkTraining(training);
  });

  it('are told with their times; one that is forgotten is none', async () => {
    const job = {
      id: jobKey,
      status: 'failed',
      submitted_at: '2026-11-21T21:38:01.120000Z',
      started_at: '2026-11-21T21:38:01.130000Z',
      finished_at: null,
      error: `ValueError: Config ${configKey} not found`,
      error_traceback: 'Traceback (most recent call last): …',
    };
    await using service = await startService(({ url }, response) =>
      url.endsWith(jobKey) ? json(response, 200, job) : json(response, 404, { detail: 'Job not found' }),
    );
    expect(await service.chapkit.getJob(jobKey)).toEqual({
      key: jobKey,
      rawStatus: 'failed',
      submittedAt: new Date('2026-11-21T21:38:01.120Z'),
      startedAt: new Date('2026-11-21T21:38:01.130Z'),
      finishedAt: null,
      error: `ValueError: Config ${configKey} not found`,
      artifactKey: null,
    });
    expect(await service.chapkit.getJob('other')).toBeNull();
    await service.chapkit.cancelJob('other');
  });

  it.each([
    '(sqlite3.IntegrityError) UNIQUE constraint failed: configs.id [SQL: INSERT INTO configs …]',
    'Traceback (most recent call last):\n  File "/app/model.py", line 3, in on_train',
  ])('do not tell %j', async (error) => {
    const job = { id: jobKey, status: 'failed', error };
    await using service = await startService((_, response) => json(response, 200, job));
    expect((await service.chapkit.getJob(jobKey))?.error).toBe(
      'The service tells no reason that is fit to be shown.',
    );
  });

  it('do not tell files of the machine', async () => {
    const job = {
      id: jobKey,
      status: 'failed',
      error: "FileNotFoundError: '/srv/app/data/train.csv' is missing",
    };
    await using service = await startService((_, response) => json(response, 200, job));
    expect((await service.chapkit.getJob(jobKey))?.error).toBe("FileNotFoundError: '…' is missing");
  });
});
