import { jobSecret } from '../../emulators/keycloak/index.ts';
import { shapeOf } from './shape.ts';
import { type Asked, ask, type Form, oidc, signIn, type Target } from './target.ts';

/** Something that is asked of both; what it gives is to be the same. */
export type Probe = { name: string; run(target: Target): Promise<unknown> };

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
const accessToken = 'urn:ietf:params:oauth:token-type:access_token';
const cli = { client_id: 'mlgraph-cli' };
const job = { client_id: 'mlgraph-job', client_secret: jobSecret };
const kim = { grant_type: 'password', username: 'kim', password: 'kim-secret' };

const probe = (name: string, endpoint: string, asked: Asked): Probe => ({
  name,
  run: async (target) => shapeOf(target, await oidc(target, endpoint, asked)),
});

const atToken: [name: string, form: Form][] = [
  ['no grant', cli],
  ['no grant and no client', { x: '' }],
  ['unknown grant', { ...cli, grant_type: 'other' }],
  ['unknown grant of an unknown client', { client_id: 'other', grant_type: 'other' }],
  ['unknown client', { ...kim, client_id: 'other' }],
  ['no client', kim],
  ['wrong secret', { ...job, client_secret: 'wrong', grant_type: 'client_credentials' }],
  ['no secret', { client_id: 'mlgraph-job', grant_type: 'client_credentials' }],
  ['bearer only', { ...kim, client_id: 'mlgraph' }],
  ['unknown scope', { ...cli, ...kim, scope: 'gold' }],
  ['unknown and known scope', { ...cli, ...kim, scope: 'openid gold' }],
  ['no user name', { ...cli, grant_type: 'password' }],
  ['no password', { ...cli, grant_type: 'password', username: 'kim' }],
  ['wrong password', { ...cli, ...kim, password: 'wrong' }],
  ['unknown user', { ...cli, ...kim, username: 'nobody' }],
  ['empty fields besides', { ...cli, ...kim, code: '', redirect_uri: '' }],
  ['user name in capitals', { ...cli, ...kim, username: 'KIM' }],
  ['e-mail as user name', { ...cli, ...kim, username: 'kim@contoso.example' }],
  ['password switched off', { ...kim, ...job }],
  ['password switched off, wrong password', { ...kim, ...job, password: 'wrong' }],
  ['password by a client with neither grant', { ...kim, client_id: 'mlgraph-web' }],
  ['field twice', { ...cli, ...kim, username: ['kim', 'lee'] }],
  ['service account of a public client', { ...cli, grant_type: 'client_credentials' }],
  ['service account, unknown scope', { ...job, grant_type: 'client_credentials', scope: 'gold' }],
  ['no refresh token', { ...cli, grant_type: 'refresh_token' }],
  ['malformed refresh token', { ...cli, grant_type: 'refresh_token', refresh_token: 'nonsense' }],
  ['refresh token of nonsense', { ...cli, grant_type: 'refresh_token', refresh_token: 'a.b.c' }],
  ['no device code', { ...cli, grant_type: deviceGrant }],
  ['unknown device code', { ...cli, grant_type: deviceGrant, device_code: 'other' }],
  ['device code where it is switched off', { ...job, grant_type: deviceGrant, device_code: 'other' }],
  ['exchange by a public client', { ...cli, grant_type: exchange }],
  ['exchange without a token', { ...job, grant_type: exchange }],
  ['exchange without a type', { ...job, grant_type: exchange, subject_token: 'x' }],
  [
    'exchange of another type',
    { ...job, grant_type: exchange, subject_token: 'x', subject_token_type: 'other' },
  ],
  [
    'exchange of nonsense',
    { ...job, grant_type: exchange, subject_token: 'x', subject_token_type: accessToken },
  ],
];

const elsewhere: [name: string, endpoint: string, asked: Asked][] = [
  ['token by GET', 'token', {}],
  ['token by JSON', 'token', { json: { grant_type: 'password' } }],
  ['device of no client', 'auth/device', { form: { x: '' } }],
  ['device of an unknown client', 'auth/device', { form: { client_id: 'other' } }],
  ['device where it is switched off', 'auth/device', { form: job }],
  ['device', 'auth/device', { form: { ...cli, scope: 'openid' } }],
  ['device with an unknown scope', 'auth/device', { form: { ...cli, scope: 'gold' } }],
  ['user info of nobody', 'userinfo', {}],
  ['user info of nonsense', 'userinfo', { bearer: 'nonsense' }],
  ['introspection without a token', 'token/introspect', { form: job }],
  ['introspection of nonsense', 'token/introspect', { form: { ...job, token: 'nonsense' } }],
  ['introspection by nobody', 'token/introspect', { form: { token: 'nonsense' } }],
  ['introspection by a public client', 'token/introspect', { form: { ...cli, token: 'nonsense' } }],
  [
    'introspection with a wrong secret',
    'token/introspect',
    { basic: ['mlgraph-job', 'wrong'], form: { token: 'x' } },
  ],
  ['introspection by Basic', 'token/introspect', { basic: ['mlgraph-job', jobSecret], form: { token: 'x' } }],
  ['introspection by GET', 'token/introspect', {}],
  ['revocation without a token', 'revoke', { form: cli }],
  ['revocation of nonsense', 'revoke', { form: { ...cli, token: 'nonsense' } }],
  ['revocation by nobody', 'revoke', { form: { token: 'nonsense' } }],
  ['revocation, field twice', 'revoke', { form: { ...cli, token: ['a', 'b'] } }],
  ['logout of nonsense', 'logout', { form: { ...cli, refresh_token: 'nonsense' } }],
  ['logout by nobody', 'logout', { form: { refresh_token: 'nonsense' } }],
];

const paths = [
  ['unknown realm', '/realms/other'],
  ["unknown realm's discovery", '/realms/other/.well-known/openid-configuration'],
  ['unknown path', '/realms/staff/other'],
  ['unknown endpoint', '/realms/staff/protocol/openid-connect/other'],
  ['users to nobody', '/admin/realms/staff/users'],
  ['users of an unknown realm, to nobody', '/admin/realms/other/users'],
];

/** Wrong requests, each in its status and words, and some that are right although they do not look it. */
export const refusals: Probe[] = [
  ...atToken.map(([name, form]) => probe(`token: ${name}`, 'token', { form })),
  ...elsewhere.map(([name, endpoint, asked]) => probe(name, endpoint, asked)),
  ...paths.map(([name = '', path = '']) => ({
    name,
    run: async (target: Target) => shapeOf(target, await ask(target, path)),
  })),
  ...['wrong', 'right'].map((given) => ({
    name: `disabled, ${given} password`,
    run: (target: Target) => asLee(target, { enabled: false }, given),
  })),
  {
    name: 'something left to do',
    run: (target) => asLee(target, { requiredActions: ['UPDATE_PASSWORD'] }, 'right'),
  },
  { name: 'refresh and user info of somebody disabled', run: disabledMeanwhile },
];

const asItWas = { enabled: true, requiredActions: [] };

async function asLee(target: Target, changes: Parameters<Target['setPerson']>[1], given: string) {
  await target.setPerson('lee', changes);
  const password = given === 'right' ? 'lee-secret' : 'wrong';
  const form = { ...cli, grant_type: 'password', username: 'lee', password };
  const answer = await oidc(target, 'token', { form });
  await target.setPerson('lee', asItWas);
  return shapeOf(target, answer);
}

async function disabledMeanwhile(target: Target) {
  const { refresh_token = '', access_token } = await signIn(target, 'lee');
  await target.setPerson('lee', { enabled: false });
  const form = { ...cli, grant_type: 'refresh_token', refresh_token };
  const refreshed = await oidc(target, 'token', { form });
  const told = await oidc(target, 'userinfo', { bearer: access_token });
  await target.setPerson('lee', asItWas);
  return [shapeOf(target, refreshed), shapeOf(target, told)];
}
