import { describe, expect, it } from 'vitest';
import { applicationFor } from '../../src/datasources/threescale/own-application.ts';
import { toServiceKey } from '../../src/datasources/threescale/to-domain.ts';
import { failureOf } from './chapkit-support.ts';
import { initFor, kim, startThreeScale } from './support/threescale.ts';

describe('initApplication', () => {
  it('makes a user key under the default plan once, and gives the same one again', async () => {
    await using stack = await startThreeScale();
    const first = await initFor(stack.threescale, 'topic_model');
    expect(first).toMatchObject({
      secret: expect.stringMatching(/^[0-9a-f]{64}$/),
      isNew: true,
      application: { state: 'live', plan: 'Basic', serviceKey: '7' },
    });
    const again = await initFor(stack.another(), 'topic_model');
    expect(again).toMatchObject({ secret: first.secret, isNew: false });
    expect(await stack.applications()).toMatchObject([{ user_key: first.secret, name: 'mlgraph-kim' }]);
  });

  it('makes an application id and takes the key that 3scale gives it', async () => {
    await using stack = await startThreeScale();
    const first = await initFor(stack.threescale, 'document_vision');
    expect(first).toMatchObject({
      secret: expect.stringMatching(/^[0-9a-f]{32}$/),
      isNew: true,
      application: { appId: expect.stringMatching(/^[0-9a-f]{32}$/) },
    });
    expect(first.secret).not.toBe(first.application.appId);
    expect(await initFor(stack.threescale, 'document_vision')).toMatchObject({
      secret: first.secret,
      isNew: false,
    });
    const keys = await stack.provider.call('GET', 'accounts/41/applications/901/keys.json');
    expect(keys.body.keys).toMatchObject([{ key: { value: first.secret } }]);
  });

  it('gives the secret of an OpenID Connect client', async () => {
    await using stack = await startThreeScale();
    const { secret, application } = await initFor(stack.threescale, 'speech_to_text');
    const [there] = await stack.applications();
    expect(there).toMatchObject({ client_id: application.appId, client_secret: secret });
  });

  it('gives an application a key that has none', async () => {
    await using stack = await startThreeScale();
    const { secret } = await initFor(stack.threescale, 'document_vision');
    await stack.provider.call('DELETE', `accounts/41/applications/901/keys/${secret}.json`);
    const [one, other] = await Promise.all([
      initFor(stack.threescale, 'document_vision'),
      initFor(stack.another(), 'document_vision'),
    ]);
    expect(one.secret).not.toBe(secret);
    expect(one.secret).toMatch(/^[0-9a-f]{64}$/);
    expect(other.secret).toBe(one.secret);
  });

  it('takes the plan that is published where none is the default', async () => {
    await using stack = await startThreeScale();
    expect(await initFor(stack.threescale, 'anomaly_scanner')).toMatchObject({
      application: { plan: 'Basic' },
    });
  });

  it('gives other keys to others, and for other services', async () => {
    await using stack = await startThreeScale();
    const { threescale } = stack;
    const ada = await threescale.findAccount({ email: 'ada@contoso.example' });
    const service = await threescale.findService('topic_model');
    const secrets = [
      (await initFor(threescale, 'topic_model')).secret,
      (await initFor(threescale, 'disease-forecast-api')).secret,
      (await threescale.initApplication({ account: ada, service, name: 'mlgraph-ada' })).secret,
    ];
    expect(new Set(secrets).size).toBe(3);
  });

  it('gives no secret before the plan is approved, and says so', async () => {
    await using stack = await startThreeScale();
    expect(await initFor(stack.threescale, 'credit_scoring')).toMatchObject({
      secret: null,
      isNew: true,
      application: { state: 'pending' },
    });
    expect(await initFor(stack.threescale, 'credit_scoring')).toMatchObject({ secret: null, isNew: false });
    await stack.provider.call('PUT', 'accounts/41/applications/901/accept.json');
    const { secret } = await initFor(stack.threescale, 'credit_scoring');
    expect(await stack.applications()).toMatchObject([{ user_key: secret, state: 'live' }]);
  });

  it("gives what a person has made in the portal, the oldest live one, and leaves others' alone", async () => {
    await using stack = await startThreeScale();
    const make = (user_key: string) =>
      stack.provider.call('POST', 'accounts/41/applications.json', { plan_id: 21, name: 'own', user_key });
    for (const key of ['first', 'second', 'third']) await make(key);
    await stack.provider.call('PUT', 'accounts/41/applications/901/suspend.json');
    expect(await initFor(stack.threescale, 'topic_model')).toMatchObject({ secret: 'second', isNew: false });
    expect(await stack.applications()).toHaveLength(3);
  });

  it('shows the key without its secret', async () => {
    await using stack = await startThreeScale();
    const { secret } = await initFor(stack.threescale, 'topic_model');
    const service = await stack.threescale.findService('topic_model');
    const [application, ...others] = await stack.threescale.applications('41');
    if (!application) return expect.fail('an application was expected');
    expect(others).toEqual([]);
    const key = toServiceKey(application, service);
    expect(key).toMatchObject({
      kind: 'SERVICE_KEY',
      service: 'topic_model',
      plan: 'Basic',
      appId: null,
      prefix: secret?.slice(0, 6),
      state: 'live',
      createdAt: expect.any(Date),
    });
    expect(JSON.stringify([key, application])).not.toContain(secret);
    expect(await stack.threescale.secretOf(application)).toBe(secret);
  });

  it('is refused a suspended key, and does not make another', async () => {
    await using stack = await startThreeScale();
    await initFor(stack.threescale, 'topic_model');
    await stack.provider.call('PUT', 'accounts/41/applications/901/suspend.json');
    expect(await failureOf(initFor(stack.threescale, 'topic_model'))).toMatchObject({
      code: 'FORBIDDEN',
      message: 'Your key for Topic Model is suspended; ask the owner of the service.',
    });
    expect(await stack.applications()).toHaveLength(1);
    const service = await stack.threescale.findService('topic_model');
    expect(applicationFor(await stack.threescale.applications('41'), service)).toBeNull();
  });

  it('is refused to an account that is not approved', async () => {
    await using stack = await startThreeScale();
    await stack.provider.call('PUT', 'accounts/41/make_pending.json');
    expect(await failureOf(initFor(stack.threescale, 'topic_model'))).toMatchObject({
      code: 'FORBIDDEN',
      message: 'Your account in 3scale is pending, not approved.',
    });
  });

  it.each([
    [
      'no plan',
      'legacy_ranker',
      'Legacy Ranker has no plan to make a key under; its owner must publish one in 3scale.',
    ],
    [
      'no way to subscribe',
      'internal_benchmark',
      '3scale makes no key for Internal Benchmark: You cannot subscribe to that service.',
    ],
  ])('is not configured where the service has %s', async (_, name, message) => {
    await using stack = await startThreeScale();
    expect(await failureOf(initFor(stack.threescale, name))).toMatchObject({
      code: 'UPSTREAM_NOT_CONFIGURED',
      message,
      details: { upstream: 'threescale' },
    });
    expect(await stack.applications()).toEqual([]);
  });

  it('reads the plans again where the one it knew is refused', async () => {
    await using stack = await startThreeScale();
    await initFor(stack.threescale, 'topic_model');
    await stack.provider.call('DELETE', 'accounts/41/applications/901.json');
    await stack.provider.control('PUT', 'default-plans', { service: 'topic_model', plan: 22 });
    await stack.fault({ kind: 'status', status: 422, method: 'POST', path: 'applications', times: 1 });
    expect(await initFor(stack.threescale, 'topic_model')).toMatchObject({
      isNew: true,
      application: { plan: 'Unlimited' },
    });
  });

  it('says where the key is another account’s', async () => {
    await using stack = await startThreeScale();
    const { secret } = await initFor(stack.threescale, 'topic_model');
    await stack.provider.call('DELETE', 'accounts/41/applications/901.json');
    const fields = { plan_id: 21, name: 'copy', user_key: secret };
    await stack.provider.call('POST', 'accounts/42/applications.json', fields);
    expect(await failureOf(initFor(stack.threescale, 'topic_model'))).toMatchObject({ code: 'CONFLICT' });
  });
});

describe('an answer that is lost after the work is done', () => {
  const lost = (stack: Awaited<ReturnType<typeof startThreeScale>>, status?: number) =>
    stack.provider.control('POST', 'lost-answers', { times: 1, status });

  it.each(['topic_model', 'document_vision'])('is found again for %s, as the new one it is', async (name) => {
    await using stack = await startThreeScale();
    await lost(stack, 504);
    const { secret, isNew } = await initFor(stack.threescale, name);
    expect(isNew).toBe(true);
    expect(await stack.applications()).toHaveLength(1);
    expect(await initFor(stack.threescale, name)).toMatchObject({ secret, isNew: false });
  });

  it('is found again after a timeout', async () => {
    await using stack = await startThreeScale({ deadlineMs: 300 });
    await lost(stack);
    expect(await initFor(stack.threescale, 'topic_model')).toMatchObject({ isNew: true });
    expect(await stack.applications()).toHaveLength(1);
  });

  it('is found again after a cut', async () => {
    await using stack = await startThreeScale();
    await stack.fault({ kind: 'cut', method: 'POST', path: 'applications', times: 1 });
    expect(await initFor(stack.threescale, 'topic_model')).toMatchObject({ isNew: true });
    expect(await stack.applications()).toHaveLength(1);
  });

  it('and nothing done is tried again', async () => {
    await using stack = await startThreeScale();
    await stack.fault({ kind: 'status', status: 503, method: 'POST', path: 'applications', times: 2 });
    expect(await initFor(stack.threescale, 'topic_model')).toMatchObject({ isNew: true });
    expect(await stack.applications()).toHaveLength(1);
    const creations = (await stack.asked()).filter((each) => each.startsWith('POST'));
    expect(creations).toHaveLength(3);
  });

  it('and never anything done is told, after looking each time', async () => {
    await using stack = await startThreeScale();
    const service = await stack.threescale.findService('topic_model');
    const account = await stack.threescale.findAccount(kim);
    await stack.fault({ kind: 'status', status: 503, method: 'POST', path: 'applications' });
    await stack.forget();
    const failure = await failureOf(
      stack.threescale.initApplication({ account, service, name: 'mlgraph-kim' }),
    );
    expect(failure.code).toBe('UPSTREAM_UNAVAILABLE');
    const [look, make] = ['GET accounts/41/applications.json', 'POST accounts/41/applications.json'];
    const plans = 'GET services/7/application_plans.json';
    expect(await stack.asked()).toEqual([look, plans, make, look, plans, make, look, plans, make, look]);
  });
});

describe('50 who ask at once in two processes', () => {
  it.each([
    ['topic_model', 0],
    ['topic_model', 40],
    ['document_vision', 0],
    ['document_vision', 40],
  ])(
    'have one application of %s (both creations pass within %i ms), one secret, and it is new to one',
    async (name, createMs) => {
      await using stack = await startThreeScale();
      const processes = [stack.threescale, stack.another()];
      await stack.provider.control('PUT', 'pace', { createMs });
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => {
          return initFor(processes[index % 2] ?? stack.threescale, name);
        }),
      );
      const [application, ...others] = await stack.applications();
      expect(others).toEqual([]);
      expect(new Set(answers.map(({ secret }) => secret)).size).toBe(1);
      expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
      expect(new Set(answers.map((each) => each.application.key))).toEqual(
        new Set([String(application?.id)]),
      );
      expect((await initFor(stack.threescale, name)).secret).toBe(answers[0]?.secret);
      const deleted = (await stack.asked()).some((each) => each.startsWith('DELETE'));
      expect(deleted).toBe(createMs > 0);
    },
  );

  it('have them too where the first answers are lost', async () => {
    await using stack = await startThreeScale();
    const processes = [stack.threescale, stack.another()];
    await stack.provider.control('PUT', 'pace', { createMs: 40 });
    await stack.provider.control('POST', 'lost-answers', { times: 2, status: 502 });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        return initFor(processes[index % 2] ?? stack.threescale, 'topic_model');
      }),
    );
    expect(await stack.applications()).toHaveLength(1);
    expect(new Set(answers.map(({ secret }) => secret)).size).toBe(1);
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
  });

  it('share one creation in one process, which goes on when the first of them leaves', async () => {
    await using stack = await startThreeScale();
    await stack.provider.control('PUT', 'pace', { createMs: 100 });
    const account = await stack.threescale.findAccount(kim);
    const service = await stack.threescale.findService('topic_model');
    const leaving = new AbortController();
    const ask = (signal?: AbortSignal) =>
      stack.connect(signal).initApplication({ account, service, name: 'mlgraph-kim' });
    const first = ask(leaving.signal);
    const others = [ask(), ask()];
    leaving.abort(new Error('left'));
    await expect(first).rejects.toThrow('left');
    expect((await Promise.all(others)).map(({ isNew }) => isNew)).toEqual([true, false]);
    expect((await stack.asked()).filter((each) => each.startsWith('POST'))).toHaveLength(1);
  });
});
