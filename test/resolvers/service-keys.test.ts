import { describe, expect, test } from 'vitest';
import type {
  ServiceApplication,
  ThreeScale,
  ThreeScaleProduct,
  ThreeScaleService,
} from '../../src/datasources/threescale/index.ts';
import { accountOf } from '../../src/datasources/threescale/own-account.ts';
import { createOwnKeys } from '../../src/datasources/threescale/own-keys.ts';
import type { Caller } from '../../src/domain/callers.ts';
import { MlgraphError, notFound } from '../../src/domain/errors.ts';
import { encodeId } from '../../src/domain/ids.ts';
import { getService, getServiceByName, listServices } from '../../src/resolvers/services/catalogue.ts';
import {
  authMethodOf,
  endpointOf,
  hasKey,
  initServiceKey,
  keyOf,
} from '../../src/resolvers/services/keys.ts';
import { failureOf, setting } from './services-support.ts';

const idOf = (key: string) => encodeId({ concept: 'Service', provider: 'THREESCALE', home: '', key: [key] });
const product = (
  key: string,
  systemName: string,
  more: Partial<ThreeScaleProduct> = {},
): ThreeScaleProduct => ({
  kind: 'SERVICE',
  id: idOf(key),
  key,
  systemName,
  name: systemName,
  provider: 'THREESCALE',
  description: null,
  authMethod: 'API_KEY',
  isHidden: false,
  ...more,
});
const application = (serviceKey: string, more: Partial<ServiceApplication> = {}): ServiceApplication => ({
  key: `9${serviceKey}`,
  accountKey: '41',
  serviceKey,
  plan: 'Basic',
  state: 'live',
  appId: null,
  createdAt: null,
  description: '',
  heldSecret: () => 'a secret that is long enough',
  ...more,
});

type Provider = {
  products?: ThreeScaleProduct[];
  applications?: ServiceApplication[];
  more?: Partial<ThreeScale>;
};

/** A provider that tells what it is asked. */
function provider({ products = [], applications = [], more = {} }: Provider) {
  const asked: string[] = [];
  const complete = (found: ThreeScaleProduct | undefined): ThreeScaleService => {
    if (!found) throw notFound('No such service.');
    const credentials = {
      location: 'headers',
      userKey: 'user_key',
      appId: 'app_id',
      appKey: 'app_key',
    } as const;
    return { ...found, endpoint: `https://${found.systemName}.example`, credentials };
  };
  const threescale = {
    products: async () => products,
    getService: async (key: string) => complete(products.find((each) => each.key === key)),
    findService: async (name: string) => complete(products.find(({ systemName }) => systemName === name)),
    async findAccount(person: object) {
      asked.push(`account ${JSON.stringify(person)}`);
      return { key: '41', state: 'approved' };
    },
    async applications(key: string) {
      asked.push(`applications ${key}`);
      return applications;
    },
    secretOf: async ({ state, heldSecret }: ServiceApplication) => (state === 'live' ? heldSecret() : null),
    async initApplication({ service, name }: Parameters<ThreeScale['initApplication']>[0]) {
      asked.push(`init ${service.key} ${name}`);
      applications.push(application(service.key));
      return { application: application(service.key), secret: 's', isNew: true };
    },
    ...more,
  } as unknown as ThreeScale;
  return { threescale, asked };
}

const kim: Partial<Caller> = {
  issuerKind: 'oidc',
  subject: '7b1f',
  userName: 'kim',
  email: 'kim@contoso.example',
  emailVerified: true,
};

type Wanted = Parameters<typeof setting>[0] & Provider & { publishedAs?: Record<string, string> };

function catalogue({ publishedAs = {}, products, applications, more, ...wanted }: Wanted = {}) {
  const { threescale, asked } = provider({ products, applications, more });
  const { context } = setting(wanted);
  const caller = { ...context.caller, ...kim };
  const services = context.services.map((each) => ({
    ...each,
    threescaleService: publishedAs[each.systemName],
  }));
  const ownKeys = createOwnKeys(() => threescale, caller);
  return {
    context: { ...context, caller, services, threescale, threescaleConfigured: true, ownKeys },
    asked,
  };
}
const namesIn = async (wanted: Wanted) => {
  const { edges, sources } = await listServices({}, catalogue(wanted).context);
  return { names: edges.map(({ node }) => node.systemName), sources };
};

describe('an account is found', () => {
  const asked = async (caller: Partial<Caller>) => {
    const { threescale, asked } = provider({});
    await accountOf({ kind: 'USER', ...kim, ...caller } as Caller, threescale);
    return JSON.parse(asked[0]?.replace('account ', '') ?? '');
  };

  test('of Entra by the oid alone', async () => {
    expect(await asked({ issuerKind: 'entra', subject: 'a7c2', userName: null })).toEqual({
      userName: 'a7c2',
    });
  });

  test('of others by the user name, and by an e-mail that is verified', async () => {
    expect(await asked({})).toEqual({ userName: 'kim', email: 'kim@contoso.example' });
    expect(await asked({ emailVerified: false })).toEqual({ userName: 'kim', email: null });
  });

  test("of others never by what would be a person of Entra's", async () => {
    expect(await asked({ userName: 'A7C20D5E-1c4b-4f7a-9d1e-0b6f3a52c101', emailVerified: false })).toEqual({
      userName: null,
      email: null,
    });
  });

  test('of no key', async () => {
    const { threescale, asked } = provider({});
    const job = { kind: 'SERVICE', issuerKind: 'apiKey', subject: 'x', userName: null } as Caller;
    expect((await failureOf(() => accountOf(job, threescale))).code).toBe('FORBIDDEN');
    expect(asked).toEqual([]);
  });
});

describe('the catalogue', () => {
  const products = [
    product('7', 'topic'),
    product('8', 'forecast-api'),
    product('9', 'secret', { isHidden: true }),
  ];

  test('has products among the services, without those that are hidden', async () => {
    expect((await namesIn({ products })).names).toEqual(['forecast', 'forecast-api', 'topic']);
  });

  test('has a published service once, also by the names of its product', async () => {
    const wanted = { products, publishedAs: { forecast: 'forecast-api' } };
    expect((await namesIn(wanted)).names).toEqual(['forecast', 'topic']);
    const { context } = catalogue(wanted);
    expect((await getServiceByName('forecast-api', context)).systemName).toBe('forecast');
    expect((await failureOf(() => getService(idOf('8'), 'id', context))).code).toBe('NOT_FOUND');
  });

  test('hides the product of a service that the caller may not read', async () => {
    const wanted = {
      products,
      publishedAs: { forecast: 'forecast-api' },
      roles: { read: ['health.reader'] },
    };
    expect((await namesIn(wanted)).names).toEqual(['topic']);
    const { context } = catalogue(wanted);
    for (const name of ['forecast', 'forecast-api']) {
      expect((await failureOf(() => getServiceByName(name, context))).code).toBe('NOT_FOUND');
      const init = () => initServiceKey({ serviceName: name }, context);
      expect((await failureOf(init)).code).toBe('NOT_FOUND');
    }
  });

  test('keeps a name for the service that has it', async () => {
    const wanted = { products: [product('7', 'forecast')] };
    expect((await namesIn(wanted)).names).toEqual(['forecast']);
    expect((await getServiceByName('forecast', catalogue(wanted).context)).provider).toBe('CHAPKIT');
  });

  test('says that 3scale has failed, and what of it is a bug', async () => {
    const down = new MlgraphError('UPSTREAM_TIMEOUT', 'No answer.', { upstream: 'threescale' });
    const failing = (error: Error) => ({ more: { products: async () => Promise.reject(error) } });
    expect(await namesIn(failing(down))).toMatchObject({
      names: ['forecast'],
      sources: [{ ok: true }, { provider: 'THREESCALE', ok: false, code: 'UPSTREAM_TIMEOUT' }],
    });
    await expect(namesIn(failing(new TypeError('a bug')))).rejects.toThrow('a bug');
  });

  test('finds a product that was made just now', async () => {
    const made = product('7', 'topic');
    const { context } = catalogue({ more: { products: async (how) => (how?.fresh ? [made] : []) } });
    expect((await getService(idOf('7'), 'id', context)).systemName).toBe('topic');
  });
});

describe('a key', () => {
  const products = [product('7', 'topic'), product('8', 'forecast-api')];
  const publishedAs = { forecast: 'forecast-api' };

  test.each([
    ['live', true, 'live'],
    ['pending', true, 'pending'],
    ['suspended', false, 'suspended'],
    [null, false, undefined],
  ])('that is %s is shown as it is', async (state, has, shown) => {
    const applications = state ? [application('7', { state })] : [];
    const { context } = catalogue({ products, applications });
    const service = await getServiceByName('topic', context);
    expect(await hasKey(service, context)).toBe(has);
    expect((await keyOf(service, context))?.state).toBe(shown);
    expect(JSON.stringify(await keyOf(service, context))).not.toContain('a secret');
  });

  test('of all services takes one reading, and another one once a key was made', async () => {
    const { context, asked } = catalogue({ products, publishedAs });
    const { edges } = await listServices({}, context);
    const all = () => Promise.all(edges.map(({ node }) => hasKey(node, context)));
    expect(await all()).toEqual([false, false]);
    expect(asked).toEqual([expect.stringMatching(/^account/), 'applications 41']);
    const made = await initServiceKey({ serviceName: 'forecast' }, context);
    expect(made).toMatchObject({
      service: { systemName: 'forecast' },
      secret: 's',
      isNew: true,
      plan: 'Basic',
    });
    expect(await all()).toEqual([true, false]);
    expect(asked.slice(2)).toEqual(['init 8 mlgraph-kim', 'applications 41']);
  });

  test('is none to say for a key of this API', async () => {
    const { context, asked } = catalogue({ products, publishedAs, kind: 'SERVICE' });
    const service = await getServiceByName('forecast', context);
    expect(await hasKey(service, context)).toBeNull();
    expect(await keyOf(service, context)).toBeNull();
    expect((await failureOf(() => initServiceKey({ serviceName: 'forecast' }, context))).code).toBe(
      'FORBIDDEN',
    );
    expect(asked).toEqual([]);
  });

  test('is for the one service of its name that gives keys', async () => {
    const named = [
      product('7', 'forecast_eu', { name: 'forecast' }),
      product('8', 'topic', { name: 'Topic' }),
    ];
    const chapkits = { cholera: { describe: async () => ({ name: 'Topic', description: null }) } };
    const { context } = catalogue({ products: named, chapkits });
    expect((await failureOf(() => getServiceByName('Topic', context))).code).toBe('BAD_USER_INPUT');
    const { service } = await initServiceKey({ serviceName: 'Topic' }, context);
    expect(service.systemName).toBe('topic');
  });

  test('is not configured where the product is missing; the service is called as it was', async () => {
    const { context } = catalogue({ publishedAs });
    const service = await getServiceByName('forecast', context);
    for (const ask of [endpointOf, hasKey, keyOf])
      expect(await failureOf(() => ask(service, context))).toMatchObject({
        code: 'UPSTREAM_NOT_CONFIGURED',
        message: '3scale has no product forecast-api, as which a service is published.',
      });
    expect(await authMethodOf(service, context)).toBe('API_KEY');
  });
});

describe('a person’s access to what is published', () => {
  const products = [product('8', 'forecast-api')];
  const accessWith = (wanted: Wanted) =>
    catalogue({ products, ...wanted }).context.ownKeys.access('forecast-api');

  test('is by their key, at the public address, read once', async () => {
    const { context, asked } = catalogue({ products, applications: [application('8')] });
    const access = context.ownKeys.access('forecast-api');
    for (let times = 0; times < 3; times++)
      expect(await access({ fresh: false })).toEqual({
        endpoint: 'https://forecast-api.example',
        headers: { user_key: 'a secret that is long enough' },
        query: {},
        prefix: 'a secr',
      });
    expect(asked).toHaveLength(2);
    await access({ fresh: true });
    expect(asked.slice(2)).toEqual(['applications 41']);
  });

  test.each([
    [[], 'You have no key for forecast-api: initServiceKey gives you one.'],
    [['pending'], 'Your key for forecast-api awaits approval by the owner of the service.'],
    [['suspended'], 'Your key for forecast-api is suspended; ask the owner of the service.'],
  ])('with keys %j is refused', async (states, message) => {
    const applications = states.map((state) => application('8', { state }));
    const access = accessWith({ applications });
    expect(await failureOf(() => access({ fresh: false }))).toMatchObject({ code: 'FORBIDDEN', message });
  });

  test('is there as soon as there is a key', async () => {
    const applications: ServiceApplication[] = [];
    const access = accessWith({ applications });
    expect((await failureOf(() => access({ fresh: false }))).code).toBe('FORBIDDEN');
    applications.push(application('8'));
    expect(await access({ fresh: false })).toMatchObject({ endpoint: 'https://forecast-api.example' });
  });

  test('is refused without an account, which is nothing that is not found', async () => {
    const findAccount = async () => {
      throw notFound('You have no account in 3scale.', { field: 'account' });
    };
    const access = accessWith({ more: { findAccount } });
    expect(await failureOf(() => access({ fresh: false }))).toMatchObject({
      code: 'FORBIDDEN',
      message: 'You have no account in 3scale.',
    });
  });

  test('is not configured where a key cannot be presented', async () => {
    const access = accessWith({ products: [product('8', 'forecast-api', { authMethod: 'OPENID_CONNECT' })] });
    expect((await failureOf(() => access({ fresh: false }))).code).toBe('UPSTREAM_NOT_CONFIGURED');
  });
});
