import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { client, jobSecret } from '../../emulators/keycloak/index.ts';
import { type Form, outcome, startRealm } from './support/keycloak.ts';

type Realm = Awaited<ReturnType<typeof startRealm>>;
let realm: Realm;
beforeEach(async () => {
  realm = await startRealm();
});
afterEach(() => realm.keycloak.close());

const job = { client_id: 'mlgraph-job', client_secret: jobSecret };
const password = { grant_type: 'password', username: 'kim', password: 'kim-secret' };
const badClient = 'Invalid client or Invalid client credentials';

describe('the token endpoint refuses', () => {
  it.each<[string, number, string, string, Form]>([
    ['no grant', 400, 'invalid_request', 'Missing form parameter: grant_type', {}],
    ['another grant', 400, 'unsupported_grant_type', 'Unsupported grant_type', { grant_type: 'implicit' }],
    ['another client', 401, 'invalid_client', badClient, { ...password, client_id: 'other' }],
    [
      'a wrong secret',
      401,
      'unauthorized_client',
      badClient,
      { ...job, client_secret: 'wrong', grant_type: 'client_credentials' },
    ],
    [
      'an API that only takes tokens',
      401,
      'unauthorized_client',
      badClient,
      { ...password, client_id: 'mlgraph' },
    ],
    [
      'another scope',
      400,
      'invalid_scope',
      'Invalid scopes: openid gold',
      { ...password, scope: 'openid gold' },
    ],
    [
      'a field twice',
      400,
      'invalid_request',
      'duplicated parameter',
      { ...password, username: ['kim', 'lee'] },
    ],
    [
      'a password where it is switched off',
      400,
      'unauthorized_client',
      'Client not allowed for direct access grants',
      { ...password, client_id: 'mlgraph-web' },
    ],
    ['no user name', 401, 'invalid_request', 'Missing parameter: username', { grant_type: 'password' }],
    [
      'a wrong password',
      400,
      'invalid_grant',
      'Invalid user credentials',
      { ...password, password: 'wrong' },
    ],
    [
      'somebody unknown',
      400,
      'invalid_grant',
      'Invalid user credentials',
      { ...password, username: 'nobody' },
    ],
    [
      'a public client its service account',
      401,
      'unauthorized_client',
      'Public client not allowed to retrieve service account',
      { grant_type: 'client_credentials' },
    ],
    ['no refresh token', 400, 'invalid_request', 'No refresh token', { grant_type: 'refresh_token' }],
    [
      'what is no refresh token',
      400,
      'invalid_grant',
      'Invalid refresh token',
      { grant_type: 'refresh_token', refresh_token: 'nonsense' },
    ],
  ])('%s', async (_, status, error, description, form) => {
    const answer = await realm.token(form);
    expect(outcome(answer)).toEqual([status, error, description]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('pragma')).toBe('no-cache');
  });

  it('a client whose service account is off', async () => {
    await realm.keycloak.close();
    realm = await startRealm({ moreClients: [client('bare', { secret: 's' })] });
    const form = { client_id: 'bare', client_secret: 's', grant_type: 'client_credentials' };
    expect(outcome(await realm.token(form))).toEqual([
      401,
      'unauthorized_client',
      'Client not enabled to retrieve service account',
    ]);
  });

  it('who is disabled or has something left to do, once the password is right', async () => {
    await realm.control('people/Kim', { enabled: false });
    expect(outcome(await realm.signIn())).toEqual([400, 'invalid_grant', 'Account disabled']);
    expect(outcome(await realm.signIn({ password: 'wrong' }))[2]).toBe('Invalid user credentials');
    await realm.control('people/Kim', { enabled: true, requiredActions: ['UPDATE_PASSWORD'] });
    expect(outcome(await realm.signIn())).toEqual([400, 'invalid_grant', 'Account is not fully set up']);
  });

  it('a realm and a path that are not there, and a method', async () => {
    const read = async (path: string, method = 'GET') => {
      const answer = await fetch(`${realm.keycloak.url}${path}`, { method });
      return [answer.status, (await answer.json()).error];
    };
    expect(await read('/realms/other/protocol/openid-connect/certs')).toEqual([404, 'Realm does not exist']);
    expect(await read('/realms/staff/other')).toEqual([404, 'HTTP 404 Not Found']);
    expect(await read('/realms/staff/protocol/openid-connect/token')).toEqual([
      405,
      'HTTP 405 Method Not Allowed',
    ]);
  });
});

describe('tokens', () => {
  it('of a person tell who, by which client, for whom, and what they may', async () => {
    const { body } = await realm.signIn({ code: '', redirect_uri: '' });
    expect(body).toMatchObject({ expires_in: 300, refresh_expires_in: 1800, token_type: 'Bearer' });
    expect(decodeProtectedHeader(String(body.access_token))).toMatchObject({ alg: 'RS256', typ: 'JWT' });
    expect(decodeJwt(String(body.access_token))).toEqual({
      exp: expect.any(Number),
      iat: expect.any(Number),
      jti: expect.stringMatching(/^onrtro:/),
      iss: realm.keycloak.realmUrl,
      aud: ['mlgraph', 'account'],
      sub: realm.keycloak.people[0]?.id,
      typ: 'Bearer',
      azp: 'mlgraph-cli',
      sid: body.session_state,
      acr: '1',
      realm_access: {
        roles: ['mlgraph.member', 'offline_access', 'uma_authorization', 'default-roles-staff'],
      },
      resource_access: { account: { roles: ['manage-account', 'manage-account-links', 'view-profile'] } },
      scope: 'openid email profile',
      email_verified: true,
      name: 'Kim',
      preferred_username: 'kim',
      given_name: 'Kim',
      email: 'kim@contoso.example',
    });
    expect(decodeProtectedHeader(String(body.refresh_token)).alg).toBe('HS512');
    expect(decodeJwt(String(body.refresh_token))).toMatchObject({
      typ: 'Refresh',
      aud: realm.keycloak.realmUrl,
    });
  });

  it('hold an ID token with openid only, and stay with offline_access', async () => {
    expect((await realm.signIn({ scope: undefined })).body).not.toHaveProperty('id_token');
    const { body } = await realm.signIn({ scope: 'openid offline_access' });
    expect(body).toMatchObject({ refresh_expires_in: 0, id_token: expect.any(String) });
    realm.pass(100_000);
    const refreshed = await realm.token({
      grant_type: 'refresh_token',
      refresh_token: String(body.refresh_token),
    });
    expect(refreshed.status).toBe(200);
  });

  it('of a person can be had at once, and changed', () => {
    const claims = decodeJwt(realm.keycloak.issueUserToken('Lee', { email: undefined, aud: 'other' }));
    expect(claims).toMatchObject({ preferred_username: 'lee', email_verified: false, aud: 'other' });
    expect(claims).not.toHaveProperty('email');
    expect(() => realm.keycloak.issueUserToken('Nobody')).toThrow(TypeError);
  });
});

describe('a refresh', () => {
  const refresh = (token: unknown, more: Form = {}) =>
    realm.token({ grant_type: 'refresh_token', refresh_token: String(token), ...more });
  const description = async (token: unknown, more: Form = {}) => outcome(await refresh(token, more))[2];

  it('goes on until the session has been idle too long, or has lasted too long', async () => {
    let { body } = await realm.signIn();
    for (let passed = 0; passed < 36_000 - 1700; passed += 1700) {
      realm.pass(1700);
      const answer = await refresh(body.refresh_token);
      expect(answer.status).toBe(200);
      body = answer.body;
    }
    expect(Number(body.refresh_expires_in)).toBeLessThan(1800);
    realm.pass(1700);
    expect(await description(body.refresh_token)).toBe('Token is not active');
    const idle = await realm.signIn();
    realm.pass(1800);
    expect(await description(idle.body.refresh_token)).toBe('Token is not active');
  });

  it('asks for less, never for more', async () => {
    const { body } = await realm.signIn();
    expect((await refresh(body.refresh_token, { scope: 'email' })).body.scope).toBe('email profile');
    expect((await refresh(body.refresh_token, { scope: 'openid phone' })).body.scope).toBe(
      'openid email profile',
    );
    expect(await description(body.refresh_token, { scope: 'gold' })).toBe('Invalid scopes: gold');
  });

  it("is refused to another client, an ended session, and what is another's token", async () => {
    const { body } = await realm.signIn();
    expect(await description(body.refresh_token, job)).toBe(
      "Invalid refresh token. Token client and authorized client don't match",
    );
    expect(await description(body.access_token)).toBe('Invalid refresh token');
    const [head, claims] = String(body.refresh_token).split('.');
    expect(await description(`${head}.${claims}.AAAA`)).toBe('Invalid refresh token');
    await realm.control('people/Kim/sessions', undefined, 'DELETE');
    expect(await description(body.refresh_token)).toBe('Session not active');
  });

  it('with rotation takes a token once, and then nobody goes on', async () => {
    await realm.control('settings', { revokeRefreshToken: true });
    const { body } = await realm.signIn();
    const next = (await refresh(body.refresh_token)).body;
    expect(await description(body.refresh_token)).toBe('Maximum allowed refresh token reuse exceeded');
    expect(await description(next.refresh_token)).toBe("Session doesn't have required client");
  });

  it('with rotation finds a token stale after a newer one', async () => {
    await realm.control('settings', { revokeRefreshToken: true });
    const { body } = await realm.signIn();
    realm.pass(1);
    const second = (await refresh(body.refresh_token)).body;
    realm.pass(1);
    await refresh(second.refresh_token);
    expect(await description(body.refresh_token)).toBe('Stale token');
  });

  it('without rotation takes a token any number of times', async () => {
    const { body } = await realm.signIn();
    for (let time = 0; time < 3; time += 1) expect((await refresh(body.refresh_token)).status).toBe(200);
  });
});

describe('user info', () => {
  const ask = async (token: unknown) => {
    const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
    const answer = await fetch(realm.endpoint('userinfo'), { headers });
    return [answer.status, answer.headers.get('www-authenticate')];
  };

  it('needs a token that holds, with openid', async () => {
    const { body } = await realm.signIn();
    expect(await ask(body.access_token)).toEqual([200, null]);
    expect(await ask(null)).toEqual([401, 'Bearer realm="staff"']);
    const failed =
      'Bearer realm="staff", error="invalid_token", error_description="Token verification failed"';
    for (const token of ['nonsense', body.refresh_token, body.id_token])
      expect(await ask(token)).toEqual([401, failed]);
    const { access_token } = (await realm.signIn({ scope: undefined })).body;
    expect(await ask(access_token)).toEqual([
      403,
      'Bearer realm="staff", error="insufficient_scope", error_description="Missing openid scope"',
    ]);
    realm.pass(300);
    expect(await ask(body.access_token)).toEqual([401, failed]);
  });
});

describe('introspection', () => {
  const look = async (form: Form) => await realm.post('token/introspect', form);

  it('is for clients with a secret, and tells only those whom a token is for', async () => {
    const own = (await realm.token({ ...job, grant_type: 'client_credentials' })).body.access_token;
    expect((await look({ ...job, token: String(own) })).body).toMatchObject({
      active: true,
      client_id: 'mlgraph-job',
      username: 'service-account-mlgraph-job',
      token_type: 'Bearer',
    });
    const { access_token } = (await realm.signIn()).body;
    expect((await look({ ...job, token: String(access_token) })).body).toEqual({ active: false });
  });

  it('refuses in its own words', async () => {
    expect(outcome(await look(job))).toEqual([400, 'invalid_request', 'Token not provided.']);
    expect(outcome(await look({ client_id: 'mlgraph-cli', token: 'x' }))).toEqual([
      403,
      'invalid_request',
      'Client not allowed.',
    ]);
    const wrong = await look({ ...job, client_secret: 'wrong', token: 'x' });
    expect(outcome(wrong)).toEqual([401, 'invalid_client', 'Client authentication failed.']);
  });
});

describe('revocation and logout', () => {
  const cli = { client_id: 'mlgraph-cli' };

  it('answer 200 for a token that does not hold, with an error', async () => {
    expect(outcome(await realm.post('revoke', { ...cli, token: 'nonsense' }))).toEqual([
      200,
      'invalid_token',
      'Invalid token',
    ]);
    expect(outcome(await realm.post('revoke', cli))).toEqual([400, 'invalid_request', 'Token not provided']);
    const { body } = await realm.signIn();
    for (const token of [body.access_token, body.refresh_token])
      expect(outcome(await realm.post('revoke', { ...job, token: String(token) }))).toEqual([
        400,
        'invalid_request',
        'Unmatching clients',
      ]);
  });

  it('take an access token away', async () => {
    const { access_token } = (await realm.signIn()).body;
    const authorization = `Bearer ${access_token}`;
    expect((await realm.post('revoke', { ...cli, token: String(access_token) })).status).toBe(200);
    expect((await realm.post('userinfo', {}, { authorization })).status).toBe(401);
  });

  it('end a session, and say the same of one that has ended', async () => {
    const { refresh_token, access_token } = (await realm.signIn()).body;
    const form = { ...cli, refresh_token: String(refresh_token) };
    expect((await realm.post('logout', form)).status).toBe(204);
    expect((await realm.post('logout', form)).status).toBe(204);
    expect(outcome(await realm.token({ ...form, grant_type: 'refresh_token' }))[2]).toBe(
      'Session not active',
    );
    const authorization = `Bearer ${access_token}`;
    expect((await realm.post('userinfo', {}, { authorization })).status).toBe(401);
    expect(outcome(await realm.post('logout', { ...cli, refresh_token: 'nonsense' }))).toEqual([
      400,
      'invalid_grant',
      'Invalid refresh token',
    ]);
  });
});

describe('token exchange', () => {
  const grant_type = 'urn:ietf:params:oauth:grant-type:token-exchange';
  const subject_token_type = 'urn:ietf:params:oauth:token-type:access_token';
  const exchange = (subject_token: unknown, more: Form = {}) =>
    realm.token({ ...job, grant_type, subject_token_type, subject_token: String(subject_token), ...more });

  it('narrows a token that is for the client', async () => {
    const { access_token } = (await realm.token({ ...job, grant_type: 'client_credentials' })).body;
    const { body } = await exchange(access_token, { audience: 'mlgraph' });
    expect(body).toMatchObject({ issued_token_type: subject_token_type, refresh_expires_in: 0 });
    expect(decodeJwt(String(body.access_token))).toMatchObject({ aud: 'mlgraph', resource_access: {} });
    const wanted = 'urn:ietf:params:oauth:token-type:id_token';
    const id = (await exchange(access_token, { requested_token_type: wanted })).body;
    expect(id.token_type).toBe('N_A');
    expect(decodeJwt(String(id.access_token)).typ).toBe('ID');
    const words = async (more: Form) => outcome(await exchange(access_token, more));
    expect(await words({ audience: 'other' })).toEqual([400, 'invalid_client', 'Audience not found']);
    expect(await words({ audience: ['mlgraph', 'realm-management'] })).toEqual([
      400,
      'invalid_request',
      'Requested audience not available: realm-management',
    ]);
    expect((await words({ requested_token_type: 'other' }))[2]).toBe('requested_token_type unsupported');
    expect((await words({ requested_subject: 'kim' }))[0]).toBe(400);
  });

  it('is refused for a token of others, one that does not hold, and without the switch', async () => {
    const { access_token } = (await realm.signIn()).body;
    expect(outcome(await exchange(access_token))).toEqual([
      403,
      'access_denied',
      'Client is not within the token audience',
    ]);
    expect(outcome(await exchange('nonsense'))).toEqual([400, 'invalid_request', 'Invalid token']);
    expect(outcome(await realm.token({ grant_type }))[2]).toBe(
      'Standard token exchange is not enabled for the requested client',
    );
  });
});

it('keeps keys and sessions over a restart, in files of its owner', async () => {
  const home = mkdtempSync(join(tmpdir(), 'keycloak-'));
  try {
    const first = await startRealm({ home });
    const { refresh_token } = (await first.signIn()).body;
    const port = Number(new URL(first.keycloak.url).port);
    await first.keycloak.close();
    expect(statSync(join(home, 'keys.json')).mode & 0o077).toBe(0);
    expect(statSync(join(home, 'sessions.json')).mode & 0o077).toBe(0);
    const second = await startRealm({ home, port });
    const form = { grant_type: 'refresh_token', refresh_token: String(refresh_token) };
    expect((await second.token(form)).status).toBe(200);
    await second.keycloak.close();
  } finally {
    rmSync(home, { recursive: true });
  }
});

it('tells in its log who called, and fails on demand in its own words', async () => {
  await realm.control('faults', { kind: 'status', status: 503, times: 1, path: 'token$' });
  expect(outcome(await realm.signIn())).toEqual([503, 'unknown_error', undefined]);
  await realm.signIn();
  const { calls } = await (await fetch(`${realm.keycloak.url}/_control/calls`)).json();
  expect(calls.at(-1)).toMatchObject({
    caller: 'mlgraph-cli',
    status: 200,
    details: { grant: 'password', scope: 'openid' },
  });
});
