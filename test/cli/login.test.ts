import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { granted, pending, refusal, startIssuer } from './support/issuer.ts';
import { data, startApi } from './support/server.ts';
import { signedIn } from './support/signed-in.ts';
import { mlgraph, type TestWorld, type WorldOptions } from './support/world.ts';

const me = data({
  me: { kind: 'USER', scopes: ['READ'], user: { name: 'Kim', email: null, role: 'MEMBER' }, apiKey: null },
});

async function serverWithIssuer() {
  const api = await startApi();
  const issuer = await startIssuer();
  api.on('Me', me);
  api.metadata = {
    authorization_servers: [issuer.issuer],
    mlgraph_cli_client_ids: { [issuer.issuer]: 'mlgraph-cli' },
    mlgraph_scopes: { [issuer.issuer]: ['openid', 'api://mlgraph/access_as_user'] },
  };
  return { api, issuer };
}

const filesOf = async ({ directory }: TestWorld) =>
  (await readdir(join(directory, 'sign-ins'))).map((name) => join(directory, 'sign-ins', name));

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('login', () => {
  test('by device code: shows it, opens the page, waits, keeps the tokens for this user alone', async () => {
    const { api, issuer } = await serverWithIssuer();
    issuer.tokens = [pending, pending, granted('access-1')];
    const { code, err, out, world } = await mlgraph(['login', '--url', api.origin], { tty: true });
    expect(code).toBe(0);
    expect(err).toContain(`${issuer.issuer}/device?user_code=WDJB-MJHT`);
    expect(err).toContain('WDJB-MJHT (within 10 minutes)');
    expect(err).toContain('Signed in as Kim.');
    expect(out).toBe('');
    expect(world.opened).toEqual([`${issuer.issuer}/device?user_code=WDJB-MJHT`]);
    expect(issuer.posted[0]?.form.get('scope')).toBe('openid api://mlgraph/access_as_user');
    const [file = ''] = await filesOf(world);
    expect(await modeOf(file)).toBe('600');
    expect(await modeOf(join(world.directory, 'sign-ins'))).toBe('700');
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      url: api.url,
      issuer: issuer.issuer,
      clientId: 'mlgraph-cli',
      accessToken: 'access-1',
      refreshToken: 'refresh-1',
    });
    expect(api.calls[0]?.headers.authorization).toBe('Bearer access-1');
  });

  test('keeps the address of the first server, and of no other', async () => {
    const { api } = await serverWithIssuer();
    const other = await serverWithIssuer();
    const { world } = await mlgraph(['login', '--url', api.origin]);
    await mlgraph(['login', '--url', other.api.origin], world);
    const { out } = await mlgraph(['config', '--json'], world);
    expect(JSON.parse(out).settings.url).toEqual({ value: api.url, source: 'file' });
    expect(await filesOf(world)).toHaveLength(2);
  });

  test('opens no browser with --no-browser, nor where nobody sits', async () => {
    for (const [args, options] of [
      [['--no-browser'], { tty: true }],
      [[], {}],
    ] as [string[], WorldOptions][]) {
      const { api } = await serverWithIssuer();
      const { code, world } = await mlgraph(['login', '--url', api.url, ...args], options);
      expect(code).toBe(0);
      expect(world.opened).toEqual([]);
    }
  });

  test('--json tells code and end as lines', async () => {
    const { api, issuer } = await serverWithIssuer();
    const { out, err } = await mlgraph(['login', '--json', '--url', api.url]);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { type: 'device', issuer: issuer.issuer, userCode: 'WDJB-MJHT', expiresIn: 600 },
      { type: 'signedIn', url: api.url, me: { user: { name: 'Kim' } } },
    ]);
    expect(err).toBe('');
  });

  test('by password only when it is asked for, and only at a terminal', async () => {
    const { api, issuer } = await serverWithIssuer();
    const options = { tty: true, answers: ['kim'], secret: 'tulip' };
    const { code, err, world } = await mlgraph(['login', '--password', '--url', api.url], options);
    expect(code).toBe(0);
    const { form } = issuer.posted[0] ?? {};
    expect(Object.fromEntries(form ?? [])).toMatchObject({
      grant_type: 'password',
      username: 'kim',
      password: 'tulip',
      client_id: 'mlgraph-cli',
    });
    expect(err).not.toContain('tulip');
    const [file = ''] = await filesOf(world);
    expect(await readFile(file, 'utf8')).not.toContain('tulip');
    const piped = await mlgraph(['login', '--password', '--url', api.url]);
    expect(piped.code).toBe(2);
    expect(piped.err).toContain('at a terminal only');
  });

  test('a wrong password, a denial, an expired code, an unknown client', async () => {
    const cases: [Parameters<typeof refusal>, number, string][] = [
      [['access_denied', 'The end user denied the authorization request'], 3, 'was denied in the browser'],
      [['expired_token', 'Device code is expired'], 3, 'Nobody confirmed the code in time.'],
      [['invalid_client', 'Invalid client', 401], 2, 'does not know this client id'],
      [['invalid_grant', 'Device code not valid'], 3, 'The issuer refused: Device code not valid.'],
    ];
    for (const [reply, exitCode, message] of cases) {
      const { api, issuer } = await serverWithIssuer();
      issuer.tokens = [refusal(...reply)];
      const { code, err } = await mlgraph(['login', '--url', api.url]);
      expect(err).toContain(message);
      expect(code).toBe(exitCode);
    }
  });

  test('of several issuers that one which knows the command line; of several such by a part of its address, or when asked', async () => {
    const { api, issuer } = await serverWithIssuer();
    const other = 'https://login.example.com/tenant/v2.0';
    api.metadata = { ...api.metadata, authorization_servers: [other, issuer.issuer] };
    expect((await mlgraph(['login', '--url', api.url])).code).toBe(0);
    const clientIds = { [issuer.issuer]: 'mlgraph-cli', [other]: 'mlgraph-cli' };
    api.metadata = { ...api.metadata, mlgraph_cli_client_ids: clientIds };
    const silent = await mlgraph(['login', '--url', api.url]);
    expect(silent.code).toBe(2);
    expect(silent.err).toContain(`1. ${other}\n  2. ${issuer.issuer}`);
    expect(silent.err).toContain('--issuer');
    const chosen = await mlgraph(['login', '--url', api.url, '--issuer', 'realms/staff']);
    expect(chosen.code).toBe(0);
    const asked = await mlgraph(['login', '--url', api.url], { tty: true, answers: ['2'] });
    expect(asked.code).toBe(0);
    const untrusted = await mlgraph(['login', '--url', api.url, '--issuer', 'https://evil.example']);
    expect(untrusted.code).toBe(2);
    expect(untrusted.err).toContain('does not trust "https://evil.example"');
  });

  test('a server that does not say who signs in: issuer and client id are given', async () => {
    const { api, issuer } = await serverWithIssuer();
    api.metadata = null;
    const unsaid = await mlgraph(['login', '--url', api.url]);
    expect(unsaid.code).toBe(2);
    expect(unsaid.err).toContain('--issuer https://… --client-id ID');
    const said = await mlgraph(['login', '--url', api.url, '--issuer', issuer.issuer, '--client-id', 'x']);
    expect(said.code).toBe(0);
    expect(issuer.posted[0]?.form.get('client_id')).toBe('x');
  });

  test('an issuer that is down, that fails, or that is not encrypted', async () => {
    const down = await serverWithIssuer();
    await down.issuer.close();
    const away = await mlgraph(['login', '--url', down.api.url]);
    expect(away.code).toBe(7);
    expect(away.err).toContain('Cannot reach the issuer');
    const failing = await serverWithIssuer();
    failing.issuer.tokens = [{ status: 500, body: { error: 'unknown_error' } }];
    expect((await mlgraph(['login', '--url', failing.api.url])).code).toBe(8);
    const plain = await serverWithIssuer();
    plain.api.metadata = { authorization_servers: ['http://login.example.com'] };
    const { code, err } = await mlgraph(['login', '--url', plain.api.url, '--client-id', 'x']);
    expect(code).toBe(2);
    expect(err).toContain('not encrypted');
  });

  test('is refused beside a key', async () => {
    const { code, err } = await mlgraph(['login', '--url', 'http://127.0.0.1:1'], {
      env: { MLGRAPH_API_KEY: 'mlg_x' },
    });
    expect(code).toBe(2);
    expect(err).toContain('MLGRAPH_API_KEY is set');
  });
});

describe('logout', () => {
  test('revokes the refresh token and removes the file', async () => {
    const { issuer, world } = await signedIn();
    const { code, err } = await mlgraph(['logout'], world);
    expect(code).toBe(0);
    expect(err).toBe('Signed out.\n');
    expect(issuer.posted[0]?.path).toBe('revoke');
    expect(issuer.posted[0]?.form.get('token')).toBe('refresh-0');
    expect(await filesOf(world)).toEqual([]);
    expect(JSON.parse((await mlgraph(['logout', '--json'], world)).out)).toMatchObject({ signedOut: false });
  });

  test('removes the file although the issuer is away', async () => {
    const { issuer, world } = await signedIn();
    await issuer.close();
    const { code, err } = await mlgraph(['logout'], world);
    expect(code).toBe(0);
    expect(err).toContain('could not be told');
    expect(await filesOf(world)).toEqual([]);
  });
});
