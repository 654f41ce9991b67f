import { execFile } from 'node:child_process';
import { readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readTokens, tokensFileOf, writeTokens } from '../../cli/sign-in/tokens.ts';
import { granted, refusal } from './support/issuer.ts';
import { data, refused } from './support/server.ts';
import { signedIn } from './support/signed-in.ts';
import { mlgraph } from './support/world.ts';

const noRuns = data({ runs: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, sources: [] } });
const runsList = ['runs', 'list', '--json'];

describe('the access token', () => {
  test('is used as long as there is time left', async () => {
    const { api, issuer, world } = await signedIn({ secondsLeft: 40 });
    api.on('Runs', noRuns);
    expect((await mlgraph(runsList, world)).code).toBe(0);
    expect(issuer.posted).toEqual([]);
    expect(api.calls[0]?.headers.authorization).toBe('Bearer access-0');
  });

  test('is renewed silently when less than 30 seconds are left, and the newest refresh token kept', async () => {
    const { api, issuer, world } = await signedIn({ secondsLeft: 29 });
    api.on('Runs', noRuns);
    issuer.tokens = [granted('access-1', { refresh_token: 'refresh-1' })];
    const { code, err } = await mlgraph(runsList, world);
    expect([code, err]).toEqual([0, '']);
    expect(issuer.posted[0]?.form.get('refresh_token')).toBe('refresh-0');
    expect(api.calls[0]?.headers.authorization).toBe('Bearer access-1');
    expect(await readTokens(world, api.url)).toMatchObject({
      accessToken: 'access-1',
      refreshToken: 'refresh-1',
    });
    expect((await stat(tokensFileOf(world, api.url))).mode & 0o777).toBe(0o600);
  });

  test('keeps its refresh token where the issuer gives no new one', async () => {
    const { api, issuer, world } = await signedIn({ secondsLeft: 0 });
    api.on('Runs', noRuns);
    issuer.tokens = [granted('access-1', { refresh_token: undefined })];
    await mlgraph(runsList, world);
    expect(await readTokens(world, api.url)).toMatchObject({ refreshToken: 'refresh-0' });
  });

  test('that the server refuses is renewed once, and the request sent again', async () => {
    const { api, issuer, world } = await signedIn();
    api.on('Runs', refused(401, 'UNAUTHENTICATED', 'The token has expired.'), noRuns);
    issuer.tokens = [granted('access-1')];
    expect((await mlgraph(runsList, world)).code).toBe(0);
    expect(api.calls.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer access-0',
      'Bearer access-1',
    ]);
  });

  test('that is refused however new it is ends with 3', async () => {
    const { api, world } = await signedIn();
    api.on('Runs', refused(401, 'UNAUTHENTICATED', 'The token is of another audience.'));
    const { code, err } = await mlgraph(['runs', 'list'], world);
    expect(code).toBe(3);
    expect(err).toBe('Error: The token is of another audience.\nSign in: mlgraph login\n');
    expect(api.calls).toHaveLength(2);
  });
});

describe('a sign-in that has ended', () => {
  test('is told, and its tokens are forgotten', async () => {
    const { issuer, api, world } = await signedIn({ secondsLeft: 0 });
    issuer.tokens = [refusal('invalid_grant', 'Token is not active')];
    const { code, err, out } = await mlgraph(['runs', 'list'], world);
    expect(code).toBe(3);
    expect(err).toBe('Error: Your sign-in has ended.\nSign in: mlgraph login\n');
    expect(out).toBe('');
    expect(api.calls).toEqual([]);
    expect(await readTokens(world, api.url)).toBeNull();
  });

  test('is begun again at once where somebody sits', async () => {
    const { issuer, api, world } = await signedIn({ secondsLeft: 0, tty: true });
    api.on('Runs', noRuns);
    issuer.tokens = [refusal('invalid_grant', 'Session not active'), granted('access-2')];
    const { code, err } = await mlgraph(['runs', 'list'], world);
    expect(code).toBe(0);
    expect(err).toContain('Your sign-in has ended; please sign in again.');
    expect(api.calls[0]?.headers.authorization).toBe('Bearer access-2');
  });

  test('is not what a network or an issuer that fails means', async () => {
    for (const breakIssuer of ['close', 'fail'] as const) {
      const { issuer, api, world } = await signedIn({ secondsLeft: -1 });
      if (breakIssuer === 'close') await issuer.close();
      else issuer.tokens = [{ status: 503, body: { error: 'temporarily_unavailable' } }];
      const { code, err } = await mlgraph(['runs', 'list'], world);
      expect(code).toBe(breakIssuer === 'close' ? 7 : 8);
      expect(err).not.toContain('ended');
      expect(await readTokens(world, api.url)).toMatchObject({ refreshToken: 'refresh-0' });
    }
  });

  test('does not matter while the token it has is still good and the issuer away', async () => {
    const { issuer, api, world } = await signedIn({ secondsLeft: 20 });
    api.on('Runs', noRuns);
    await issuer.close();
    expect((await mlgraph(runsList, world)).code).toBe(0);
    expect(api.calls[0]?.headers.authorization).toBe('Bearer access-0');
  });
});

describe('several processes', () => {
  test('renew once: the others take what the first one got', { timeout: 60_000 }, async () => {
    const { api, issuer, world } = await signedIn({ secondsLeft: 0 });
    api.on('Runs', noRuns);
    issuer.tokens = [
      granted('access-1'),
      refusal('invalid_grant', 'Maximum allowed refresh token reuse exceeded'),
    ];
    const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
    const env = { ...process.env, MLGRAPH_CONFIG_DIR: world.directory, MLGRAPH_URL: api.url };
    const one = () => promisify(execFile)(process.execPath, [main, ...runsList], { env });
    const ran = await Promise.all([one(), one(), one()]);
    for (const { stdout } of ran) expect(JSON.parse(stdout).runs).toEqual([]);
    expect(issuer.posted).toHaveLength(1);
    expect(api.calls.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill('Bearer access-1'));
  });

  test('wait for a lock that is held, and take one that was abandoned', async () => {
    const { api, issuer, world } = await signedIn({ secondsLeft: 0 });
    api.on('Runs', noRuns);
    issuer.tokens = [granted('access-1')];
    const lock = `${tokensFileOf(world, api.url)}.lock`;
    await writeFile(lock, '');
    const sleep = world.sleep;
    world.sleep = async (milliseconds, signal) => {
      await sleep(milliseconds, signal);
      // Its owner died a while ago.
      if (world.slept.length === 3) await utimes(lock, 0, 0);
    };
    expect((await mlgraph(runsList, world)).code).toBe(0);
    expect(world.slept.slice(0, 3)).toEqual([50, 50, 50]);
    await expect(stat(lock)).rejects.toThrow('ENOENT');
  });

  test('never read half a file', async () => {
    const { api, world } = await signedIn();
    const tokens = (await readTokens(world, api.url)) as NonNullable<Awaited<ReturnType<typeof readTokens>>>;
    const long = (letter: string) => ({ ...tokens, accessToken: letter.repeat(200_000) });
    let writing = true;
    const writer = (async () => {
      for (let i = 0; i < 20; i++) await writeTokens(world, long(i % 2 ? 'a' : 'b'));
      writing = false;
    })();
    while (writing) {
      const text = await readFile(tokensFileOf(world, api.url), 'utf8');
      expect(JSON.parse(text).url).toBe(api.url);
    }
    await writer;
  });
});

test('tokens of one server are not sent to another', async () => {
  const { world } = await signedIn();
  const other = await signedIn();
  const { code, err } = await mlgraph(['runs', 'list', '--url', other.api.url], world);
  expect(code).toBe(3);
  expect(err).toContain(`You are not signed in to ${other.api.url}.`);
  expect(other.api.calls).toEqual([]);
});

describe('a key in the environment', () => {
  test('is sent in place of a sign-in', async () => {
    const { api, world } = await signedIn({ env: { MLGRAPH_API_KEY: 'mlg_secret' } });
    api.on('Runs', noRuns);
    expect((await mlgraph(runsList, world)).code).toBe(0);
    const { headers } = api.calls[0] ?? {};
    expect(headers).toMatchObject({ 'x-api-key': 'mlg_secret' });
    expect(headers?.authorization).toBeUndefined();
  });

  test('that is refused is not tried twice, and never shown', async () => {
    const { api, world } = await signedIn({ env: { MLGRAPH_API_KEY: 'mlg_secret' } });
    api.on('Runs', refused(401, 'UNAUTHENTICATED', 'This key was revoked.'));
    const { code, err } = await mlgraph(['runs', 'list', '--verbose'], world);
    expect(code).toBe(3);
    expect(api.calls).toHaveLength(1);
    expect(err).toContain('This key was revoked.\nCheck the key in MLGRAPH_API_KEY');
    expect(err).not.toContain('mlg_secret');
  });

  test('that no header can hold is refused here', async () => {
    const { code } = await mlgraph(['runs', 'list', '--url', 'http://127.0.0.1:1'], {
      env: { MLGRAPH_API_KEY: 'two\nlines' },
    });
    expect(code).toBe(2);
  });
});

test('--verbose tells requests with ids and times, and no secret', async () => {
  const { api, issuer, world } = await signedIn({ secondsLeft: 0 });
  api.on('Runs', noRuns);
  issuer.tokens = [granted('access-1')];
  const { err } = await mlgraph([...runsList, '--verbose'], world);
  expect(err).toMatch(/POST http:\/\/127.*\/graphql Runs 200 \d+ ms [0-9a-f-]{36}\n/);
  expect(err).toMatch(/POST .*\/token 200 \d+ ms\n/);
  expect(err).not.toMatch(/access-|refresh-/);
  expect(err).toContain(String(api.calls[0]?.headers['x-request-id']));
});
