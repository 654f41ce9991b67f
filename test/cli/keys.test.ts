import { describe, expect, test } from 'vitest';
import { data, failed, type Reply } from './support/server.ts';
import { signedIn } from './support/signed-in.ts';
import { mlgraph } from './support/world.ts';

const made = (secret: string | null, more: object = {}): Reply =>
  data({
    initServiceKey: {
      service: {
        id: 's',
        name: 'Churn',
        systemName: 'churn',
        endpoint: 'https://c.example',
        authMethod: 'API_KEY',
      },
      key: { id: 'k', appId: null, prefix: 'abc', state: 'live', plan: 'Basic', createdAt: null },
      secret,
      isNew: true,
      plan: 'Basic',
      ...more,
    },
  });

const found = data({ service: { id: 'service-1', name: 'Churn', systemName: 'churn' } });

describe('keys init', () => {
  test('by name; the secret alone is on stdout', async () => {
    const { api, world } = await signedIn();
    api.on('ServiceByName', found);
    api.on('InitServiceKey', made('s3cret'));
    const { code, out, err } = await mlgraph(['keys', 'init', 'churn'], world);
    expect([code, out]).toEqual([0, 's3cret\n']);
    expect(err).toContain('Made your key to Churn (plan Basic); it is live.');
    expect(api.calls.at(-1)?.variables).toEqual({ input: { serviceId: 'service-1' } });
  });

  test('by id: nothing is looked up', async () => {
    const { api, world } = await signedIn();
    api.on('InitServiceKey', made('s3cret', { isNew: false }));
    const id = Buffer.from('["Service","THREESCALE","","churn"]').toString('base64url');
    const { err } = await mlgraph(['keys', 'init', id], world);
    expect(err).toContain('This is your key to Churn');
    expect(api.calls.map(({ operation, variables }) => [operation, variables])).toEqual([
      ['InitServiceKey', { input: { serviceId: id } }],
    ]);
  });

  test('says which services there are when there is no such one', async () => {
    const { api, world } = await signedIn();
    api.on('ServiceByName', failed('service', 'NOT_FOUND', 'No such service.'));
    const nodes = [{ id: 's', name: 'Churn', systemName: 'churn' }];
    api.on('Services', data({ services: { nodes, pageInfo: { hasNextPage: false }, sources: [] } }));
    const { code, err } = await mlgraph(['keys', 'init', 'churm'], world);
    expect(code).toBe(5);
    expect(err).toBe('Error: There is no service "churm".\nThere are: churn\n');
  });

  test('says that a plan awaits approval', async () => {
    const { api, world } = await signedIn();
    api.on('ServiceByName', found);
    api.on('InitServiceKey', made(null));
    const { code, out, err } = await mlgraph(['keys', 'init', 'churn'], world);
    expect([code, out]).toEqual([0, '']);
    expect(err).toContain('awaits approval');
  });

  test('is a document with --json', async () => {
    const { api, world } = await signedIn();
    api.on('ServiceByName', found);
    api.on('InitServiceKey', made('s3cret'));
    const { out, err } = await mlgraph(['keys', 'init', 'churn', '--json'], world);
    expect(JSON.parse(out)).toMatchObject({ secret: 's3cret', isNew: true, key: { state: 'live' } });
    expect(err).toBe('');
  });
});

const apiKey = (name: string, more: object = {}) => ({
  id: `id-${name}`,
  name,
  prefix: `mlg_${name}`,
  scopes: ['READ', 'PREDICT'],
  createdAt: '2026-01-05T08:30:00Z',
  expiresAt: null,
  revokedAt: null,
  lastUsedAt: null,
  requestsPerMinute: null,
  ...more,
});
const list = (...nodes: object[]) =>
  data({ apiKeys: { nodes, pageInfo: { hasNextPage: false, endCursor: null } } });

describe('keys to this API', () => {
  test('create: scopes, expiry and limit are passed on, the secret is the result', async () => {
    const { api, world } = await signedIn({ now: () => Date.parse('2026-01-01T00:00:00Z') });
    api.on('CreateApiKey', data({ createApiKey: { apiKey: apiKey('ci'), secret: 'mlg_secret' } }));
    const args = [
      'keys',
      'create',
      'ci',
      '-s',
      'READ',
      'PREDICT',
      '--expires',
      '30d',
      '--requests-per-minute',
      '60',
    ];
    const { code, out, err } = await mlgraph(args, world);
    expect([code, out]).toEqual([0, 'mlg_secret\n']);
    expect(err).toContain('Key ci (mlg_ci…) for READ, PREDICT');
    expect(api.calls[0]?.variables).toEqual({
      input: {
        name: 'ci',
        scopes: ['READ', 'PREDICT'],
        expiresAt: '2026-01-31T00:00:00.000Z',
        requestsPerMinute: 60,
      },
    });
  });

  test('list, with usage when it is asked for', async () => {
    const { api, world } = await signedIn();
    const usage = [
      { date: '2026-01-04', requests: 10, errors: 1, cost: 30 },
      { date: '2026-01-05', requests: 5, errors: 0, cost: 12 },
    ];
    api.on(
      'ApiKeys',
      list(apiKey('ci', { usage }), apiKey('old', { revokedAt: '2026-01-05T08:30:00Z', usage: [] })),
    );
    const { out } = await mlgraph(['keys', 'list', '--usage', '7'], world);
    const [head, ci, old] = out.split('\n').map((line) => line.split('\t'));
    expect(head?.slice(6, 9)).toEqual(['REQUESTS', 'ERRORS', 'COST']);
    expect(ci?.slice(6, 9)).toEqual(['15', '1', '42']);
    expect(old?.[4]).toBe('revoked');
    expect(api.calls[0]?.variables).toMatchObject({ withUsage: true, days: 7 });
    await mlgraph(['keys', 'list'], world);
    expect(api.calls[1]?.variables).toMatchObject({ withUsage: false });
  });

  test('rotate: by name among the live ones, with its grace', async () => {
    const { api, world } = await signedIn();
    api.on('ApiKeys', list(apiKey('ci', { id: 'dead', revokedAt: '2026-01-05T08:30:00Z' }), apiKey('ci')));
    api.on('RotateApiKey', data({ rotateApiKey: { apiKey: apiKey('ci'), secret: 'mlg_new' } }));
    const { out, err } = await mlgraph(['keys', 'rotate', 'ci', '--grace', '15m'], world);
    expect(out).toBe('mlg_new\n');
    expect(err).toContain('another 900 s');
    expect(api.calls.at(-1)?.variables).toEqual({ input: { id: 'id-ci', graceSeconds: 900 } });
    await mlgraph(['keys', 'rotate', 'mlg_ci'], world);
    expect(api.calls.at(-1)?.variables).toEqual({ input: { id: 'id-ci', graceSeconds: 86_400 } });
  });

  test('a name that several have is refused, with their ids', async () => {
    const { api, world } = await signedIn();
    api.on('ApiKeys', list(apiKey('ci'), apiKey('ci', { id: 'other' })));
    const { code, err } = await mlgraph(['keys', 'rotate', 'ci'], world);
    expect(code).toBe(2);
    expect(err).toContain('ci  id-ci\n  ci  other');
  });

  test('revoke asks first, and without a terminal wants --yes', async () => {
    const revoked = data({ revokeApiKey: { apiKey: apiKey('ci', { revokedAt: '2026-01-05T08:30:00Z' }) } });
    const no = await signedIn({ tty: true, answers: ['n'] });
    no.api.on('ApiKeys', list(apiKey('ci')));
    expect((await mlgraph(['keys', 'revoke', 'ci'], no.world)).code).toBe(0);
    expect(no.api.calls.map(({ operation }) => operation)).toEqual(['ApiKeys']);
    const piped = await signedIn();
    piped.api.on('ApiKeys', list(apiKey('ci')));
    piped.api.on('RevokeApiKey', revoked);
    expect((await mlgraph(['keys', 'revoke', 'ci'], piped.world)).code).toBe(2);
    const yes = await mlgraph(['keys', 'revoke', 'ci', '--yes', '--json'], piped.world);
    expect(JSON.parse(yes.out).apiKey.name).toBe('ci');
    expect(piped.api.calls.at(-1)?.variables).toEqual({ input: { id: 'id-ci' } });
  });
});
