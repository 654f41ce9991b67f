import { createRemoteJWKSet, jwtVerify } from 'jose';
import { jobSecret } from '../../emulators/keycloak/index.ts';
import type { Probe } from './refusals.ts';
import { shape, shapeOf } from './shape.ts';
import { type Asked, ask, issuerOf, oidc, signIn, type Target, token } from './target.ts';

const cli = { client_id: 'mlgraph-cli' };
const job = { client_id: 'mlgraph-job', client_secret: jobSecret };

const refresh = (target: Target, refresh_token = '', more = {}) =>
  token(target, { grant_type: 'refresh_token', refresh_token, ...more });

/** What tokens hold, and what becomes of them. */
export const lives: Probe[] = [
  { name: 'realm', run: async (target) => shapeOf(target, await ask(target, '/realms/staff')) },
  { name: 'keys', run: publishedKeys },
  ...['email', 'openid', 'openid offline_access', 'openid phone address'].flatMap((scope) =>
    ['kim', 'lee', 'root'].map((user) => ({
      name: `tokens of ${user} with "${scope}"`,
      run: async (target: Target) => shape(await signIn(target, user, scope), target),
    })),
  ),
  ...['', 'email', 'openid'].map((scope) => ({
    name: `tokens of a service account with "${scope}"`,
    run: async (target: Target) => shapeOf(target, await serviceToken(target, scope)),
  })),
  { name: "jose verifies a person's token", run: verified },
  { name: 'refresh', run: refreshes },
  { name: 'refresh with rotation', run: (target) => rotated(target, reuse) },
  { name: 'refresh with rotation, an older one', run: (target) => rotated(target, olderOne) },
  { name: 'user info', run: userInfo },
  { name: 'introspection', run: introspected },
  { name: 'revocation', run: revoked },
  { name: 'logout', run: loggedOut },
  { name: 'an expired access token', run: expired },
];

async function publishedKeys(target: Target) {
  const { keys } = (await oidc(target, 'certs')).json as { keys: Record<string, unknown>[] };
  const told = keys.map((key) => ({ ...key, n: '', x5c: '', x5t: '', 'x5t#S256': '' }));
  return shape(told, target);
}

const serviceToken = (target: Target, scope: string) =>
  token(target, { ...job, grant_type: 'client_credentials', scope });

async function verified(target: Target) {
  const keys = createRemoteJWKSet(new URL(`${issuerOf(target)}/protocol/openid-connect/certs`));
  const options = { issuer: issuerOf(target), audience: 'mlgraph', algorithms: ['RS256'] };
  const { access_token = '', id_token = '' } = await signIn(target);
  const access = await jwtVerify(access_token, keys, options);
  const identity = await jwtVerify(id_token, keys, { ...options, audience: 'mlgraph-cli' });
  return [access.payload.typ, identity.payload.typ];
}

async function refreshes(target: Target) {
  const { refresh_token, access_token } = await signIn(target);
  const answers = [
    await refresh(target, refresh_token),
    await refresh(target, refresh_token, { scope: 'email' }),
    await refresh(target, refresh_token, { scope: 'openid phone' }),
    await refresh(target, refresh_token, { scope: 'gold' }),
    await refresh(target, refresh_token, job),
    await refresh(target, access_token),
  ];
  return answers.map((answer) => shapeOf(target, answer));
}

async function rotated(target: Target, go: (target: Target) => Promise<unknown>) {
  await target.setRealm({ revokeRefreshToken: true });
  try {
    return await go(target);
  } finally {
    await target.setRealm({ revokeRefreshToken: false });
  }
}

const next = async (target: Target, token: string | undefined) =>
  ((await refresh(target, token)).json as { refresh_token: string }).refresh_token;

async function reuse(target: Target) {
  const { refresh_token } = await signIn(target);
  const second = await next(target, refresh_token);
  return [
    shapeOf(target, await refresh(target, refresh_token)),
    shapeOf(target, await refresh(target, second)),
  ];
}

/** A second apart each, since that is as fine as the times of tokens are. */
async function olderOne(target: Target) {
  const { refresh_token } = await signIn(target);
  await aSecond();
  const second = await next(target, refresh_token);
  await aSecond();
  const third = await next(target, second);
  return [
    shapeOf(target, await refresh(target, refresh_token)),
    shapeOf(target, await refresh(target, third)),
  ];
}

const aSecond = () => new Promise((resolve) => setTimeout(resolve, 1100));

async function userInfo(target: Target) {
  const { access_token, refresh_token, id_token } = await signIn(target);
  const without = await signIn(target, 'kim', 'email');
  const asked: Asked[] = [
    ...[access_token, refresh_token, id_token, without.access_token].map((bearer) => ({ bearer })),
    { form: { access_token: access_token ?? '' } },
  ];
  return await inTurn(asked, async (one) => shapeOf(target, await oidc(target, 'userinfo', one)));
}

async function introspected(target: Target) {
  const own = (await serviceToken(target, 'email')).json as Record<string, string>;
  const { access_token = '', refresh_token = '', id_token = '' } = await signIn(target);
  const tokens = [own.access_token ?? '', access_token, refresh_token, id_token];
  return await inTurn(tokens, async (one) =>
    shapeOf(target, await oidc(target, 'token/introspect', { form: { ...job, token: one } })),
  );
}

async function revoked(target: Target) {
  const { access_token = '', refresh_token = '' } = await signIn(target);
  const revoke = async (client: object, token: string) =>
    shapeOf(target, await oidc(target, 'revoke', { form: { ...client, token } }));
  return [
    await revoke(job, access_token),
    await revoke(job, refresh_token),
    await revoke(cli, access_token),
    shapeOf(target, await oidc(target, 'userinfo', { bearer: access_token })),
    await revoke(cli, access_token),
    await revoke(cli, refresh_token),
    shapeOf(target, await refresh(target, refresh_token)),
    await revoke(cli, refresh_token),
  ];
}

async function loggedOut(target: Target) {
  const { access_token, refresh_token = '' } = await signIn(target);
  const leave = async (client: object) =>
    shapeOf(target, await oidc(target, 'logout', { form: { ...client, refresh_token } }));
  return [
    await leave(job),
    await leave(cli),
    await leave(cli),
    shapeOf(target, await refresh(target, refresh_token)),
    shapeOf(target, await oidc(target, 'userinfo', { bearer: access_token })),
    shapeOf(target, await oidc(target, 'revoke', { form: { ...cli, token: access_token ?? '' } })),
  ];
}

async function expired(target: Target) {
  await target.setRealm({ accessTokenLifespan: 1 });
  const { access_token = '' } = await signIn(target);
  await target.setRealm({ accessTokenLifespan: 300 });
  await aSecond();
  await aSecond();
  return [
    shapeOf(target, await oidc(target, 'userinfo', { bearer: access_token })),
    shapeOf(target, await oidc(target, 'revoke', { form: { ...cli, token: access_token } })),
  ];
}

async function inTurn<T, R>(values: T[], act: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const value of values) results.push(await act(value));
  return results;
}
