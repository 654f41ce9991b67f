import { describe, expect, test } from 'vitest';
import { data } from './support/server.ts';
import { signedIn } from './support/signed-in.ts';
import { mlgraph } from './support/world.ts';

const run = (number: number, more: object = {}) => ({
  __typename: 'AutoMLRun',
  id: `id-${number}`,
  name: `run-${number}`,
  displayName: null,
  provider: 'AZURE_ML',
  status: 'COMPLETED',
  createdAt: '2026-01-05T08:30:00Z',
  durationSeconds: 65,
  createdBy: null,
  ...more,
});
const page = (nodes: unknown[], more: object = {}) =>
  data({
    runs: {
      nodes,
      pageInfo: { hasNextPage: false, endCursor: null },
      sources: [{ provider: 'AZURE_ML', ok: true }],
      ...more,
    },
  });

describe('a list', () => {
  test('is in line at a terminal: bold head, no ids, no control characters of others', async () => {
    const { api, world } = await signedIn({ tty: true });
    api.on('Runs', page([run(1, { name: 'evil\u001b]0;title\u0007' }), run(2)]));
    const { out } = await mlgraph(['runs', 'list'], world);
    expect(out).toContain('\u001b[1mRUN\u001b[22m');
    expect(out).toContain('evil]0;title');
    expect(out).not.toContain('\u0007');
    expect(out).not.toContain('id-1');
    expect(out).toMatch(/run-2 +COMPLETED {2}AZURE_ML {2}2026-01-05 \d\d:30 {2}1m 05s\n/);
  });

  test('has no colours with NO_COLOR', async () => {
    const { api, world } = await signedIn({ tty: true, env: { NO_COLOR: '1' } });
    api.on('Runs', page([run(1)]));
    const { out, err } = await mlgraph(['runs', 'list'], world);
    expect(out + err).not.toContain('\u001b');
  });

  test('has tabs when piped, with ids and every item on its line', async () => {
    const { api, world } = await signedIn();
    api.on('Runs', page([run(1, { name: 'two\nlines\tand a tab' })]));
    const { out, err } = await mlgraph(['runs', 'list'], world);
    const [head, line, ...rest] = out.split('\n');
    expect(head?.split('\t')).toEqual(['RUN', 'NAME', 'STATUS', 'PLATFORM', 'CREATED', 'TOOK', 'ID']);
    expect(line?.split('\t')[0]).toBe('two lines and a tab');
    expect(line?.split('\t')[6]).toBe('id-1');
    expect(rest).toEqual(['']);
    expect(err).toBe('');
  });

  test('is one document with --json', async () => {
    const { api, world } = await signedIn();
    api.on('Runs', page([run(1)], { pageInfo: { hasNextPage: true, endCursor: 'c1' } }));
    const { out, err } = await mlgraph(['runs', 'list', '--json', '--limit', '1'], world);
    expect(JSON.parse(out)).toEqual({
      runs: [run(1)],
      nextCursor: 'c1',
      sources: [{ provider: 'AZURE_ML', ok: true }],
    });
    expect(err).toBe('');
  });

  test('comes page by page up to --limit', async () => {
    const { api, world } = await signedIn();
    const nodes = (from: number, count: number) => Array.from({ length: count }, (_, i) => run(from + i));
    api.on('Runs', ({ variables: { first, after } }) =>
      page(nodes(after ? 100 : 0, first as number), { pageInfo: { hasNextPage: true, endCursor: 'next' } }),
    );
    const { out } = await mlgraph(['runs', 'list', '--json', '-n', '120'], world);
    expect(JSON.parse(out).runs).toHaveLength(120);
    expect(api.calls.map(({ variables: { first, after } }) => [first, after])).toEqual([
      [100, undefined],
      [20, 'next'],
    ]);
  });

  test('passes its filters on', async () => {
    const { api, world } = await signedIn();
    api.on('Runs', page([]));
    await mlgraph(
      ['runs', 'list', '--status', 'RUNNING', 'PENDING', '--service', 'churn', '--after', 'c'],
      world,
    );
    expect(api.calls[0]?.variables).toEqual({
      first: 25,
      after: 'c',
      filter: { status: ['RUNNING', 'PENDING'], service: 'churn' },
    });
  });

  test('warns of what is missing, and fails where all of it is', async () => {
    const { api, world } = await signedIn();
    const dead = {
      provider: 'CHAPKIT',
      service: 'churn',
      ok: false,
      code: 'UPSTREAM_TIMEOUT',
      message: 'Late.',
    };
    api.on('Runs', page([run(1)], { sources: [{ provider: 'AZURE_ML', ok: true }, dead] }));
    const partly = await mlgraph(['runs', 'list'], world);
    expect([partly.code, partly.err]).toEqual([0, 'Warning: churn is missing: Late.\n']);
    api.on('Runs', page([], { sources: [dead] }));
    const none = await mlgraph(['runs', 'list'], world);
    expect([none.code, none.out]).toEqual([8, '']);
    expect(none.err).toContain('Error: Late.');
  });
});

test('services list shows keys and endpoints', async () => {
  const { api, world } = await signedIn();
  const service = {
    id: 'id-1',
    name: 'Churn scoring',
    systemName: 'churn',
    provider: 'THREESCALE',
    description: null,
    endpoint: 'https://churn.example.com',
    authMethod: 'API_KEY',
    hasKey: true,
  };
  const pageInfo = { hasNextPage: false, endCursor: null };
  api.on('Services', data({ services: { nodes: [service], pageInfo, sources: [] } }));
  const { out } = await mlgraph(['services', 'list'], world);
  expect(out.split('\n')[1]).toBe(
    'churn\tChurn scoring\tTHREESCALE\tyes\tAPI_KEY\thttps://churn.example.com\tid-1',
  );
  expect(JSON.parse((await mlgraph(['services', 'list', '--json'], world)).out).services).toEqual([service]);
});

describe('health', () => {
  const health = (status: string) =>
    data({
      health: {
        status,
        checkedAt: '2026-01-05T08:30:00Z',
        services: [{ name: 'azure-ml', provider: 'AZURE_ML', status, latencyMs: 12.4, message: null }],
      },
    });

  test('needs no sign-in, and sends none', async () => {
    const { api, world } = await signedIn({ secondsLeft: -10 });
    api.on('Health', health('HEALTHY'));
    const { code, out } = await mlgraph(['health'], world);
    expect(code).toBe(0);
    expect(out).toContain('azure-ml\tHEALTHY\t12 ms\t\n');
    expect(api.calls[0]?.headers.authorization).toBeUndefined();
  });

  test('exits with 8 for a server that is not healthy, and 0 for one that partly is', async () => {
    const { api, world } = await signedIn();
    api.on('Health', health('UNHEALTHY'));
    const { code, out } = await mlgraph(['health', '--json'], world);
    expect([code, JSON.parse(out).status]).toEqual([8, 'UNHEALTHY']);
    api.on('Health', health('DEGRADED'));
    expect((await mlgraph(['health'], world)).code).toBe(0);
  });
});

test('config shows what counts and where it comes from', async () => {
  const { world, api } = await signedIn();
  await mlgraph(['config', 'set', 'url', 'https://kept.example.com'], world);
  await mlgraph(['config', 'set', 'client-id', 'mine'], world);
  const show = async (args: string[] = []) =>
    JSON.parse((await mlgraph(['config', '--json', ...args], world)).out);
  expect(await show()).toMatchObject({
    settings: {
      url: { value: api.url, source: 'environment' },
      clientId: { value: 'mine', source: 'file' },
    },
    caller: { kind: 'person' },
  });
  expect((await show(['--url', 'https://said.example.com'])).settings.url.source).toBe('option');
  await mlgraph(['config', 'unset', 'client-id'], world);
  expect((await show()).settings.clientId).toBeUndefined();
});
