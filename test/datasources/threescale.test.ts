import { createHash } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { presentedKey } from '../../src/datasources/threescale/present.ts';
import { accessToken, userNames } from '../emulators/support/threescale.ts';
import { failureOf, page } from './chapkit-support.ts';
import { initFor, keySecret, kim, startThreeScale } from './support/threescale.ts';

describe('accounts', () => {
  it('are found by the user name, and by the e-mail where that finds none', async () => {
    await using stack = await startThreeScale();
    const { threescale } = stack;
    expect(await threescale.findAccount({ userName: userNames.ada })).toEqual({
      key: '42',
      state: 'approved',
    });
    const email = 'ben@contoso.example';
    expect(await threescale.findAccount({ userName: 'nobody', email })).toMatchObject({ key: '43' });
    expect(await threescale.findAccount({ userName: 'kim', email })).toMatchObject({ key: '41' });
  });

  it.each([
    [{ userName: userNames.olaf }],
    [{ userName: 'nobody', email: 'nobody@contoso.example' }],
    [{ userName: 'kim&user_id=72' }],
    [{ userName: '', email: null }],
    [{}],
  ])('are missing for %o', async (person) => {
    await using stack = await startThreeScale();
    expect(await failureOf(stack.threescale.findAccount(person))).toMatchObject({
      code: 'NOT_FOUND',
      details: { field: 'account' },
    });
  });

  it('are not missing where a page for people stands in their place', async () => {
    await using stack = await startThreeScale();
    await stack.fault({ kind: 'html', status: 404 });
    expect(await failureOf(stack.threescale.findAccount(kim))).toMatchObject({ code: 'UPSTREAM_ERROR' });
  });
});

describe('services', () => {
  it('are listed in pages, with their public endpoints', async () => {
    await using stack = await startThreeScale();
    const { threescale } = stack;
    const first = await threescale.listServices(page(2));
    expect(first.edges.map(({ node }) => node)).toMatchObject([
      {
        kind: 'SERVICE',
        key: '7',
        systemName: 'topic_model',
        name: 'Topic Model',
        provider: 'THREESCALE',
        authMethod: 'API_KEY',
        endpoint: `${stack.provider.threescale.url}/gateway/topic_model`,
      },
      { systemName: 'document_vision', authMethod: 'APP_ID_AND_KEY' },
    ]);
    const rest = await threescale.listServices(page(25, first.endCursor));
    expect(rest.edges.map(({ node }) => node.systemName)).toEqual([
      'disease-forecast-api',
      'credit_scoring',
      'legacy_ranker',
      'anomaly_scanner',
      'anomaly_scanner_eu',
      'internal_benchmark',
      'speech_to_text',
    ]);
    expect(rest).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const all = await threescale.allServices();
    expect(all.map(({ systemName }) => systemName)).toEqual(
      [...first.edges, ...rest.edges].map(({ node }) => node.systemName),
    );
    expect(JSON.stringify(all)).not.toMatch(/backend\.contoso|Shared_secret|zync/);
  });

  it('are read once a minute for everybody, and applications each time', async () => {
    let now = Date.now();
    const clock = { now: () => now, sleep: async () => {} };
    await using stack = await startThreeScale({ clock });
    const read = async () => {
      await stack.forget();
      await Promise.all([1, 2, 3].map(() => stack.connect().getService('7')));
      await stack.threescale.applications('41');
      return stack.asked();
    };
    const applications = 'GET accounts/41/applications.json';
    const products = ['GET services.json', 'GET services/7/proxy.json'];
    expect(await read()).toEqual([...products, applications]);
    now += 59_000;
    expect(await read()).toEqual([applications]);
    now += 1_000;
    expect(await read()).toEqual([...products, applications]);
  });

  it('are asked for again after a failure', async () => {
    await using stack = await startThreeScale({ retries: 0 });
    await stack.fault({ kind: 'status', status: 500, times: 1 });
    expect(await failureOf(stack.threescale.getService('7'))).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(await stack.threescale.getService('7')).toMatchObject({ name: 'Topic Model' });
  });

  it('are found by number, by system name, and by a name that only one has', async () => {
    await using stack = await startThreeScale();
    const { threescale } = stack;
    expect(await threescale.getService('9')).toMatchObject({ systemName: 'disease-forecast-api' });
    expect(await threescale.findService('anomaly_scanner')).toMatchObject({ key: '12' });
    expect(await threescale.findService('Topic Model')).toMatchObject({ key: '7' });
    expect(await failureOf(threescale.findService('Anomaly Scanner', 'input.serviceName'))).toMatchObject({
      code: 'BAD_USER_INPUT',
      message:
        'input.serviceName: several services have this name; ask by systemName: anomaly_scanner, anomaly_scanner_eu.',
      details: { field: 'input.serviceName' },
    });
    for (const missing of [threescale.getService('99', 'f'), threescale.findService('nothing', 'f')])
      expect(await failureOf(missing)).toMatchObject({ code: 'NOT_FOUND', details: { field: 'f' } });
  });

  it('are not looked for again with every question for one that is not there', async () => {
    await using stack = await startThreeScale();
    for (let times = 0; times < 10; times++) await failureOf(stack.threescale.getService('99'));
    expect(await stack.asked()).toEqual(['GET services.json']);
  });
});

describe('the access token', () => {
  const refused = {
    code: 'UPSTREAM_NOT_CONFIGURED',
    message: expect.stringContaining('does not accept this gateway'),
    details: { upstream: 'threescale' },
  };

  it.each([
    ['is wrong', null],
    ['may only read', 'ro'],
  ])('that %s is told so', async (_, permission) => {
    await using stack = await startThreeScale();
    const account = await stack.threescale.findAccount(kim);
    const service = await stack.threescale.findService('topic_model');
    await stack.provider.control('PUT', 'tokens', { token: accessToken, permission });
    const failure = await failureOf(
      stack.threescale.initApplication({ account, service, name: 'mlgraph-kim' }),
    );
    expect(failure).toMatchObject(refused);
    expect(failure.message).not.toContain(accessToken);
  });

  it('of a file is read again when it is refused', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'token-'));
    const file = join(folder, 'token');
    const put = async (token: string) => {
      await writeFile(`${file}.new`, `${token}\n`);
      await rename(`${file}.new`, file);
    };
    await put(accessToken);
    await using stack = await startThreeScale({ settings: { accessToken: { file } } });
    expect(await stack.threescale.findAccount(kim)).toMatchObject({ key: '41' });
    await stack.provider.control('PUT', 'tokens', { token: 'token-2', permission: 'rw' });
    await put('token-2');
    await stack.provider.control('PUT', 'tokens', { token: accessToken, permission: null });
    expect(await stack.threescale.findAccount(kim)).toMatchObject({ key: '41' });
    await rm(folder, { recursive: true });
  });

  it('that cannot be read is told so', async () => {
    await using stack = await startThreeScale({ settings: { accessToken: { file: '/nowhere/token' } } });
    const failure = await failureOf(stack.threescale.findAccount(kim));
    expect(failure).toMatchObject({ code: 'UPSTREAM_NOT_CONFIGURED' });
    expect(failure.message).not.toContain('/nowhere');
  });

  it('stands in no address', async () => {
    await using stack = await startThreeScale();
    await initFor(stack.threescale, 'topic_model');
    const { url } = stack.provider.threescale;
    expect(await (await fetch(`${url}/_control/calls`)).text()).not.toContain(accessToken);
  });
});

describe('a failure of 3scale', () => {
  it.each([
    ['too many calls', { kind: 'status', status: 429, retryAfter: 7 }, 'RATE_LIMITED'],
    ['an outage', { kind: 'status', status: 503 }, 'UPSTREAM_UNAVAILABLE'],
    ['a broken body', { kind: 'malformed' }, 'UPSTREAM_ERROR'],
    ['a cut', { kind: 'cut' }, 'UPSTREAM_ERROR'],
    ['a refusal of fields', { kind: 'status', status: 422 }, 'UPSTREAM_ERROR'],
    ['silence', { kind: 'hang' }, 'UPSTREAM_TIMEOUT'],
  ])('by %s is told in the usual words', async (_, fault, code) => {
    await using stack = await startThreeScale({ retries: 0, deadlineMs: 500 });
    await stack.fault(fault);
    const failure = await failureOf(stack.threescale.findAccount(kim));
    expect(failure).toMatchObject({ code, details: { upstream: 'threescale' } });
    expect(failure.message).not.toMatch(/127\.0\.0\.1|http|token|kim/);
  });

  it('is sat out where it passes', async () => {
    await using stack = await startThreeScale();
    await stack.fault({ kind: 'status', status: 502, times: 2 });
    expect(await stack.threescale.findAccount(kim)).toMatchObject({ key: '41' });
  });

  it('by a broken answer to a creation does not make another application', async () => {
    await using stack = await startThreeScale();
    await stack.fault({ kind: 'malformed', method: 'POST', path: 'applications', times: 1 });
    expect(await initFor(stack.threescale, 'topic_model')).toMatchObject({ isNew: true });
    expect(await stack.applications()).toHaveLength(1);
  });

  it('ends a whole initApplication in time', async () => {
    await using stack = await startThreeScale({ initDeadlineMs: 200 });
    const account = await stack.threescale.findAccount(kim);
    const service = await stack.threescale.findService('topic_model');
    await stack.fault({ kind: 'hang' });
    const work = stack.threescale.initApplication({ account, service, name: 'mlgraph-kim' });
    expect(await failureOf(work)).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });

  it('is not waited for by one who leaves', async () => {
    await using stack = await startThreeScale({ initDeadlineMs: 200 });
    const account = await stack.threescale.findAccount(kim);
    const service = await stack.threescale.findService('topic_model');
    await stack.fault({ kind: 'hang' });
    const leaving = new AbortController();
    const threescale = stack.connect(leaving.signal);
    const work = [
      threescale.findAccount(kim),
      threescale.applications('41'),
      threescale.initApplication({ account, service, name: 'mlgraph-kim' }),
    ];
    leaving.abort(new Error('left'));
    for (const each of work) await expect(each).rejects.toThrow('left');
  });
});

describe('derived keys', () => {
  it('are nobody’s to guess, and the same in every process with the secret', async () => {
    await using stack = await startThreeScale();
    const { secret } = await initFor(stack.threescale, 'topic_model');
    await stack.provider.call('DELETE', 'accounts/41/applications/901.json');
    const other = stack.another({}, { keySecret: 'another secret of at least thirty-two chars' });
    const different = await initFor(other, 'topic_model');
    await stack.provider.call('DELETE', 'accounts/41/applications/902.json');
    const same = await initFor(stack.another({}, { keySecret }), 'topic_model');
    expect(different.secret).not.toBe(secret);
    expect(same.secret).toBe(secret);
    expect(secret).not.toBe(createHash('sha256').update('["user_key","41","7"]').digest('hex'));
  });
});

describe('a key is presented', () => {
  const names = { userKey: 'X-API-Key', appId: 'app_id', appKey: 'app_key' };
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  it.each([
    ['API_KEY', 'headers', { headers: { 'X-API-Key': 's' }, query: {} }],
    ['API_KEY', 'query', { headers: {}, query: { 'X-API-Key': 's' } }],
    ['API_KEY', 'authorization', { headers: { authorization: basic('s:') }, query: {} }],
    ['APP_ID_AND_KEY', 'headers', { headers: { app_id: 'id', app_key: 's' }, query: {} }],
    ['APP_ID_AND_KEY', 'query', { headers: {}, query: { app_id: 'id', app_key: 's' } }],
    ['APP_ID_AND_KEY', 'authorization', { headers: { authorization: basic('id:s') }, query: {} }],
  ] as const)('of %s in %s', (authMethod, location, expected) => {
    const service = { authMethod, credentials: { location, ...names } };
    expect(presentedKey(service, { appId: 'id' }, 's')).toEqual(expected);
  });

  it('so that the gateway of the service takes it', async () => {
    await using stack = await startThreeScale();
    for (const name of ['topic_model', 'anomaly_scanner_eu']) {
      const { application, secret } = await initFor(stack.threescale, name);
      const service = await stack.threescale.findService(name);
      const { headers, query } = presentedKey(service, application, String(secret));
      const ask = async (given: Record<string, string>) =>
        (await fetch(`${service.endpoint}/?${new URLSearchParams(given)}`, { headers })).status;
      // Nothing is behind it here: 404 is told to those who are let in.
      expect(await ask(query)).toBe(404);
      expect((await fetch(`${service.endpoint}/`)).status).toBe(403);
    }
  });
});
