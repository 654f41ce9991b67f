import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startChapkit } from '../../emulators/chapkit/index.ts';
import { accessToken, startProvider, type TestProvider, userNames } from './support/threescale.ts';

const accountOf = async (provider: TestProvider, username: string): Promise<number> => {
  const { body } = await provider.call('GET', `accounts/find.json?username=${username}`);
  return body.account.id;
};
const create = (provider: TestProvider, account: number, fields: Record<string, unknown>) =>
  provider.call('POST', `accounts/${account}/applications.json`, { name: 'mlgraph', ...fields });

describe('access', () => {
  const ask = async (url: string, headers: Record<string, string> = {}) => {
    const response = await fetch(url, { headers });
    return { status: response.status, body: await response.text() };
  };
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

  it('takes the token as a parameter and as either part of Basic, and nothing else', async () => {
    await using provider = await startProvider();
    const url = `${provider.threescale.url}/admin/api/services.json`;
    expect(await ask(url, basic(`:${accessToken}`))).toMatchObject({ status: 200 });
    expect(await ask(url, basic(`${accessToken}:`))).toMatchObject({ status: 200 });
    expect(await ask(`${url}?access_token=${accessToken}`)).toMatchObject({ status: 200 });
    const denied = { status: 403, body: '{"error":"Access denied"}' };
    expect(await ask(url)).toEqual(denied);
    expect(await ask(url, basic(':wrong'))).toEqual(denied);
    expect(await ask(url, { authorization: `Bearer ${accessToken}` })).toEqual(denied);
  });

  it('lets a token that may read only read', async () => {
    await using provider = await startProvider();
    await provider.control('PUT', 'tokens', { token: accessToken, permission: 'ro' });
    const account = await accountOf(provider, 'kim');
    expect(await create(provider, account, { plan_id: 21 })).toMatchObject({
      status: 403,
      body: { error: 'Your access token does not have the correct permissions' },
    });
  });

  it('answers in JSON by the suffix, whatever Accept says, and has no XML', async () => {
    await using provider = await startProvider();
    const headers = { ...basic(`:${accessToken}`), accept: 'application/xml' };
    const url = `${provider.threescale.url}/admin/api/services`;
    expect((await ask(`${url}.json`, headers)).status).toBe(200);
    expect((await ask(url, headers)).status).toBe(406);
    expect((await ask(`${url}.xml`, headers)).status).toBe(406);
    expect((await ask(url, basic(`:${accessToken}`))).status).toBe(200);
  });
});

describe('accounts', () => {
  it('are found by a user of theirs, by the first of the ways given', async () => {
    await using provider = await startProvider();
    const found = await provider.call('GET', 'accounts/find.json?username=kim&email=nobody@x.example');
    expect(found).toMatchObject({ status: 200, body: { account: { id: 41, org_name: 'Kim Lab' } } });
    expect(found.body.account).not.toHaveProperty('users');
    const byMail = await provider.call('GET', 'accounts/find.json?email=ada@contoso.example');
    expect(byMail.body.account.id).toBe(await accountOf(provider, userNames.ada));
    expect(await provider.call('GET', `accounts/find.json?username=${userNames.olaf}`)).toMatchObject({
      status: 404,
      body: { status: 'Not found' },
    });
    expect((await provider.call('GET', 'accounts/41/users.json')).body.users).toMatchObject([
      { user: { username: 'kim', role: 'admin' } },
    ]);
  });

  it('are signed up once', async () => {
    await using provider = await startProvider();
    const olaf = { org_name: 'Olaf Lab', username: 'olaf', email: 'olaf@contoso.example' };
    const made = await provider.call('POST', 'signup.json', olaf);
    expect(made).toMatchObject({ status: 201, body: { account: { state: 'approved' } } });
    expect(made.headers.get('location')).toContain(`/accounts/${made.body.account.id}`);
    expect(await provider.call('POST', 'signup.json', olaf)).toMatchObject({
      status: 422,
      body: { errors: { username: ['has already been taken'], email: ['has already been taken'] } },
    });
  });

  it('come in pages, with metadata only where there are several', async () => {
    await using provider = await startProvider();
    const all = await provider.call('GET', 'accounts.json');
    expect(all.body).not.toHaveProperty('metadata');
    expect(all.body.accounts).toHaveLength(4);
    const { body } = await provider.call('GET', 'accounts.json?page=2&per_page=3');
    expect(body.accounts).toMatchObject([{ account: { org_name: 'Grace Lab' } }]);
    expect(body.metadata).toEqual({ per_page: 3, total_entries: 4, total_pages: 2, current_page: 2 });
    expect((await provider.call('GET', 'accounts.json?page=x&per_page=9000')).body.accounts).toHaveLength(4);
  });
});

describe('products', () => {
  it('have plans, a proxy and configurations', async () => {
    await using provider = await startProvider();
    const { body } = await provider.call('GET', 'services/9.json');
    expect(body.service).toMatchObject({ system_name: 'disease-forecast-api', backend_version: '1' });
    expect((await provider.call('GET', 'services/9/application_plans.json')).body.plans).toMatchObject([
      { application_plan: { name: 'Research', default: true, state: 'published' } },
    ]);
    const { proxy } = (await provider.call('GET', 'services/9/proxy.json')).body;
    expect(proxy).toMatchObject({
      endpoint: `${provider.threescale.url}/gateway/disease-forecast-api`,
      credentials_location: 'headers',
      auth_user_key: 'X-API-Key',
    });
    const configs = await provider.call('GET', 'account/proxy_configs/production.json?version=latest');
    expect(configs.body.proxy_configs[2].proxy_config.content.proxy.endpoint).toBe(proxy.endpoint);
    expect((await provider.call('GET', 'services/11/application_plans.json')).body.plans).toEqual([]);
  });

  it('are missing as 404, and so are environments in the two ways of the service', async () => {
    await using provider = await startProvider();
    const statusOf = async (route: string) => (await provider.call('GET', route)).status;
    expect(await statusOf('services/99.json')).toBe(404);
    expect(await statusOf('services/99/proxy.json')).toBe(404);
    expect(await statusOf('services/9/proxy/configs/test.json')).toBe(400);
    expect(await statusOf('account/proxy_configs/test.json')).toBe(422);
  });
});

describe('applications', () => {
  it('of the one style have a user key, which is unique', async () => {
    await using provider = await startProvider();
    const made = await create(provider, 41, { plan_id: 21, user_key: 'a-key-of-kim' });
    expect(made).toMatchObject({
      status: 201,
      body: { application: { id: 901, state: 'live', user_key: 'a-key-of-kim', service_id: 7 } },
    });
    expect(await create(provider, 42, { plan_id: 21, user_key: 'a-key-of-kim' })).toMatchObject({
      status: 422,
      body: { errors: { user_key: ['has already been taken'] } },
    });
    const found = await provider.call('GET', 'applications/find.json?user_key=a-key-of-kim');
    expect(found.body.application.id).toBe(901);
    expect((await provider.call('GET', 'applications/find.json?app_id=a-key-of-kim')).status).toBe(404);
  });

  it('of the other style have an id, and keys in a list of their own', async () => {
    await using provider = await startProvider();
    const made = await create(provider, 41, { plan_id: 23, application_id: 'kim-vision' });
    expect(made.body.application).toMatchObject({ application_id: 'kim-vision' });
    expect(made.body.application).not.toHaveProperty('keys');
    const keys = `accounts/41/applications/${made.body.application.id}/keys`;
    const [first] = (await provider.call('GET', `${keys}.json`)).body.keys;
    expect(first.key.value).toMatch(/^[0-9a-f]{32}$/);
    expect((await provider.call('POST', `${keys}.json`, { key: 'second.key' })).status).toBe(201);
    expect((await provider.call('POST', `${keys}.json`, { key: 'SECOND.key' })).status).toBe(422);
    expect((await provider.call('DELETE', `${keys}/second.key.json`)).status).toBe(200);
    expect((await provider.call('GET', `${keys}.json`)).body.keys).toHaveLength(1);
  });

  it('are made anew by each request, with the ids going on after one is deleted and over a restart', async () => {
    await using provider = await startProvider();
    await create(provider, 41, { plan_id: 21 });
    const second = await create(provider, 41, { plan_id: 21 });
    expect(second.body.application.id).toBe(902);
    expect((await provider.call('DELETE', 'accounts/41/applications/902.json')).status).toBe(200);
    await provider.restart();
    expect((await create(provider, 41, { plan_id: 21 })).body.application.id).toBe(903);
    const { body } = await provider.call('GET', 'accounts/41/applications.json');
    expect(body.applications.map((each: { application: { id: number } }) => each.application.id)).toEqual([
      901, 903,
    ]);
    expect((await provider.call('GET', 'accounts/42/applications/901.json')).status).toBe(404);
  });

  it('wait for approval where the plan says so', async () => {
    await using provider = await startProvider();
    expect((await create(provider, 41, { plan_id: 25 })).body.application.state).toBe('pending');
    const one = 'accounts/41/applications/901';
    const move = async (to: string) => {
      const { status, body } = await provider.call('PUT', `${one}/${to}.json`);
      return body.application?.state ?? status;
    };
    expect(await move('suspend')).toBe(422);
    expect(await move('accept')).toBe('live');
    expect(await move('suspend')).toBe('suspended');
    expect(await move('resume')).toBe('live');
  });

  it.each([
    ['no plan', {}, 400, 'Required parameter missing: plan_id'],
    ['an unknown plan', { plan_id: 99 }, 404, { status: 'Not found' }],
    ['no name', { plan_id: 21, name: '' }, 422, { errors: { name: ["can't be blank"] } }],
    ['a bad key', { plan_id: 21, user_key: 'a b' }, 422, { errors: { user_key: ['is invalid'] } }],
    ['a closed product', { plan_id: 29 }, 422, { error: 'You cannot subscribe to that service.' }],
  ])('are not made with %s', async (_, fields, status, body) => {
    await using provider = await startProvider();
    expect(await create(provider, 41, fields)).toMatchObject({ status, body });
    expect((await provider.call('GET', 'applications.json')).body.applications).toEqual([]);
  });

  it('with one key may both come to be where they are made at once', async () => {
    await using provider = await startProvider();
    await provider.control('PUT', 'pace', { createMs: 50 });
    const both = await Promise.all([1, 2].map(() => create(provider, 41, { plan_id: 21, user_key: 'same' })));
    expect(both.map(({ status }) => status)).toEqual([201, 201]);
  });

  it('are there although the answer is lost', async () => {
    await using provider = await startProvider();
    await provider.control('POST', 'lost-answers', { times: 1, status: 504 });
    expect((await create(provider, 41, { plan_id: 21 })).status).toBe(504);
    expect((await provider.call('GET', 'applications.json')).body.applications).toHaveLength(1);
  });
});

describe('the gateway of a product', () => {
  it('lets a live key through to the service behind it, with the key of that', async () => {
    const home = await mkdtemp(join(tmpdir(), 'chapkit-'));
    const chapkit = await startChapkit({ name: 'disease-forecast', generation: 2, keys: ['sk_inner'], home });
    await using provider = await startProvider({
      gateway: { 'disease-forecast-api': { url: chapkit.url, apiKey: 'sk_inner' } },
    });
    const ask = async (key?: string) => {
      const url = `${provider.threescale.url}/gateway/disease-forecast-api/api/v1/configs?size=5&page=1`;
      const response = await fetch(url, key ? { headers: { 'x-api-key': key } } : {});
      return { status: response.status, body: await response.text() };
    };
    try {
      expect(await ask()).toEqual({ status: 403, body: 'Authentication parameters missing' });
      expect(await ask('sk_inner')).toEqual({ status: 403, body: 'Authentication failed' });
      await create(provider, 41, { plan_id: 24, user_key: 'key-of-kim' });
      expect(await ask('key-of-kim')).toMatchObject({
        status: 200,
        body: expect.stringContaining('"items"'),
      });
      await create(provider, 41, { plan_id: 21, user_key: 'key-of-another-product' });
      expect((await ask('key-of-another-product')).status).toBe(403);
      await provider.call('PUT', 'accounts/41/applications/901/suspend.json');
      expect((await ask('key-of-kim')).status).toBe(403);
    } finally {
      await chapkit.close();
      await rm(home, { recursive: true, force: true });
    }
  });
});
