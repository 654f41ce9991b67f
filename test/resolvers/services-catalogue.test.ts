import { describe, expect, test } from 'vitest';
import { getServiceByName, healthOf, listServices } from '../../src/resolvers/services/catalogue.ts';
import { createConfig, getConfig, updateConfig } from '../../src/resolvers/services/configs.ts';
import { assertRight } from '../../src/resolvers/services/rights.ts';
import { readGeo, readRows, readTable } from '../../src/resolvers/services/tables.ts';
import { config, configKey, failureOf, idOf, serviceId, setting } from './services-support.ts';

describe('the catalogue', () => {
  const named = (name: string) => ({ describe: async () => ({ name, description: 'Weather to cases' }) });
  const chapkits = { zika: named('Forecast'), cholera: named('Forecast'), malaria: named('Malaria') };

  test('has the services in the order of their names, page by page', async () => {
    const { context } = setting({ chapkits });
    const first = await listServices({ first: 2 }, context);
    expect(first.edges.map(({ node }) => [node.systemName, node.name])).toEqual([
      ['cholera', 'Forecast'],
      ['malaria', 'Malaria'],
    ]);
    expect(first).toMatchObject({ hasNextPage: true, sources: [{ provider: 'CHAPKIT', ok: true }] });
    const second = await listServices({ first: 2, after: first.endCursor }, context);
    expect(second.edges.map(({ node }) => node.systemName)).toEqual(['zika']);
    expect(second.hasNextPage).toBe(false);
  });

  test('finds a service by its systemName, or by a name that one has', async () => {
    const { context } = setting({ chapkits });
    expect((await getServiceByName('zika', context)).systemName).toBe('zika');
    expect((await getServiceByName('Malaria', context)).systemName).toBe('malaria');
    expect(await failureOf(() => getServiceByName('Forecast', context))).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'name: several services have this name; ask by systemName: cholera, zika.',
    });
    expect((await failureOf(() => getServiceByName('Typhoid', context))).code).toBe('NOT_FOUND');
  });

  test('is for a key whatever the roles: its scopes say what it may do', async () => {
    const { context } = setting({ roles: { read: ['health.reader'], train: ['modeller'] }, kind: 'SERVICE' });
    expect((await listServices({}, context)).edges).toHaveLength(1);
    expect(() => assertRight('forecast', 'train', 'x', context)).not.toThrow();
  });

  test('holds nothing that the caller may not read', async () => {
    const { context } = setting({ chapkits, roles: { read: ['health.reader'] } });
    expect(await listServices({}, context)).toMatchObject({ edges: [], sources: [] });
    expect((await failureOf(() => getServiceByName('zika', context))).code).toBe('NOT_FOUND');
    const id = idOf('ModelConfig', 'zika', configKey);
    expect((await failureOf(() => getConfig(id, 'id', context))).code).toBe('NOT_FOUND');
    const reader = setting({ chapkits, roles: { read: ['health.reader', 'x'] }, has: ['health.reader'] });
    expect((await listServices({}, reader.context)).edges).toHaveLength(3);
  });

  test('tells the health of a service in its own words', async () => {
    const health = { name: 'forecast', provider: 'CHAPKIT', status: 'DEGRADED', latencyMs: 1, message: 'x' };
    const { context } = setting({ chapkits: { forecast: { health: async () => health as never } } });
    expect(await healthOf(context.chapkit('forecast').service, context)).toEqual(health);
  });
});

/** Arrays in arrays, so many. */
const nested = (levels: number): unknown => {
  let value: unknown = [];
  for (let level = 1; level < levels; level++) value = [value];
  return value;
};

describe('a configuration', () => {
  const schema = {
    $defs: { Scale: { enum: ['none', 'standardize'], type: 'string' } },
    type: 'object',
    additionalProperties: false,
    required: ['prediction_periods'],
    properties: {
      prediction_periods: { type: 'integer', minimum: 1 },
      additional_continuous_covariates: { type: 'array', items: { type: 'string' } },
      scale: { $ref: '#/$defs/Scale' },
      horizon: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
    },
  };
  const withSchema = (given: unknown = schema) => {
    const made: unknown[] = [];
    const forecast = {
      configSchema: async () => given,
      getConfig: async () => config(),
      createConfig: async (content: object) => {
        made.push(content);
        return config(content);
      },
      updateConfig: async (_: string, content: object) => {
        made.push(content);
        return config(content);
      },
    };
    return { made, context: setting({ chapkits: { forecast } }).context };
  };
  const create = (data: unknown, more: object = {}) => {
    const { context } = withSchema();
    return failureOf(() => createConfig({ serviceId: serviceId(), name: 'north', data, ...more }, context));
  };

  test('is made when it fits the schema', async () => {
    const { context, made } = withSchema();
    const input = { serviceId: serviceId(), name: ' north ', data: { prediction_periods: 3 } };
    expect((await createConfig(input, context)).config.name).toBe('north');
    expect(made).toEqual([{ name: 'north', data: { prediction_periods: 3 }, tags: [] }]);
  });

  test.each([
    [{}, 'input.data.prediction_periods', 'is required'],
    [{ prediction_periods: 'three' }, 'input.data.prediction_periods', 'must be integer'],
    [{ prediction_periods: 0 }, 'input.data.prediction_periods', 'must be >= 1'],
    [{ prediction_periods: 1, other: 1 }, 'input.data.other', 'is not known to this service'],
    [
      { prediction_periods: 1, additional_continuous_covariates: ['a', 2] },
      'input.data.additional_continuous_covariates[1]',
      'must be string',
    ],
    [{ prediction_periods: 1, scale: 'x' }, 'input.data.scale', 'must be one of "none", "standardize"'],
    [{ prediction_periods: 1, horizon: 'x' }, 'input.data.horizon', 'must be integer or must be null'],
    [null, 'input.data', 'an object was expected.'],
    [[], 'input.data', 'an object was expected.'],
  ])('of %j is refused at %s: %s', async (data, field, words) => {
    expect(await create(data)).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: `${field}: ${words}`,
      details: { field },
    });
  });

  test.each([101, 100_000])('of %i levels is refused before anything is made of it', async (levels) => {
    expect(await create({ a: nested(levels - 1) })).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'input.data: at most 100 levels were expected.',
      details: { field: 'input.data' },
    });
  });

  test('of a hundred levels is made', async () => {
    const { context, made } = withSchema({});
    await createConfig({ serviceId: serviceId(), name: 'n', data: { a: nested(99) } }, context);
    expect(made).toHaveLength(1);
  });

  test('with several faults names them all', async () => {
    expect((await create({ prediction_periods: 0, scale: 1 })).message).toBe(
      'input.data.prediction_periods: must be >= 1; input.data.scale: must be string or must be one of "none", "standardize"',
    );
  });

  test.each([
    { name: ' ' },
    { name: 'x'.repeat(256) },
    { tags: ['two words'] },
    { tags: ['a', 'a'] },
    { tags: Array.from({ length: 51 }, (_, index) => `t${index}`) },
  ])('with %j is refused', async (more) => {
    expect(await create({ prediction_periods: 1 }, more)).toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { field: `input.${Object.keys(more)[0]}` },
    });
  });

  test.each([
    [
      'draft-07',
      {
        ...schema,
        $schema: 'http://json-schema.org/draft-07/schema#',
        $defs: undefined,
        definitions: schema.$defs,
        properties: { prediction_periods: { type: 'integer' } },
      },
    ],
    ['2020-12', { ...schema, $schema: 'https://json-schema.org/draft/2020-12/schema' }],
  ])('is checked in the dialect of %s', async (_, given) => {
    const { context } = withSchema(given);
    const input = { serviceId: serviceId(), name: 'n', data: { prediction_periods: 'x' } };
    expect((await failureOf(() => createConfig(input, context))).message).toBe(
      'input.data.prediction_periods: must be integer',
    );
  });

  test('is left to the service where its schema cannot be used', async () => {
    const { context, made } = withSchema({ $ref: 'https://elsewhere.example/schema.json' });
    await createConfig({ serviceId: serviceId(), name: 'n', data: { any: 1 } }, context);
    expect(made).toHaveLength(1);
  });

  test('is left to the service where its schema promises an answer for later', async () => {
    const met: unknown[] = [];
    const note = (error: unknown) => met.push(error);
    process.on('unhandledRejection', note);
    const { context, made } = withSchema({ ...schema, $async: true });
    await createConfig({ serviceId: serviceId(), name: 'n', data: {} }, context);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect({ made: made.length, met }).toEqual({ made: 1, met: [] });
  });

  test('is checked by the schema that the service has now', async () => {
    let now: object = { type: 'object', required: ['a'] };
    const forecast = { configSchema: async () => now, createConfig: async () => config() };
    const { context } = setting({ chapkits: { forecast } });
    const make = () => createConfig({ serviceId: serviceId(), name: 'n', data: {} }, context);
    expect((await failureOf(make)).details.field).toBe('input.data.a');
    now = { type: 'object', required: ['b'] };
    expect((await failureOf(make)).details.field).toBe('input.data.b');
  });

  test('keeps what a change does not name', async () => {
    const { context, made } = withSchema();
    await updateConfig({ id: config().id, tags: ['new'] }, context);
    await updateConfig({ id: config().id, name: 'south', data: { prediction_periods: 5 } }, context);
    expect(made).toEqual([
      { name: 'north', data: { prediction_periods: 3 }, tags: ['new'] },
      { name: 'south', data: { prediction_periods: 5 }, tags: ['demo'] },
    ]);
    const wrong = () => updateConfig({ id: config().id, data: { prediction_periods: 0 } }, context);
    expect((await failureOf(wrong)).details.field).toBe('input.data.prediction_periods');
  });

  test('is made only by who may train', async () => {
    const { context } = setting({ roles: { train: ['modeller', 'lead'] } });
    expect(
      await failureOf(() => createConfig({ serviceId: serviceId(), name: 'n', data: {} }, context)),
    ).toMatchObject({
      code: 'FORBIDDEN',
      message:
        'Training, and changing what belongs to it, with forecast needs the app role modeller or lead.',
    });
  });
});

describe('a table of a client', () => {
  test.each([
    [{ columns: [], rows: [] }, 'input.data.columns'],
    [{ columns: ['a', ' '], rows: [] }, 'input.data.columns[1]'],
    [{ columns: ['a', 'a'], rows: [] }, 'input.data.columns[1]'],
    [{ columns: ['a', 'b'], rows: [[1, 2], [1, 2], [1, 2], [1]] }, 'input.data.rows[3]'],
    [{ columns: ['a'], rows: [[1, 2]] }, 'input.data.rows[0]'],
    [{ columns: ['a'], rows: [[{}]] }, 'input.data.rows[0][0]'],
    [{ columns: ['a'], rows: [[[1]]] }, 'input.data.rows[0][0]'],
    [{ columns: ['a'], rows: [] }, 'input.data.rows'],
  ])('%j is refused at %s', async (table, field) => {
    const error = await failureOf(() => readRows('input.data', table));
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', details: { field } });
    expect(error.message.startsWith(`${field}: `)).toBe(true);
  });

  test('is bounded', async () => {
    const row = Array.from({ length: 1_000 }, () => 0);
    const columns = row.map((_, index) => `c${index}`);
    const rows = Array.from({ length: 1_001 }, () => row);
    expect((await failureOf(() => readTable('t', { columns, rows }))).details.field).toBe('t.rows');
    expect(
      (await failureOf(() => readTable('t', { columns: [...columns, 'x'], rows: [] }))).details.field,
    ).toBe('t.columns');
  });

  test('has cells of every kind', () => {
    const table = { columns: ['a', 'b', 'c', 'd'], rows: [['x', 1.5, false, null]] };
    expect(readRows('t', table)).toEqual(table);
  });

  test.each([[{}], [{ type: 'Feature' }], ['x'], [{ type: 'FeatureCollection', features: {} }]])(
    'goes with a FeatureCollection, not with %j',
    async (geo) => {
      expect((await failureOf(() => readGeo('input.geo', geo))).details.field).toBe('input.geo');
    },
  );

  test('goes with a FeatureCollection of a hundred levels at most', async () => {
    const geo = (levels: number) => ({
      type: 'FeatureCollection',
      features: [{ type: 'Feature', geometry: nested(levels - 3) }],
    });
    expect(readGeo('input.geo', geo(100))).toBeTruthy();
    expect((await failureOf(() => readGeo('input.geo', geo(101)))).details.field).toBe('input.geo');
    expect((await failureOf(() => readGeo('input.geo', geo(100_000)))).code).toBe('BAD_USER_INPUT');
  });

  test('goes with features alone', async () => {
    const good = { type: 'Feature', geometry: null, properties: {} };
    const geo = { type: 'FeatureCollection', features: [good] };
    expect(readGeo('input.geo', geo)).toBe(geo);
    expect(readGeo('input.geo', null)).toBeNull();
    const bad = { ...geo, features: [good, { type: 'Point' }] };
    expect((await failureOf(() => readGeo('input.geo', bad))).details.field).toBe('input.geo.features[1]');
  });
});
