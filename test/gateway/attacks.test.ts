import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jobSecret } from '../../emulators/keycloak/index.ts';
import { makeApiKeySecret } from '../../src/domain/api-key-secret.ts';
import { type Stack, startStack } from './support/stack.ts';

const all = makeApiKeySecret();
const reader = makeApiKeySecret();
let stack: Stack;
beforeAll(async () => {
  const lines = [`all READ,TRAIN,PREDICT,CHAT,DEPLOY,KEYS,ADMIN ${all}`, `reader READ ${reader}`];
  stack = await startStack({ chat: { pace: 2 }, settings: { MLGRAPH_API_KEYS: lines.join(';') } });
});
afterAll(() => stack[Symbol.asyncDispose]());

const me = '{ me { kind issuer scopes user { id role email } } }';
async function ask(headers: Record<string, string>, query = me, path = '') {
  const response = await fetch(`${stack.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  const text = await response.text();
  return { status: response.status, code: /"code":"(\w+)"/.exec(text)?.[1] ?? null, text };
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const as = (name: string) => bearer(stack.tokens[name] ?? '');

type Parts = { header: Record<string, unknown>; claims: Record<string, unknown> };
function partsOf(token: string): Parts {
  const [header = '', claims = ''] = token.split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
  return { header: read(header), claims: read(claims) };
}
const unsigned = ({ header, claims }: Parts) =>
  [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');

/** The public key of the realm as it is published, in PEM: what a verifier that is careless with `alg` takes for a secret. */
async function publicPem(): Promise<string> {
  const { public_key } = (await (await fetch(String(partsOf(stack.tokens.Kim ?? '').claims.iss))).json()) as {
    public_key: string;
  };
  return `-----BEGIN PUBLIC KEY-----\n${public_key}\n-----END PUBLIC KEY-----`;
}

describe('a token', () => {
  const adas = () => partsOf(stack.tokens.Ada ?? '');
  const kims = () => partsOf(stack.tokens.Kim ?? '');
  const forged: [string, () => string | Promise<string>][] = [
    [
      'of Keycloak that states Entra as its issuer',
      () => stack.emulators.keycloak.issueUserToken('Kim', { ...adas().claims }),
    ],
    [
      'of Keycloak with Entra’s issuer and kid',
      () => stack.emulators.keycloak.issueToken(adas().claims, adas().header),
    ],
    ['of Entra that states Keycloak as its issuer', () => stack.emulators.entra.issueToken(kims().claims)],
    [
      'of Keycloak without a signature',
      () => `${unsigned({ ...kims(), header: { ...kims().header, alg: 'none' } })}.`,
    ],
    [
      'of Entra without a signature',
      () => `${unsigned({ ...adas(), header: { ...adas().header, alg: 'none' } })}.`,
    ],
    [
      'signed with the public key as a secret',
      async () => {
        const text = unsigned({ ...kims(), header: { ...kims().header, alg: 'HS256' } });
        return `${text}.${createHmac('sha256', await publicPem())
          .update(text)
          .digest('base64url')}`;
      },
    ],
    [
      'of another realm',
      () => stack.emulators.keycloak.issueUserToken('Kim', { iss: `${kims().claims.iss}-2` }),
    ],
    [
      'of the realm, a slash later',
      () => stack.emulators.keycloak.issueUserToken('Kim', { iss: `${kims().claims.iss}/` }),
    ],
    [
      'to identify a person',
      () => stack.emulators.keycloak.issueUserToken('Kim', { typ: 'ID', aud: 'mlgraph' }),
    ],
    [
      'to refresh others',
      () => stack.emulators.keycloak.issueUserToken('Kim', { typ: 'Refresh', aud: 'mlgraph' }),
    ],
    [
      'for other audiences',
      () => stack.emulators.keycloak.issueUserToken('Kim', { aud: ['account', 'other'], azp: 'mlgraph' }),
    ],
    [
      'for an audience that only looks like it',
      () => stack.emulators.keycloak.issueUserToken('Kim', { aud: 'MLGRAPH' }),
    ],
    [
      'whose issuer is a list',
      () => stack.emulators.keycloak.issueUserToken('Kim', { iss: [kims().claims.iss] }),
    ],
    [
      'with keys of its own',
      () =>
        stack.emulators.keycloak.issueToken(kims().claims, {
          kid: 'mine',
          jku: 'http://127.0.0.1:1/',
          jwk: {},
        }),
    ],
  ];
  test.each(forged)('%s is refused', async (_, make) => {
    expect(await ask(bearer(await make()))).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  test('of a client itself is whom the realm says, and no administrator', async () => {
    const answer = await fetch(
      `${partsOf(stack.tokens.Kim ?? '').claims.iss}/protocol/openid-connect/token`,
      {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: 'mlgraph-job',
          client_secret: jobSecret,
        }),
      },
    );
    const { access_token } = (await answer.json()) as { access_token: string };
    const { text } = await ask(bearer(access_token));
    expect(JSON.parse(text).data.me).toMatchObject({ kind: 'USER', user: { role: 'MEMBER', email: null } });
  });
});

describe('two credentials', () => {
  test.each([[{ 'x-api-key': reader }], [{ 'x-api-key': '' }]])('at once are one too many', async (key) => {
    expect(await ask({ ...as('Ada'), ...key })).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
  });
});

test('a key in the address is none, and in no log', async () => {
  for (const name of ['x-api-key', 'X-API-Key', 'apikey', 'access_token', 'user_key'])
    expect((await ask({}, me, `?${name}=${all}`)).status).toBe(401);
  expect(await ask(bearer(all))).toMatchObject({ status: 401 });
  expect(stack.logged.join('\n')).not.toContain(all);
});

describe('role assignments', () => {
  const own = '/subscriptions/OWN';
  test.each([
    '/subscriptions/99999999-0000-4000-8000-000000000009',
    `${own}/../99999999-0000-4000-8000-000000000009`,
    `${own}/resourceGroups/..`,
    `${own}/resourceGroups/%2e%2e`,
    `${own}%2f..`,
    `${own}/resourceGroups/x?api-version=1`,
    `${own}/resourceGroups/x#`,
    `${own}/resourceGroups/x\\\\..`,
    `${own}//resourceGroups/x`,
    `${own}/resourceGroups/x/providers/Microsoft.Authorization`,
    '/providers/Microsoft.Management/managementGroups/root',
    '/',
    '',
    'https://evil.example/subscriptions/OWN',
  ])('of %s are not asked for', async (scope) => {
    await stack.emulators.forgetCalls('arm');
    const subscription = stack.emulators.settings.AZURE_SUBSCRIPTION_ID ?? '';
    const text = scope.replace('OWN', subscription);
    const answer = await ask(as('Grace'), `{ roleAssignments(scope: "${text}") { nodes { id } } }`);
    expect(answer).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await stack.emulators.calls('arm')).toEqual([]);
  });

  test('are filtered by nothing but ids', async () => {
    await stack.emulators.forgetCalls('arm');
    for (const filter of [`principalId: "x' or '1' eq '1"`, `assignedTo: "') or atScope("`])
      expect(
        await ask(as('Grace'), `{ roleAssignments(filter: { ${filter} }) { nodes { id } } }`),
      ).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await stack.emulators.calls('arm')).toEqual([]);
  });
});

/** `fetch` sends no Host but the right one. */
const withHost = (host: string, path: string) =>
  new Promise<string>((resolve, reject) => {
    const { hostname, port } = new URL(stack.url);
    const sent = request({ hostname, port, path, headers: { host } }, (answer) => {
      answer.setEncoding('utf8');
      let text = JSON.stringify(answer.headers);
      answer.on('data', (part) => {
        text += part;
      });
      answer.on('end', () => resolve(text));
    });
    sent.on('error', reject).end();
  });

test('who spoofs the Host spoofs no issuer', async () => {
  const honest = await withHost('localhost', '/.well-known/oauth-protected-resource');
  const spoofed = await withHost('evil.example', '/.well-known/oauth-protected-resource');
  const serversIn = (text: string) =>
    /"authorization_servers":\[[^\]]+\]/.exec(text)?.[0] ?? expect.fail(text);
  expect(serversIn(spoofed)).toBe(serversIn(honest));
  expect(await withHost('evil.example"injected', '/.well-known/oauth-protected-resource')).not.toContain(
    'evil',
  );
});

describe('a person of Keycloak', () => {
  const productOf = 'mutation { initServiceKey(input: { serviceName: "document_vision" }) { isNew } }';
  test.each([
    ['an e-mail that nobody verified', { email: 'ada@contoso.example', email_verified: false }],
    ['an e-mail that is verified in words', { email: 'ada@contoso.example', email_verified: 'true' }],
    ['no claim that it is verified', { email: 'ada@contoso.example', email_verified: undefined }],
  ])('gets no account of another by %s', async (_, claims) => {
    const token = stack.emulators.keycloak.issueUserToken('Lee', claims);
    expect(await ask(bearer(token), productOf)).toMatchObject({ code: 'NOT_FOUND' });
  });
  test('gets none of a person of Entra by a user name like their id', async () => {
    const oid = stack.emulators.entra.people.find(({ name }) => name === 'Ada')?.oid ?? '';
    for (const preferred_username of [
      oid,
      oid.toUpperCase(),
      `${oid} `,
      ` ${oid}`,
      `{${oid}}`,
      oid.replaceAll('-', ''),
    ]) {
      const token = stack.emulators.keycloak.issueUserToken('Lee', { preferred_username });
      const answer = await ask(bearer(token), productOf);
      expect([preferred_username, answer.code]).toEqual([preferred_username, 'NOT_FOUND']);
    }
  });
});

test('no secret of a service’s key is in the log, the trail or 3scale’s addresses', async () => {
  const { text } = await ask(
    as('Kim'),
    'mutation { initServiceKey(input: { serviceName: "document_vision" }) { secret } }',
  );
  const secret = /"secret":"([^"]+)"/.exec(text)?.[1] ?? expect.fail(text);
  const calls = JSON.stringify(await stack.emulators.calls('threescale'));
  expect(stack.logged.join('\n')).not.toContain(secret);
  const token = stack.emulators.settings.THREESCALE_ACCESS_TOKEN ?? '';
  expect(calls).not.toContain(token);
  expect(stack.logged.join('\n')).not.toContain(token);
  const trail = await ask(
    as('Grace'),
    '{ auditEvents(first: 100) { nodes { actor action target outcome keyPrefix } } }',
  );
  expect(trail.text).not.toContain(secret);
});

test('a database token of one’s own making opens nothing', async () => {
  const url = stack.emulators.urls.supabase;
  const claims = {
    header: { alg: 'HS256', typ: 'JWT' },
    claims: { role: 'service_role', sub: 'x', exp: 9_999_999_999 },
  };
  for (const secret of ['', 'secret', 'super-secret-jwt-token-with-at-least-32-characters-long']) {
    const text = unsigned(claims);
    const token = `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
    for (const table of ['api_keys', 'api_key_usage', 'service_runs']) {
      const headers = {
        apikey: stack.emulators.settings.SUPABASE_ANON_KEY ?? '',
        authorization: `Bearer ${token}`,
      };
      expect((await fetch(`${url}/rest/v1/${table}?select=*`, { headers })).status).toBe(401);
    }
  }
});

test('administrators by app role make themselves none for good', async () => {
  const { people, tenantId } = stack.emulators.entra;
  const subject = people.find(({ name }) => name === 'Grace')?.oid;
  const input = `{ email: "g@contoso.example", role: ADMIN, tenantId: "${tenantId}", subject: "${subject}" }`;
  const answer = await ask(as('Grace'), `mutation { createUser(input: ${input}) { user { id } } }`);
  expect(answer).toMatchObject({ code: 'CONFLICT' });
  expect(answer.text).toContain('"field":"input.subject"');
});
