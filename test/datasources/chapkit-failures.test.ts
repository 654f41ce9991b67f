import { describe, expect, it, test } from 'vitest';
import type { KeyFile } from '../../src/datasources/key-file.ts';
import { configKey, failureOf, startService } from './chapkit-support.ts';
import { json } from './scripted-server.ts';

const urn = (code: string, family = 'servicekit') => `urn:${family}:error:${code}`;
const config = { id: configKey, name: 'north', data: {}, created_at: '2026-11-21T21:37:12' };

describe('an error of the service', () => {
  test.each([
    [
      'RFC 9457',
      404,
      { type: urn('not-found'), title: 'x', status: 404, detail: 'Entity not found' },
      'NOT_FOUND',
      'The service has no such configuration.',
    ],
    [
      'its older family',
      404,
      { type: urn('not-found', 'chapkit'), status: 404, detail: 'x' },
      'NOT_FOUND',
      'The service has no such configuration.',
    ],
    ['a plain detail', 404, { detail: 'Not Found' }, 'NOT_FOUND', 'The service has no such configuration.'],
    [
      'a key that is none',
      400,
      { type: urn('invalid-ulid'), detail: 'Invalid ULID format: x' },
      'NOT_FOUND',
      'The service has no such configuration.',
    ],
    [
      'a list of faults',
      422,
      {
        detail: [
          {
            type: 'missing',
            loc: ['body', 'data', 'prediction_periods'],
            msg: 'Field required',
            input: { secret: 1 },
          },
        ],
      },
      'BAD_USER_INPUT',
      'forecast refused the input: data.prediction_periods: Field required',
    ],
    [
      'a list of faults in 2.x',
      422,
      {
        type: urn('validation-failed'),
        detail: 'Request validation failed',
        trace_id: 'x',
        errors: [{ loc: ['body', 'name'], msg: 'Field required' }],
      },
      'BAD_USER_INPUT',
      'forecast refused the input: name: Field required',
    ],
    [
      'one string of faults',
      422,
      { detail: 'Validation error', errors: 'Input should be greater than or equal to 1' },
      'BAD_USER_INPUT',
      'forecast refused the input: Input should be greater than or equal to 1',
    ],
    [
      'a validation of 1.x',
      400,
      { type: urn('validation-failed'), detail: 'level: must not be negative' },
      'BAD_USER_INPUT',
      'forecast refused the input: level: must not be negative',
    ],
    [
      'a database',
      500,
      { detail: 'Database error occurred', error: '[SQL: SELECT 1]' },
      'UPSTREAM_UNAVAILABLE',
      'forecast is not able to answer now.',
    ],
    [
      'a refusal',
      403,
      { type: urn('forbidden'), detail: 'no' },
      'UPSTREAM_ERROR',
      'forecast refuses the gateway.',
    ],
    [
      'a conflict',
      409,
      { type: urn('conflict'), detail: 'UNIQUE constraint failed', constraint: 'x' },
      'CONFLICT',
      'forecast has something else under this key.',
    ],
    [
      'SQL within a refusal',
      422,
      { detail: '(sqlite3.OperationalError) [SQL: SELECT * FROM configs]' },
      'BAD_USER_INPUT',
      'forecast refused the input.',
    ],
  ])('told as %s', async (_, status, body, code, message) => {
    await using service = await startService((_, response) => json(response, status, body));
    expect(await failureOf(service.chapkit.getConfig(configKey))).toMatchObject({ code, message });
  });

  it('that is an answer of no known form is told so', async () => {
    await using service = await startService((_, response) => json(response, 200, { other: true }));
    expect(await failureOf(service.chapkit.getConfig(configKey))).toMatchObject({
      code: 'UPSTREAM_ERROR',
      message: 'forecast answered in a form this gateway cannot read.',
    });
  });
});

describe('keys', () => {
  const refused = { type: urn('unauthorized'), status: 401, detail: 'Invalid API key' };
  const taking = (keys: Set<string>, asked: string[] = []) =>
    startService(
      ({ headers }, response) => {
        const key = String(headers['x-api-key'] ?? '');
        asked.push(key);
        return keys.has(key) ? json(response, 200, config) : json(response, 401, refused);
      },
      { keys: { fixed: ['sk_ml_new_0002', 'sk_ml_old_0001'] } },
    );

  it('are tried one after the other, and the one that works is remembered', async () => {
    const asked: string[] = [];
    const taken = new Set(['sk_ml_old_0001']);
    await using service = await taking(taken, asked);
    expect(service.chapkit.keyPrefix()).toBeNull();
    await service.connect().getConfig(configKey);
    await service.connect().getConfig(configKey);
    expect(asked).toEqual(['sk_ml_new_0002', 'sk_ml_old_0001', 'sk_ml_old_0001']);
    expect(service.chapkit.keyPrefix()).toBe('sk_ml_o');

    taken.clear();
    taken.add('sk_ml_new_0002');
    await service.connect().getConfig(configKey);
    expect(service.chapkit.keyPrefix()).toBe('sk_ml_n');
  });

  it('that are all refused are the gateway’s fault, never the person’s', async () => {
    await using service = await taking(new Set());
    const error = await failureOf(service.chapkit.getConfig(configKey));
    expect(error).toMatchObject({
      code: 'UPSTREAM_ERROR',
      message: "forecast does not accept the gateway's key for it.",
    });
    expect(JSON.stringify([error, error.cause, String(error.cause)])).not.toContain('sk_ml_');
  });

  it('are tried also for what must not be repeated: a refused call has done nothing', async () => {
    const asked: string[] = [];
    await using service = await taking(new Set(['sk_ml_old_0001']), asked);
    await service.chapkit.createConfig({ name: 'north', data: {}, tags: [] });
    expect(asked).toHaveLength(2);
  });

  it('that are missing are told as such', async () => {
    await using service = await startService((_, response) => json(response, 401, refused), { keys: null });
    expect((await failureOf(service.chapkit.getConfig(configKey))).code).toBe('UPSTREAM_NOT_CONFIGURED');
    expect(service.chapkit.service.authMethod).toBe('NONE');
  });

  describe('in a file', () => {
    /** A file that the test writes, on a clock that the test moves. */
    const inFile = async (text: string | null, taken: Set<string>) => {
      const file = { text, reads: 0, looks: 0 };
      let at = 0;
      const reader: KeyFile = {
        mark: async () => {
          file.looks++;
          if (file.text === null) throw new Error('ENOENT');
          return file.text;
        },
        read: async () => {
          file.reads++;
          return file.text ?? '';
        },
      };
      const service = await startService(
        ({ headers }, response) =>
          taken.has(String(headers['x-api-key']))
            ? json(response, 200, config)
            : json(response, 401, refused),
        { keys: { file: '/run/secrets/key' } },
        { keyFile: reader, clock: { now: () => at, sleep: async () => {} } },
      );
      return {
        file,
        service,
        pass: (ms: number) => {
          at += ms;
        },
        [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
      };
    };

    it('are read again when it changes, and looked at once a second at most', async () => {
      const taken = new Set(['key-one-1']);
      await using at = await inFile('# rotated in spring\n\n  key-one-1  \n', taken);
      const ask = () => at.service.connect().getConfig(configKey);
      await ask();
      await ask();
      expect(at.file).toMatchObject({ looks: 1, reads: 1 });
      at.pass(1_000);
      await ask();
      expect(at.file).toMatchObject({ looks: 2, reads: 1 });
      at.file.text = 'key-two-2\nkey-one-1\n';
      taken.add('key-two-2');
      at.pass(1_000);
      await ask();
      expect(at.file.reads).toBe(2);
      expect(at.service.chapkit.keyPrefix()).toBe('key-one');
    });

    it('are looked at at once where all were refused', async () => {
      const taken = new Set(['key-one-1']);
      await using at = await inFile('key-one-1', taken);
      await at.service.connect().getConfig(configKey);
      at.file.text = 'key-two-2';
      taken.clear();
      taken.add('key-two-2');
      await at.service.connect().getConfig(configKey);
      expect(at.service.chapkit.keyPrefix()).toBe('key-two');
    });

    it('stay as they were while it is away', async () => {
      await using at = await inFile('key-one-1', new Set(['key-one-1']));
      await at.service.connect().getConfig(configKey);
      at.file.text = null;
      at.pass(5_000);
      await at.service.connect().getConfig(configKey);
    });

    it('that cannot be read are told as missing, not where', async () => {
      await using at = await inFile(null, new Set());
      expect(await failureOf(at.service.chapkit.getConfig(configKey))).toMatchObject({
        code: 'UPSTREAM_NOT_CONFIGURED',
        message: 'The gateway cannot read its key for forecast.',
      });
    });
  });
});

describe('health', () => {
  const checks = { database: { state: 'unhealthy', message: 'db.internal:5432 refused' } };
  test.each([
    [200, { status: 'healthy', checks: { database: { state: 'healthy' } } }, 'HEALTHY', null],
    [200, { status: 'degraded', checks }, 'DEGRADED', 'forecast says that it is not well: database.'],
    [503, { status: 'unhealthy', checks }, 'UNHEALTHY', 'forecast says that it is not well: database.'],
    [
      200,
      { status: 'unhealthy', checks: { database: 'down' } },
      'UNHEALTHY',
      'forecast says that it is not well: database.',
    ],
    [200, '<html>', 'UNHEALTHY', 'forecast does not tell its health.'],
    [500, {}, 'UNHEALTHY', 'forecast does not answer.'],
  ])('of %i %j is %s', async (status, body, expected, message) => {
    await using service = await startService((_, response) => json(response, status, body));
    expect(await service.chapkit.health()).toMatchObject({
      name: 'forecast',
      provider: 'CHAPKIT',
      status: expected,
      message,
    });
    expect(service.asked()).toEqual(['GET /health']);
    expect(service.server.received[0]?.headers['x-api-key']).toBeUndefined();
  });

  it('is probed as it is told', async () => {
    let state = 'healthy';
    await using service = await startService((_, response) =>
      json(response, state === 'healthy' ? 200 : 503, { status: state, checks }),
    );
    const [probe] = service.connector.probes;
    const check = () => probe?.check?.(new AbortController().signal) ?? Promise.resolve();
    await check();
    state = 'unhealthy';
    for (let time = 0; time < 8; time++) await failureOf(check());
    state = 'healthy';
    await check();
  });
});

describe('the description', () => {
  it('is asked once for all, and stands by the settings where nobody answers', async () => {
    let up = false;
    let at = 0;
    await using service = await startService(
      (_, response) =>
        up
          ? json(response, 200, {
              id: 'x',
              display_name: 'Disease forecast',
              description: 'Weather to cases',
            })
          : json(response, 500, {}),
      {},
      { clock: { now: () => at, sleep: async () => {} } },
    );
    expect(await service.chapkit.describe()).toEqual({ name: 'forecast', description: null });
    await service.chapkit.describe();
    expect(service.server.received).toHaveLength(1);
    up = true;
    at += 10_000;
    const told = { name: 'Disease forecast', description: 'Weather to cases' };
    expect(await Promise.all([service.chapkit.describe(), service.connect().describe()])).toEqual([
      told,
      told,
    ]);
    expect(service.chapkit.service).toMatchObject({ ...told, systemName: 'forecast', endpoint: null });
    expect(service.asked()).toEqual(['GET /api/v1/info', 'GET /api/v1/info']);
  });
});

describe('services', () => {
  it('that are not configured are not found', async () => {
    await using service = await startService((_, response) => json(response, 200, {}));
    const unknown = () =>
      service.connector.connect('other', {
        call: { signal: AbortSignal.abort(), requestId: '', traceparent: '' },
      });
    expect(unknown).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    expect(service.connector.services.map(({ systemName }) => systemName)).toEqual(['forecast']);
  });
});
