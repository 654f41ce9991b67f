import KcAdminClient from '@keycloak/keycloak-admin-client';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import {
  allowInsecureRequests,
  ClientSecretBasic,
  type Configuration,
  clientCredentialsGrant,
  discovery,
  fetchUserInfo,
  genericGrantRequest,
  initiateDeviceAuthorization,
  pollDeviceAuthorizationGrant,
  ResponseBodyError,
  refreshTokenGrant,
  tokenIntrospection,
  tokenRevocation,
} from 'openid-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { jobSecret, type Keycloak, startKeycloak } from '../../emulators/keycloak/index.ts';
import type { LoggedCall } from '../../emulators/kit/call-log.ts';

// The libraries have the machine's clock, and check the times of what they are given.
const time = { now: Date.now() };
let keycloak: Keycloak;
let cli: Configuration;
let job: Configuration;
beforeAll(async () => {
  keycloak = await startKeycloak({ clock: () => time.now });
  const execute = [allowInsecureRequests];
  const server = new URL(keycloak.realmUrl);
  cli = await discovery(server, 'mlgraph-cli', undefined, undefined, { execute });
  job = await discovery(server, 'mlgraph-job', jobSecret, ClientSecretBasic(jobSecret), { execute });
});
afterAll(() => keycloak.close());

const signIn = (username = 'kim', password = `${username}-secret`) =>
  genericGrantRequest(cli, 'password', { username, password, scope: 'openid' });
const refusal = async (asked: Promise<unknown>) => {
  const error = await asked.then(
    () => null,
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(ResponseBodyError);
  return [error.status, error.error, error.error_description];
};
const keySet = () => createRemoteJWKSet(new URL(`${keycloak.realmUrl}/protocol/openid-connect/certs`));

describe('openid-client', () => {
  it('discovers the realm', () => {
    const { issuer, token_endpoint } = cli.serverMetadata();
    expect(issuer).toBe(keycloak.realmUrl);
    expect(token_endpoint).toBe(`${keycloak.realmUrl}/protocol/openid-connect/token`);
  });

  it('signs in by password, reads who it is, refreshes and revokes', async () => {
    const first = await signIn();
    expect(first.claims()).toMatchObject({ preferred_username: 'kim', aud: 'mlgraph-cli', typ: 'ID' });
    const told = await fetchUserInfo(cli, first.access_token, String(first.claims()?.sub));
    expect(told).toMatchObject({ email: 'kim@contoso.example', email_verified: true, name: 'Kim' });
    const second = await refreshTokenGrant(cli, String(first.refresh_token));
    expect(second.claims()?.sub).toBe(first.claims()?.sub);
    await tokenRevocation(cli, String(second.refresh_token));
    expect(await refusal(refreshTokenGrant(cli, String(first.refresh_token)))).toEqual([
      400,
      'invalid_grant',
      'Session not active',
    ]);
  });

  it('understands a wrong password', async () => {
    expect(await refusal(signIn('kim', 'wrong'))).toEqual([400, 'invalid_grant', 'Invalid user credentials']);
  });

  it('gets a token of the application, and looks at it', async () => {
    const { access_token, refresh_token } = await clientCredentialsGrant(job);
    expect(refresh_token).toBeUndefined();
    const told = await tokenIntrospection(job, access_token);
    expect(told).toMatchObject({ active: true, username: 'service-account-mlgraph-job' });
    expect(await tokenIntrospection(job, 'nonsense')).toEqual({ active: false });
    await tokenRevocation(job, access_token);
    expect(await tokenIntrospection(job, access_token)).toEqual({ active: false });
  });

  it('waits for a device, slows down when told, and gets its tokens', async () => {
    const polls = async () => {
      const { calls } = await (await fetch(`${keycloak.url}/_control/calls`)).json();
      return calls.filter((call: LoggedCall) => call.details?.grant?.endsWith(':device_code')).length;
    };
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const device = await initiateDeviceAuthorization(cli, { scope: 'openid' });
      expect(device.interval).toBe(5);
      const waited = pollDeviceAuthorizationGrant(cli, device);
      /** Seconds of the library until its next poll, and of the realm meanwhile. */
      const untilPoll = async (realmSeconds: number) => {
        const before = await polls();
        time.now += realmSeconds * 1000;
        let seconds = 0;
        for (; (await polls()) === before; seconds += 1) await vi.advanceTimersByTimeAsync(1000);
        return seconds;
      };
      const pauses = [await untilPoll(5), await untilPoll(4), await untilPoll(5)];
      expect(pauses).toEqual([5, 5, 10]);
      await approve(device.verification_uri_complete ?? '');
      await untilPoll(10);
      expect((await waited).claims()).toMatchObject({ preferred_username: 'lee' });
    } finally {
      vi.useRealTimers();
    }
  });
});

async function approve(address: string): Promise<void> {
  const shown = await fetch(address);
  const html = await shown.text();
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';
  const answer = await fetch(new URL(/action="([^"]+)"/.exec(html)?.[1] ?? '', address), {
    method: 'POST',
    headers: { cookie: shown.headers.get('set-cookie')?.split(';')[0] ?? '' },
    body: new URLSearchParams({
      device_user_code: field('device_user_code'),
      csrf: field('csrf'),
      username: 'lee',
      password: 'lee-secret',
      accept: 'Yes',
    }),
  });
  expect(await answer.text()).toContain('Device Login Successful');
}

describe('jose', () => {
  it("verifies a person's token by the published keys", async () => {
    const { payload, protectedHeader } = await jwtVerify(keycloak.issueUserToken('Kim'), keySet(), {
      issuer: keycloak.realmUrl,
      audience: 'mlgraph',
      algorithms: ['RS256'],
    });
    expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'JWT' });
    expect(payload).toMatchObject({ azp: 'mlgraph-cli', typ: 'Bearer', preferred_username: 'kim' });
    expect(payload.realm_access).toMatchObject({ roles: expect.arrayContaining(['mlgraph.member']) });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(86_400);
  });

  it('follows a rotation, and refuses what was signed by a key that is gone', async () => {
    const before = keycloak.issueUserToken('Kim');
    await keycloak.rotateKey();
    const options = { issuer: keycloak.realmUrl };
    await jwtVerify(before, keySet(), options);
    await jwtVerify(keycloak.issueUserToken('Kim'), keySet(), options);
    await keycloak.rotateKey({ dropOld: true });
    await expect(jwtVerify(before, keySet(), options)).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    });
  });
});

describe('the admin client', () => {
  const client = async (username: string) => {
    const admin = new KcAdminClient({ baseUrl: keycloak.url, realmName: 'staff' });
    const credentials = { grantType: 'password', clientId: 'admin-cli' } as const;
    await admin.auth({ ...credentials, username, password: `${username}-secret` });
    return admin;
  };

  it('finds, makes, changes and deletes people', async () => {
    const admin = await client('root');
    expect((await admin.users.find()).map(({ username }) => username)).toEqual(['kim', 'lee', 'root']);
    const [kim] = await admin.users.find({ username: 'kim', exact: true });
    const roles = await admin.users.listRealmRoleMappings({ id: String(kim?.id) });
    expect(roles.map(({ name }) => name)).toContain('mlgraph.member');
    const { id } = await admin.users.create({ username: 'Mia', email: 'mia@contoso.example', enabled: true });
    expect(await admin.users.count()).toBe(4);
    await admin.users.update({ id }, { firstName: 'Mia', emailVerified: true });
    expect(await admin.users.findOne({ id })).toMatchObject({
      username: 'mia',
      firstName: 'Mia',
      emailVerified: true,
    });
    await admin.users.del({ id });
    expect(await admin.users.findOne({ id })).toBeNull();
  });

  it('is told why it may not', async () => {
    const lee = await client('lee');
    await expect(lee.users.find()).rejects.toMatchObject({ response: { status: 403 } });
    await expect(client('nobody')).rejects.toMatchObject({
      message: expect.stringContaining('invalid_grant'),
    });
    const admin = await client('root');
    await expect(admin.users.create({ username: 'KIM' })).rejects.toMatchObject({
      responseData: { errorMessage: 'User exists with same username' },
    });
  });

  it('ends the sessions of a person', async () => {
    const { refresh_token } = await signIn();
    const admin = await client('root');
    const [kim] = await admin.users.find({ search: 'kim' });
    await admin.users.logout({ id: String(kim?.id) });
    expect(await refusal(refreshTokenGrant(cli, String(refresh_token)))).toContain('Session not active');
  });
});
