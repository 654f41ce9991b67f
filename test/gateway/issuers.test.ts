import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Keycloak, startKeycloak } from '../../emulators/keycloak/index.ts';
import { makeApiKeySecret } from '../../src/domain/api-key-secret.ts';
import { Me } from './operations.ts';
import { type Stack, startStack } from './support/stack.ts';

const reader = makeApiKeySecret();
let keycloak: Keycloak;
let stack: Stack;
beforeAll(async () => {
  keycloak = await startKeycloak();
  stack = await startStack({
    settings: {
      OIDC_ISSUERS: 'staff',
      OIDC_STAFF_ISSUER: keycloak.realmUrl,
      OIDC_STAFF_AUDIENCES: 'mlgraph',
      OIDC_STAFF_CLI_CLIENT_ID: 'mlgraph-cli',
      MLGRAPH_API_KEYS: `reader READ ${reader}`,
    },
  });
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await keycloak.close();
});

type Answer = {
  data: Record<string, never> | null;
  errors?: { message: string; extensions: { code: string } }[];
};

async function ask(query: string, headers: Record<string, string>) {
  const response = await fetch(stack.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, ...((await response.json()) as Answer) };
}
const asKim = () => ({ authorization: `Bearer ${keycloak.issueUserToken('Kim')}` });
const asReader = { 'x-api-key': reader };
const experiments = '{ experiments { edges { node { name } } } }';

describe('a person of Keycloak', () => {
  test('comes in as themselves', async () => {
    const { data } = await ask(Me.toString(), asKim());
    expect(data).toMatchObject({
      me: { kind: 'USER', tenantId: null, issuer: keycloak.realmUrl, user: { name: 'Kim' } },
    });
  });

  test('is told why Azure has nothing for them, before it is called', async () => {
    const before = (await stack.emulators.calls('arm')).length;
    const { errors } = await ask(experiments, asKim());
    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(/takes people of Microsoft Entra/),
        extensions: { code: 'FORBIDDEN' },
      },
    ]);
    expect(await stack.emulators.calls('arm')).toHaveLength(before);
  });

  test('sees what there is of other platforms, with the reason for the rest', async () => {
    const { data, errors } = await ask('{ runs { sources { provider ok code } } }', asKim());
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      runs: { sources: expect.arrayContaining([{ provider: 'AZURE_ML', ok: false, code: 'FORBIDDEN' }]) },
    });
  });

  test('finds by a 401 with which client to sign in where', async () => {
    const response = await fetch(stack.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ me { kind } }' }),
    });
    const [, url = ''] =
      /resource_metadata="([^"]+)"/.exec(response.headers.get('www-authenticate') ?? '') ?? [];
    expect(await (await fetch(url)).json()).toMatchObject({
      resource: stack.url,
      authorization_servers: expect.arrayContaining([keycloak.realmUrl]),
      mlgraph_cli_client_ids: { [keycloak.realmUrl]: 'mlgraph-cli' },
    });
  });
});

describe('a service', () => {
  test('comes in by its key, and is nobody', async () => {
    const { data, errors } = await ask(Me.toString(), asReader);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ me: { kind: 'SERVICE', scopes: ['READ'], expiresAt: null, user: null } });
  });

  test('reads Azure in the name of the application', async () => {
    const { data, errors } = await ask(experiments, asReader);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ experiments: { edges: expect.any(Array) } });
    expect((await stack.emulators.calls('azureml')).at(-1)).toMatchObject({ caller: 'application' });
  });

  test('with a token beside its key is asked who it is', async () => {
    expect(await ask('{ me { kind } }', { ...asKim(), ...asReader })).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });
});
