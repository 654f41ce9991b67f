import { describe, expect, it } from 'vitest';
import { history, newWeather, unknownKey } from '../../conformance/chapkit/samples.ts';
import { idOf, key, type Submitted, startService, type TestService } from './support/chapkit.ts';

const generations = [1, 2] as const;

describe('errors', () => {
  it('of the key come before everything else, and hold no request id', async () => {
    await using service = await startService();
    for (const [sent, detail] of [
      [null, 'Missing authentication header: X-API-Key'],
      ['sk_wrong_key', 'Invalid API key'],
    ] as const) {
      const answer = await service.ask('GET', '/nothing', { key: sent });
      expect(answer).toMatchObject({
        status: 401,
        type: 'application/problem+json',
        headers: { 'x-request-id': null, 'www-authenticate': null },
        body: {
          type: 'urn:servicekit:error:unauthorized',
          title: 'Unauthorized',
          detail,
          instance: '/nothing',
        },
      });
    }
    expect((await service.ask('GET', '/health', { key: null })).status).toBe(200);
  });

  it('of a form have the shape of their generation', async () => {
    const wrong = { json: { name: 'x', data: { min_training_rows: 2 } } };
    const entry = {
      type: 'greater_than_equal',
      loc: ['body', 'data', 'min_training_rows'],
      msg: 'Input should be greater than or equal to 3',
      input: 2,
      ctx: { ge: 3 },
    };
    await using older = await startService({ generation: 1 });
    expect(await older.ask('POST', '/api/v1/configs', wrong)).toMatchObject({
      status: 422,
      type: 'application/json',
      body: { detail: [entry] },
    });
    await using newer = await startService({ generation: 2 });
    expect(await newer.ask('POST', '/api/v1/configs', wrong)).toMatchObject({
      status: 422,
      type: 'application/problem+json',
      body: {
        type: 'urn:servicekit:error:validation-failed',
        title: 'Validation Error',
        instance: `${newer.url()}/api/v1/configs`,
        trace_id: expect.stringMatching(/^[0-9A-Z]{26}$/),
        errors: [entry],
      },
    });
  });

  it('of jobs and operations are plain in 1.x', async () => {
    await using older = await startService({ generation: 1 });
    await using newer = await startService({ generation: 2 });
    const job = `/api/v1/jobs/${unknownKey}`;
    expect((await older.ask('GET', job)).body).toEqual({ detail: 'Job not found' });
    expect((await newer.ask('GET', job)).body).toMatchObject({ type: 'urn:servicekit:error:not-found' });
    const tree = `/api/v1/artifacts/${unknownKey}/$tree`;
    expect((await older.ask('GET', tree)).body).toEqual({
      detail: `Artifact with id ${unknownKey} not found`,
    });
    expect(await newer.ask('GET', tree)).toMatchObject({ status: 404, type: 'application/problem+json' });
  });

  it('can be switched on, in the form of the service', async () => {
    await using service = await startService();
    await service.control('faults', { kind: 'status', status: 503, times: 1 }, 'POST');
    expect(await service.ask('GET', '/api/v1/info')).toMatchObject({
      status: 503,
      type: 'application/problem+json',
      body: { status: 503 },
    });
    expect((await service.ask('GET', '/api/v1/info')).status).toBe(200);
  });
});

describe('pages', () => {
  it.each(generations)('are opt-in in generation %i', async (generation) => {
    await using service = await startService({ generation });
    for (let left = 3; left > 0; left -= 1) await service.configure();
    const list = async (query: string) => await service.ask('GET', `/api/v1/configs${query}`);
    expect((await list('?size=1')).body).toHaveLength(3);
    expect((await list('?page=2&size=2')).body).toMatchObject({ total: 3, page: 2, size: 2, pages: 2 });
    expect((await list('?page=0&size=2')).status).toBe(422);
    expect((await list('?page=1&size=101')).status).toBe(generation === 1 ? 200 : 422);
  });
});

/** A training that takes its time. */
async function slowTraining(service: TestService): Promise<string> {
  const json = { config_id: await service.configure(), data: history };
  return ((await service.ask('POST', '/api/v1/ml/$train', { json })).body as Submitted).job_id;
}

describe('the stream of a job', () => {
  const frames = async function* (service: TestService, id: string) {
    const url = `${service.url()}/api/v1/jobs/${id}/$stream?poll_interval=0.01`;
    const response = await fetch(url, { headers: { 'x-api-key': key } });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const text = response.body?.pipeThrough(new TextDecoderStream()) as ReadableStream<string>;
    let rest = '';
    for await (const chunk of text) {
      const parts = (rest + chunk).split('\n\n');
      rest = parts.pop() ?? '';
      for (const part of parts) yield JSON.parse(part.replace(/^data: /, ''));
    }
  };

  it('tells the artifact in the end, as the reads do not', async () => {
    await using service = await startService({ pace: 100 });
    const id = await slowTraining(service);
    const seen: { status: string; artifact_id: string | null }[] = [];
    for await (const frame of frames(service, id)) seen.push(frame);
    expect(seen[0]).toMatchObject({ status: 'running', artifact_id: null });
    expect(seen.at(-1)).toMatchObject({ status: 'completed', artifact_id: expect.any(String) });
    expect(await service.job(id)).not.toHaveProperty('artifact_id');
  });

  it('ends with a word when the job is deleted', async () => {
    await using service = await startService({ pace: 60_000 });
    const id = await slowTraining(service);
    const seen: { status: string }[] = [];
    for await (const frame of frames(service, id)) {
      if (seen.length === 0) await service.ask('DELETE', `/api/v1/jobs/${id}`);
      seen.push(frame);
    }
    expect([seen[0]?.status, seen.at(-1)]).toEqual(['running', { status: 'deleted' }]);
  });
});

describe('artifacts', () => {
  it('are a tree below the model, and go with their configuration', async () => {
    await using service = await startService();
    const config_id = await service.configure();
    const { artifact } = await service.train({ config_id });
    const predicted = await service.predict(artifact);
    const tree = (await service.ask('GET', `/api/v1/artifacts/${artifact}/$tree`)).body;
    expect(tree).toMatchObject({
      level: 0,
      children: [{ id: predicted.artifact, level: 1, children: [{ level: 2, children: [] }] }],
    });
    expect(JSON.stringify(tree)).not.toContain('"content":');
    expect((await service.ask('GET', `/api/v1/artifacts/${predicted.artifact}/$config`)).body).toMatchObject({
      id: config_id,
    });
    expect((await service.ask('DELETE', `/api/v1/configs/${config_id}`)).status).toBe(204);
    expect((await service.ask('GET', '/api/v1/artifacts')).body).toEqual([]);
  });

  it('stay without a parent when it is deleted', async () => {
    await using service = await startService();
    const { artifact } = await service.train();
    const predicted = await service.predict(artifact);
    await service.ask('DELETE', `/api/v1/artifacts/${artifact}`);
    const { body } = await service.ask('GET', `/api/v1/artifacts/${predicted.artifact}`);
    expect(body).toMatchObject({ parent_id: null, level: 1 });
    expect((await service.predict(predicted.artifact)).job.error).toBe(
      `ValueError: Artifact ${predicted.artifact} is not a training artifact`,
    );
  });

  it('hold cells that are empty', async () => {
    await using service = await startService();
    const { artifact } = await service.train();
    const future = { columns: ['note', ...newWeather.columns], data: [[null, 110, 26]] };
    const predicted = await service.predict(artifact, { future });
    const { body } = await service.ask('GET', `/api/v1/artifacts/${predicted.artifact}/$download`);
    expect(body).toMatchObject([{ note: null, rainfall: 110, mean_temperature: 26 }]);
  });
});

describe.each(generations)('what $validate says on generation %i', (generation) => {
  it('is what it can see without running', async () => {
    await using service = await startService({ generation });
    const config_id = await service.configure({ prediction_periods: 400 });
    const codes = async (json: Record<string, unknown>) => {
      const { body } = await service.ask('POST', '/api/v1/ml/$validate', { json });
      const { valid, diagnostics } = body as { valid: boolean; diagnostics: { code: string }[] };
      expect(valid).toBe(diagnostics.length === 0);
      return diagnostics.map(({ code }) => code);
    };
    const empty = { ...history, data: [] };
    expect(await codes({ type: 'train', config_id, data: empty })).toEqual([
      'prediction_periods_out_of_bounds',
      'data_empty',
    ]);
    expect(await codes({ type: 'train', config_id: unknownKey, data: history })).toEqual([
      'config_not_found',
    ]);
    const { artifact } = await service.train();
    const predict = { type: 'predict', artifact_id: artifact, historic: empty, future: newWeather };
    expect(await codes(predict)).toEqual(['historic_empty']);
    expect(await codes({ ...predict, historic: history })).toEqual([]);
  });

  it('fits the sample data, which train and predict', async () => {
    await using service = await startService({ generation });
    const config_id = await service.configure();
    const sample = async (query: string) =>
      (await service.ask('GET', `/api/v1/ml/$generate-sample-data?seed=7&${query}`)).body as Record<
        string,
        unknown
      >;
    const training = await sample(`config_id=${config_id}`);
    expect(training).toEqual(await sample(`config_id=${config_id}`));
    const { job, artifact } = await service.train(training);
    expect(job).toMatchObject({ status: 'completed' });
    const predicted = await service.predict(artifact, await sample('kind=predict&num_periods=4'));
    expect(predicted.job).toMatchObject({ status: 'completed', error: null });
  });
});

it('beats on the stream of its health until the client leaves', async () => {
  await using service = await startService();
  const leave = new AbortController();
  const response = await fetch(`${service.url()}/health/$stream?poll_interval=0.01`, {
    headers: { 'x-api-key': key },
    signal: leave.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const beats = [await reader?.read(), await reader?.read()];
  leave.abort();
  expect(beats.map((beat) => beat?.value)).toEqual(
    Array(2).fill('data: {"status":"healthy","checks":{"database":{"state":"healthy"}}}\n\n'),
  );
  expect(idOf(await service.ask('GET', '/api/v1/info'))).toBe('disease-forecast');
});
