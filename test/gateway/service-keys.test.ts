import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeApiKeySecret } from '../../src/domain/api-key-secret.ts';
import { AuditEvents } from './operations.ts';
import { CreateConfig, InitServiceKey, KeyOf, Keys, ServiceKeyById, Services } from './service-operations.ts';
import { type GatewayProcess, startGatewayProcess } from './support/gateway-process.ts';
import { type Stack, startStack } from './support/stack.ts';

const keyOfAll = makeApiKeySecret();
const settings = {
  CHAPKIT_DISEASE_FORECAST_THREESCALE_SERVICE: 'disease-forecast-api',
  MLGRAPH_API_KEYS: `job READ,KEYS ${keyOfAll}`,
};

let stack: Stack;
let other: GatewayProcess;
beforeAll(async () => {
  stack = await startStack({ chat: { pace: 2 }, settings });
  const { tokens } = stack;
  other = await startGatewayProcess({ settings: { ...stack.emulators.settings, ...settings }, tokens });
});
afterAll(async () => {
  await other.kill();
  await stack[Symbol.asyncDispose]();
});

const admin = async (method: string, path: string, body?: object) => {
  const answer = await fetch(`${stack.emulators.urls.threescale}${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`:${stack.emulators.settings.THREESCALE_ACCESS_TOKEN}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  return text === '' ? {} : JSON.parse(text);
};
type Application = { id: number; service_name: string; account_id: number; user_key?: string };
const applications = async (): Promise<Application[]> =>
  (await admin('GET', '/admin/api/applications.json')).applications.map(
    (each: { application: Application }) => each.application,
  );
const init = (input: object, as: string | null = 'Ada', from: Pick<Stack, 'ask'> = stack) =>
  from.ask(InitServiceKey, { input }, as);
const asJob = async (query: { toString(): string }, variables: object = {}) => {
  const answer = await fetch(stack.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': keyOfAll },
    body: JSON.stringify({ query: query.toString(), variables }),
  });
  return (await answer.json()) as {
    data: Record<string, { nodes: { systemName: string }[]; sources: object[] }>;
    errors?: { extensions: object }[];
  };
};

describe('the catalogue', () => {
  test('has services and products in one list, page by page, and a published one once', async () => {
    const names: string[] = [];
    for (let after: string | null | undefined; after !== null; ) {
      const { data, errors } = await stack.ask(Keys, { first: 4, after }, 'Kim');
      expect(errors).toEqual([]);
      expect(data?.services?.sources).toMatchObject([
        { provider: 'CHAPKIT', ok: true },
        { provider: 'THREESCALE', ok: true },
      ]);
      names.push(...(data?.services?.nodes.map(({ systemName }) => systemName) ?? []));
      after = data?.services?.pageInfo.hasNextPage ? data.services.pageInfo.endCursor : null;
    }
    expect(names).toEqual([
      'anomaly_scanner',
      'anomaly_scanner_eu',
      'climate-health',
      'credit_scoring',
      'disease-forecast',
      'document_vision',
      'internal_benchmark',
      'legacy_ranker',
      'speech_to_text',
      'topic_model',
    ]);
  });

  test('says how each is called, and by what key', async () => {
    const { data } = await stack.ask(Keys, {}, 'Ben');
    const of = (name: string) => data?.services?.nodes.find(({ systemName }) => systemName === name);
    const { threescale } = stack.emulators.urls;
    expect(of('document_vision')).toMatchObject({
      provider: 'THREESCALE',
      endpoint: `${threescale}/gateway/document_vision`,
      authMethod: 'APP_ID_AND_KEY',
      hasKey: false,
      key: null,
    });
    expect(of('disease-forecast')).toMatchObject({
      provider: 'CHAPKIT',
      endpoint: `${threescale}/gateway/disease-forecast-api`,
      hasKey: false,
    });
    expect(of('climate-health')).toMatchObject({ endpoint: null, hasKey: null, key: null });
  });

  test('reads account and applications once', async () => {
    await stack.ask(Keys, {}, 'Ben');
    await stack.emulators.forgetCalls('threescale');
    await stack.ask(Keys, {}, 'Ben');
    const asked = (await stack.emulators.calls('threescale')).map(({ path }) => path);
    expect(asked.sort()).toEqual([
      '/admin/api/accounts/43/applications.json',
      '/admin/api/accounts/find.json',
    ]);
  });

  test('is without products for who has no account, and for a key', async () => {
    const olaf = await stack.ask(Keys, {}, 'Olaf');
    expect(olaf.data?.services).toMatchObject({
      nodes: [],
      sources: [{ provider: 'THREESCALE', ok: false, code: 'NOT_FOUND' }],
    });
    const { data } = await asJob(Keys);
    expect(data.services?.nodes.map(({ systemName }) => systemName)).toEqual([
      'climate-health',
      'disease-forecast',
    ]);
    expect(data.services?.sources).toMatchObject([
      { provider: 'CHAPKIT', ok: true },
      { provider: 'THREESCALE', ok: false, code: 'FORBIDDEN' },
    ]);
  });

  test('finds one by its names, and says where several have it', async () => {
    const named = async (name: string, as = 'Ada') => stack.ask(KeyOf, { name }, as);
    for (const name of ['topic_model', 'Topic Model'])
      expect((await named(name)).data?.service?.systemName).toBe('topic_model');
    expect((await named('disease-forecast-api')).data?.service).toMatchObject({
      systemName: 'disease-forecast',
      provider: 'CHAPKIT',
    });
    expect((await named('Anomaly Scanner')).errors[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'name',
    });
    for (const name of ['disease-forecast-api', 'topic_model', 'nothing'])
      expect((await named(name, 'Olaf')).errors[0]?.extensions.code).toBe('NOT_FOUND');
  });
});

describe('initServiceKey', () => {
  test('gives a key that works, the same again, which is masked everywhere else', async () => {
    const first = await init({ serviceName: 'topic_model' }, 'Kim');
    expect(first.errors).toEqual([]);
    const { secret, key } = first.data?.initServiceKey ?? {};
    expect(first.data?.initServiceKey).toMatchObject({
      service: { systemName: 'topic_model', hasKey: true },
      key: { state: 'live', prefix: secret?.slice(0, 6), service: { systemName: 'topic_model' } },
      isNew: true,
      plan: 'Basic',
    });
    const endpoint = `${stack.emulators.urls.threescale}/gateway/topic_model`;
    // Nothing is behind it here: who is let in is told 404.
    expect((await fetch(endpoint, { headers: { user_key: String(secret) } })).status).toBe(404);
    const serviceId = first.data?.initServiceKey?.service.id;
    expect((await init({ serviceId }, 'Kim')).data?.initServiceKey).toMatchObject({ secret, isNew: false });
    const node = await stack.ask(ServiceKeyById, { id: key?.id ?? '' }, 'Kim');
    expect(node.data?.node).toEqual({ ...key, appId: undefined });
    expect((await stack.ask(ServiceKeyById, { id: key?.id ?? '' }, 'Ada')).errors[0]?.extensions.code).toBe(
      'NOT_FOUND',
    );
    expect(JSON.stringify([node.data, (await stack.ask(Keys, {}, 'Kim')).data])).not.toContain(secret);
    await expect
      .poll(async () => {
        const filter = { action: 'initServiceKey' };
        return (await stack.ask(AuditEvents, { first: 20, filter }, 'Grace')).data?.auditEvents?.nodes;
      })
      .toContainEqual(expect.objectContaining({ target: serviceId, upstream: 'THREESCALE', outcome: 'OK' }));
    expect(JSON.stringify(stack.logged)).not.toContain(secret);
  });

  test('gives no secret while the plan awaits approval', async () => {
    const { data } = await init({ serviceName: 'credit_scoring' }, 'Kim');
    expect(data?.initServiceKey).toMatchObject({ secret: null, isNew: true, key: { state: 'pending' } });
  });

  test.each([
    ['both', { serviceId: 'x', serviceName: 'x' }, 'Ada', 'BAD_USER_INPUT', 'input'],
    ['neither', {}, 'Ada', 'BAD_USER_INPUT', 'input'],
    ['no id', { serviceId: 'x' }, 'Olaf', 'BAD_USER_INPUT', 'input.serviceId'],
    ['a name of several', { serviceName: 'Anomaly Scanner' }, 'Ada', 'BAD_USER_INPUT', 'input.serviceName'],
    ['a name of none', { serviceName: 'nothing' }, 'Ada', 'NOT_FOUND', 'input.serviceName'],
    [
      'a service that gives none',
      { serviceName: 'climate-health' },
      'Ada',
      'BAD_USER_INPUT',
      'input.serviceName',
    ],
    ['no account', { serviceName: 'topic_model' }, 'Olaf', 'NOT_FOUND', 'account'],
    ['no plan', { serviceName: 'legacy_ranker' }, 'Ada', 'UPSTREAM_NOT_CONFIGURED', undefined],
    ['a closed product', { serviceName: 'internal_benchmark' }, 'Ada', 'UPSTREAM_NOT_CONFIGURED', undefined],
  ])('with %s says so', async (_, input, as, code, field) => {
    const { errors } = await init(input, as);
    expect(errors[0]?.extensions.code).toBe(code);
    expect(errors[0]?.extensions.field).toBe(field);
  });

  test('is refused to a key of this API, before 3scale is asked', async () => {
    await stack.emulators.forgetCalls('threescale');
    const { errors } = await asJob(InitServiceKey, { input: { serviceName: 'topic_model' } });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
    expect(await stack.emulators.calls('threescale')).toEqual([]);
  });

  test.each(['topic_model', 'document_vision'])(
    'makes one key of %s for fifty who race on two processes',
    async (serviceName) => {
      await admin('PUT', '/_control/pace', { createMs: 50 });
      const before = (await applications()).length;
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => init({ serviceName }, 'Grace', index % 2 ? stack : other)),
      );
      await admin('PUT', '/_control/pace', { createMs: 0 });
      expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
      const given = answers.map(({ data }) => data?.initServiceKey);
      expect(new Set(given.map((each) => each?.secret)).size).toBe(1);
      expect(given[0]?.secret).toMatch(/^[0-9a-f]{32,}$/);
      expect(given.filter((each) => each?.isNew)).toHaveLength(1);
      expect(await applications()).toHaveLength(before + 1);
    },
  );
});

describe('a service that is published', () => {
  const configure = async (as: string) => {
    const { data } = await stack.ask(KeyOf, { name: 'disease-forecast' }, as);
    const input = { serviceId: data?.service?.id ?? '', name: 'north', data: {} };
    return stack.ask(CreateConfig, { input }, as);
  };
  const suspension = async (verb: 'suspend' | 'resume') => {
    const own = (await applications()).find(
      (each) => each.service_name === 'Disease Forecast' && each.account_id === 42,
    );
    await admin('PUT', `/admin/api/accounts/42/applications/${own?.id}/${verb}.json`);
  };

  test("is called at its public address with the person's own key", async () => {
    expect((await configure('Ada')).errors[0]).toMatchObject({
      message: 'You have no key for Disease Forecast: initServiceKey gives you one.',
      extensions: { code: 'FORBIDDEN' },
    });
    const { data } = await init({ serviceName: 'disease-forecast' });
    expect(data?.initServiceKey).toMatchObject({
      service: { systemName: 'disease-forecast', hasKey: true },
      key: { service: { systemName: 'disease-forecast' } },
    });
    await stack.emulators.forgetCalls('threescale');
    expect((await configure('Ada')).errors).toEqual([]);
    const calls = await stack.emulators.calls('threescale');
    expect(calls.filter(({ path }) => path.startsWith('/gateway/disease-forecast-api/'))).not.toEqual([]);
    await suspension('suspend');
    expect((await configure('Ada')).errors[0]).toMatchObject({
      message: 'Your key for Disease Forecast is suspended; ask the owner of the service.',
      extensions: { code: 'FORBIDDEN' },
    });
    await suspension('resume');
    expect((await configure('Ada')).errors).toEqual([]);
  });

  test('says that the key is refused', async () => {
    await stack.emulators.fault('threescale', { kind: 'status', status: 403, path: '^/gateway/' });
    const { errors } = await configure('Ada');
    await stack.emulators.heal('threescale');
    expect(errors[0]).toMatchObject({
      message: 'disease-forecast does not accept your key for it; ask the owner of the service.',
      extensions: { code: 'FORBIDDEN' },
    });
  });
});

/** The last one: 3scale is left alone for a while after it. */
test('the catalogue is there where 3scale is not', async () => {
  await stack.emulators.fault('threescale', { kind: 'status', status: 503 });
  const down = await stack.ask(Services, {}, 'Ada');
  await stack.emulators.heal('threescale');
  expect(down.data?.services?.nodes.map(({ systemName }) => systemName)).toEqual([
    'climate-health',
    'disease-forecast',
  ]);
  expect(down.data?.services?.sources.at(-1)).toMatchObject({ ok: false, code: 'UPSTREAM_UNAVAILABLE' });
});
