import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { data, failed, type Reply, refused, startApi } from './support/server.ts';
import { signedIn } from './support/signed-in.ts';
import { mlgraph } from './support/world.ts';

/** Each command, with what it needs. */
const commands: string[][] = [
  ['services', 'list'],
  ['keys', 'init', 'churn'],
  ['keys', 'create', 'ci', '--scope', 'READ'],
  ['keys', 'list'],
  ['keys', 'rotate', 'ci'],
  ['keys', 'revoke', 'ci', '--yes'],
  ['datasets', 'upload', 'samples/iris.csv'],
  ['runs', 'list'],
  ['runs', 'watch', 'WyJSdW4iLCJDSEFQS0lUIiwiIiwiMSJd'],
  ['agents', 'list'],
  ['spaces', 'list'],
  ['models', 'list'],
  ['chat', 'storyteller', 'Hello'],
  ['ask', 'Sales', 'How much?'],
  ['train', 'forecasting', 'weekly', 'samples/iris.csv'],
  ['predict', 'churn', 'samples/iris.csv'],
];

const nowhere = 'http://127.0.0.1:1/graphql';

/** A port that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe.each(commands.map((args) => [args.join(' '), args] as const))('%s', (_, args) => {
  test('against a server that is down', async () => {
    const { api, world } = await signedIn();
    await api.close();
    const { code, err, out } = await mlgraph(args, world);
    expect(code).toBe(7);
    expect(err).toContain(`Error: Cannot reach the server at ${api.origin}: nothing listens there.\n`);
    expect(out).toBe('');
  });

  test('without a sign-in', async () => {
    const { code, err, out } = await mlgraph([...args, '--url', nowhere]);
    expect([code, out]).toEqual([3, '']);
    expect(err).toBe(`Error: You are not signed in to ${nowhere}.\nSign in: mlgraph login\n`);
  });

  test('without an address', async () => {
    const { code, err } = await mlgraph(args);
    expect(code).toBe(2);
    expect(err).toContain('mlgraph config set url');
  });

  test('with --json tells the failure as JSON on stderr, and nothing on stdout', async () => {
    const { code, err, out } = await mlgraph([...args, '--url', nowhere, '--json']);
    expect([code, out]).toEqual([3, '']);
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'UNAUTHENTICATED', exitCode: 3 } });
  });

  test('has help with examples', async () => {
    const { code, out } = await mlgraph([...args.slice(0, 2), '--help']);
    expect(code).toBe(0);
    expect(out).toContain('Examples:\n  $ ');
    expect(out).toContain('--json');
  });
});

describe('what the server refuses', () => {
  const cases: [string, Reply, number, string][] = [
    ['FORBIDDEN', failed('runs', 'FORBIDDEN', 'You may not.'), 4, 'Ask an administrator'],
    ['NOT_FOUND', failed('runs', 'NOT_FOUND', 'There is none.'), 5, 'There is none.'],
    ['BAD_USER_INPUT', failed('runs', 'BAD_USER_INPUT', 'No.', { field: 'first' }), 2, 'first: No.'],
    ['QUERY_TOO_COMPLEX', refused(400, 'QUERY_TOO_COMPLEX', 'Too much.'), 2, 'Too much.'],
    ['CONFLICT', failed('runs', 'CONFLICT', 'Another.'), 10, 'Another.'],
    [
      'RATE_LIMITED',
      refused(429, 'RATE_LIMITED', 'Enough for now.', { retryAfterSeconds: 11.2 }),
      6,
      'Try again after 12 s.',
    ],
    ['UPSTREAM_UNAVAILABLE', failed('runs', 'UPSTREAM_UNAVAILABLE', 'Azure is away.'), 8, 'mlgraph health'],
    ['UPSTREAM_TIMEOUT', failed('runs', 'UPSTREAM_TIMEOUT', 'Azure is slow.'), 8, 'Azure is slow.'],
    ['UPSTREAM_NOT_CONFIGURED', failed('runs', 'UPSTREAM_NOT_CONFIGURED', 'Off.'), 8, 'who run the server'],
    ['INTERNAL', failed('runs', 'INTERNAL', 'Internal error.', { requestId: 'r-1' }), 8, '(request r-1)'],
    [
      'INTERACTION_REQUIRED',
      failed('runs', 'INTERACTION_REQUIRED', 'Consent is needed.', { consentUrl: 'https://c.example/' }),
      3,
      'https://c.example/',
    ],
  ];
  test.each(cases)('%s', async (code, reply, exitCode, text) => {
    const { api, world } = await signedIn();
    api.on('Runs', reply);
    const plain = await mlgraph(['runs', 'list'], world);
    expect(plain.code).toBe(exitCode);
    expect(plain.err).toContain(text);
    const json = await mlgraph(['runs', 'list', '--json'], world);
    expect(JSON.parse(json.err).error).toMatchObject({ code, exitCode });
    expect(json.out).toBe('');
  });
});

describe('what is no server of ours', () => {
  test.each<[string, Reply, number, string]>([
    ['a page', { text: '<html>' }, 7, 'There is no mlgraph at'],
    ['a 404', { status: 404, text: 'not here' }, 7, 'There is no mlgraph at'],
    ['a redirect', { status: 302, headers: { location: 'https://other.example/' } }, 7, 'HTTP 302'],
    ['a proxy whose server is away', { status: 502, text: 'Bad gateway' }, 7, 'does not work (HTTP 502)'],
    ['a proxy that limits', { status: 429, headers: { 'retry-after': '7' } }, 6, 'after 7 s'],
  ])('%s', async (_, reply, exitCode, text) => {
    const api = await startApi();
    api.on('Health', reply);
    const { code, err } = await mlgraph(['health', '--url', api.url]);
    expect(code).toBe(exitCode);
    expect(err).toContain(text);
  });

  test('no network: a name that is not found', async () => {
    const { code, err } = await mlgraph(['health', '--url', 'https://mlgraph.invalid']);
    expect(code).toBe(7);
    expect(err).toMatch(/Cannot reach the server at https:\/\/mlgraph.invalid: .*(no host|looked up)/);
  });

  test('a connection that is cut', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { code, err } = await mlgraph(['health', '--url', `http://127.0.0.1:${port}`]);
    expect(code).toBe(7);
    expect(err).toContain('the connection was cut');
  });

  test('login and logout where nothing listens', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    expect((await mlgraph(['login', '--url', url])).code).toBe(7);
    expect((await mlgraph(['logout', '--url', url])).code).toBe(0);
  });
});

describe('wrong usage', () => {
  test.each([
    [['healt'], "unknown command 'healt'"],
    [['runs', 'list', '--limit', 'many'], 'A whole number from 1 to 10000'],
    [['keys', 'create', 'ci'], 'required option'],
    [['keys', 'create', 'ci', '--scope', 'EVERYTHING'], 'Allowed choices are READ'],
    [['config', 'set', 'colour', 'blue'], 'There is no setting "colour"'],
    [['config', 'set', 'url', 'ftp://x'], 'Not the address of a server'],
    [['health', '--url', 'https://user:pass@x'], 'holds no user name'],
    [['datasets', 'upload', 'samples', '--url', nowhere], 'is not a file'],
    [['datasets', 'upload', 'missing.csv', '--url', nowhere], 'no such file'],
  ])('%j', async (args, text) => {
    const { code, err } = await mlgraph(args);
    expect(code).toBe(2);
    expect(err).toContain(text);
    const json = await mlgraph([...args, '--json']);
    expect(JSON.parse(json.err).error.exitCode).toBe(2);
  });
});

test('a token is not sent unencrypted over a network without a word', async () => {
  const { err } = await mlgraph(['services', 'list', '--url', 'http://mlgraph.invalid']);
  expect(err).toContain('Warning: http://mlgraph.invalid/graphql is not encrypted');
  const { api, world } = await signedIn();
  api.on('Services', data({ services: { nodes: [], pageInfo: { hasNextPage: false }, sources: [] } }));
  expect((await mlgraph(['services', 'list'], world)).err).toBe('None.\n');
});
