import { describe, expect, it } from 'vitest';
import { history, newWeather, unknownKey } from '../../conformance/chapkit/samples.ts';
import { idOf, startService } from './support/chapkit.ts';

const generations = [1, 2] as const;

/** Ordinary least squares by the normal equations, eliminated with pivots. */
function leastSquares(rows: number[][], target: number[]): number[] {
  const design = rows.map((row) => [1, ...row]);
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
  const column = (index: number) => design.map((row) => row[index] ?? 0);
  const system = design[0]?.map((_, i) => [
    ...(design[0] ?? []).map((_, j) => dot(column(i), column(j))),
    dot(column(i), target),
  ]) as number[][];
  for (const [pivot] of system.entries()) {
    const best = system
      .slice(pivot)
      .reduce((a, b) => (Math.abs(b[pivot] ?? 0) > Math.abs(a[pivot] ?? 0) ? b : a));
    const at = system.indexOf(best);
    [system[pivot], system[at]] = [best, system[pivot] as number[]];
    for (const [index, row] of system.entries()) {
      if (index === pivot) continue;
      const factor = (row[pivot] ?? 0) / (best[pivot] ?? 1);
      system[index] = row.map((value, place) => value - factor * (best[place] ?? 0));
    }
  }
  return system.map((row, index) => (row.at(-1) ?? 0) / (row[index] ?? 1));
}

describe.each(generations)('the guide on generation %i', (generation) => {
  it('is walked through, and the predictions are those of least squares', async () => {
    await using service = await startService({ generation });
    const { job, artifact } = await service.train();
    expect(job).toMatchObject({ status: 'completed', error: null });
    const predicted = await service.predict(artifact);
    const { body } = await service.ask('GET', `/api/v1/artifacts/${predicted.artifact}`);
    const { content, type } = (
      body as { data: { type: string; content: { columns: string[]; data: number[][] } } }
    ).data;
    expect(type).toBe('ml_prediction');
    expect(content.columns).toEqual(['rainfall', 'mean_temperature', 'sample_0']);
    const weights = leastSquares(
      history.data.map((row) => row.slice(0, 2)),
      history.data.map((row) => row[2] ?? 0),
    );
    newWeather.data.forEach((row, index) => {
      const expected = [1, ...row].reduce((sum, value, place) => sum + value * (weights[place] ?? 0), 0);
      expect(content.data[index]?.slice(0, 2)).toEqual(row);
      expect(Math.abs((content.data[index]?.[2] ?? 0) - expected)).toBeLessThan(1e-9);
    });
  });

  it('fails what it cannot do, with the reason', async () => {
    await using service = await startService({ generation });
    const config_id = await service.configure();
    const errorOf = async (request: Record<string, unknown>) => {
      const { job, artifact } = await service.train({ config_id, ...request });
      expect(job.status).toBe('failed');
      expect(job.error_traceback).toContain(job.error);
      expect((await service.ask('GET', `/api/v1/artifacts/${artifact}`)).status).toBe(404);
      return job.error;
    };
    expect(await errorOf({ config_id: unknownKey })).toBe(`ValueError: Config ${unknownKey} not found`);
    const ragged = { ...history, data: [...history.data, [1, 2]] };
    expect(await errorOf({ data: ragged })).toBe('ValueError: Rows have different lengths');
    const narrow = { columns: ['rainfall', 'disease_cases'], data: [[1, 2]] };
    expect(await errorOf({ data: narrow })).toBe('ValueError: Missing columns: mean_temperature');
    const collinear = { ...history, data: [1, 2, 3, 4].map((value) => [value, 2 * value, value]) };
    expect(await errorOf({ data: collinear })).toBe('ValueError: The columns determine no single fit');
    const { job } = await service.predict(unknownKey);
    expect(job.error).toBe(`ValueError: Training artifact ${unknownKey} not found`);
  });

  it('does one job at a time, and cancels', async () => {
    await using service = await startService({ generation, pace: 60_000 });
    const json = { config_id: await service.configure(), data: history };
    const submit = async () => {
      const { body } = await service.ask('POST', '/api/v1/ml/$train', { json });
      return (body as { job_id: string }).job_id;
    };
    const [first, second] = [await submit(), await submit()];
    expect([(await service.job(first)).status, (await service.job(second)).status]).toEqual([
      'running',
      'pending',
    ]);
    expect((await service.ask('GET', '/api/v1/jobs?status_filter=pending')).body).toMatchObject([
      { id: second },
    ]);
    expect((await service.ask('DELETE', `/api/v1/jobs/${first}`)).status).toBe(204);
    expect((await service.ask('GET', `/api/v1/jobs/${first}`)).status).toBe(404);
    await expect.poll(async () => (await service.job(second)).status).toBe('running');
  });

  it('forgets its jobs on a restart, and nothing else', async () => {
    await using service = await startService({ generation });
    const { job, artifact } = await service.train();
    const look = async () => ({
      configs: (await service.ask('GET', '/api/v1/configs')).body,
      artifacts: (await service.ask('GET', '/api/v1/artifacts')).body,
      model: (await service.ask('GET', `/api/v1/artifacts/${artifact}`)).body,
    });
    const before = await look();
    await service.restart();
    expect(await look()).toEqual(before);
    expect((await service.ask('GET', '/api/v1/jobs')).body).toEqual([]);
    expect((await service.ask('GET', `/api/v1/jobs/${job.id}`)).status).toBe(404);
    expect((await service.predict(artifact)).job.status).toBe('completed');
  });
});

describe('what the generations do otherwise', () => {
  const own = { id: '01KA0M3V7Q2T5W8Y1Z4B6C9DEF', name: 'south', data: {}, tags: ['a'] };

  it('1.x overwrites, 2.x refuses a second creation', async () => {
    await using older = await startService({ generation: 1 });
    await using newer = await startService({ generation: 2 });
    for (const service of [older, newer]) await service.ask('POST', '/api/v1/configs', { json: own });
    const again = { json: { ...own, name: 'again' } };
    expect(await older.ask('POST', '/api/v1/configs', again)).toMatchObject({
      status: 201,
      body: { name: 'again' },
    });
    expect(await newer.ask('POST', '/api/v1/configs', again)).toMatchObject({
      status: 409,
      type: 'application/problem+json',
      body: { type: 'urn:servicekit:error:conflict' },
    });
  });

  it('1.x lists in the order of creation, 2.x by id', async () => {
    for (const [generation, order] of [
      [1, ['north', 'south']],
      [2, ['south', 'north']],
    ] as const) {
      await using service = await startService({ generation });
      await service.configure();
      await service.ask('POST', '/api/v1/configs', { json: own });
      await service.restart();
      const { body } = await service.ask('GET', '/api/v1/configs');
      expect((body as { name: string }[]).map(({ name }) => name)).toEqual(order);
    }
  });

  it('2.x says by 503 that it is unhealthy', async () => {
    for (const [generation, status] of [
      [1, 200],
      [2, 503],
    ] as const) {
      await using service = await startService({ generation });
      await service.control('health', { state: 'unhealthy' });
      const health = await service.ask('GET', '/health', { key: null });
      expect(health).toMatchObject({ status, body: { status: 'unhealthy' } });
    }
  });
});

describe('its keys', () => {
  it('are all as good as another, and changed while it runs', async () => {
    await using service = await startService();
    const status = async (key: string) => (await service.ask('GET', '/api/v1/configs', { key })).status;
    expect([await status('sk_new_key_1234567'), await status(' sk_old_key_1234567 ')]).toEqual([200, 200]);
    await service.control('keys', { keys: ['sk_new_key_1234567'] });
    expect([await status('sk_new_key_1234567'), await status('sk_old_key_1234567')]).toEqual([200, 401]);
  });

  it('are not in the call log, but for the beginning', async () => {
    await using service = await startService();
    await service.ask('GET', '/api/v1/configs');
    const log = await (await fetch(`${service.url()}/_control/calls`)).text();
    expect(log).toContain('"caller":"sk_new_"');
    expect(log).not.toContain('sk_new_key');
  });
});

it('keeps what it was given, and hands out the files of a run as an archive', async () => {
  await using service = await startService({ name: 'climate-health' });
  const { artifact } = await service.train();
  const response = await fetch(`${service.url()}/api/v1/artifacts/${artifact}/$download`, {
    headers: { 'x-api-key': 'sk_new_key_1234567' },
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes.subarray(0, 4).toString('latin1')).toBe('PK\x03\x04');
  const { body } = await service.ask('GET', `/api/v1/artifacts/${artifact}`);
  expect(body).toMatchObject({ data: { content_size: bytes.length, content: { _type: 'bytes' } } });
  expect(idOf(await service.ask('GET', '/api/v1/info'))).toBe('climate-health');
});
