import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, protectedResourceOf, readConfig } from '../src/config.ts';
import { hashOfApiKey, makeApiKeySecret } from '../src/domain/api-key-secret.ts';

const entra = { AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c', AZURE_CLIENT_SECRET: 's' };
const issuer = 'https://keys.contoso.example/realms/staff';
const staff = { OIDC_ISSUERS: 'staff', OIDC_STAFF_ISSUER: issuer, OIDC_STAFF_AUDIENCES: 'mlgraph' };

const faultsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig({ ...entra, ...env });
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
  }
  throw new Error('no fault was found');
};

describe('issuers beside Entra', () => {
  test('are none unless named', () => {
    expect(readConfig(entra).oidc).toEqual([]);
    expect(readConfig({ ...entra, ...staff, OIDC_ISSUERS: '' }).oidc).toEqual([]);
  });

  test('have the names of Keycloak where nothing else is said', () => {
    expect(readConfig({ ...entra, ...staff }).oidc).toEqual([
      {
        name: 'staff',
        issuer,
        audiences: ['mlgraph'],
        clients: [],
        rolesPath: ['realm_access', 'roles'],
        adminRole: 'mlgraph.admin',
        usernameClaim: 'preferred_username',
        cliClientId: null,
      },
    ]);
  });

  test('have what is said; a slash at the end of an issuer is part of it', () => {
    const config = readConfig({
      ...entra,
      OIDC_ISSUERS: 'staff, guests-2',
      OIDC_STAFF_ISSUER: `${issuer}/`,
      OIDC_STAFF_CLIENTS: 'cli, web',
      OIDC_STAFF_ROLES_CLAIM: '/resource_access/https:~1~1ml.contoso.example/roles',
      OIDC_STAFF_ADMIN_ROLE: 'boss',
      OIDC_STAFF_USERNAME_CLAIM: 'soeid',
      OIDC_STAFF_CLI_CLIENT_ID: 'cli',
      OIDC_GUESTS_2_ISSUER: 'http://127.0.0.1:8090/realms/guests',
      OIDC_GUESTS_2_AUDIENCES: 'mlgraph',
    });
    expect(config.oidc[0]).toEqual({
      name: 'staff',
      issuer: `${issuer}/`,
      audiences: [],
      clients: ['cli', 'web'],
      rolesPath: ['resource_access', 'https://ml.contoso.example', 'roles'],
      adminRole: 'boss',
      usernameClaim: 'soeid',
      cliClientId: 'cli',
    });
    expect(config.oidc[1]).toMatchObject({ name: 'guests-2', issuer: 'http://127.0.0.1:8090/realms/guests' });
  });

  test.each<[Record<string, string>, RegExp]>([
    [{ OIDC_STAFF_ISSUER: '' }, /^OIDC_STAFF_ISSUER: is needed/],
    [{ OIDC_STAFF_ISSUER: 'http://keys.contoso.example/realms/x' }, /^OIDC_STAFF_ISSUER: an https:/],
    [{ OIDC_STAFF_ISSUER: `${issuer}?x=1` }, /^OIDC_STAFF_ISSUER: an address without a query/],
    [{ OIDC_STAFF_ISSUER: 'https://login.microsoftonline.com/x/v2.0' }, /^OIDC_STAFF_ISSUER: this is Entra/],
    [{ OIDC_STAFF_ISSUER: 'https://sts.windows.net/x/' }, /^OIDC_STAFF_ISSUER: this is Entra/],
    [{ OIDC_STAFF_AUDIENCES: '' }, /^OIDC_STAFF_AUDIENCES, OIDC_STAFF_CLIENTS: one of them/],
    [{ OIDC_ISSUERS: 'staff Staff' }, /"Staff": small letters/],
    [{ OIDC_ISSUERS: 'staff staff' }, /each issuer was expected once/],
    [
      { OIDC_ISSUERS: 'staff other', OIDC_OTHER_ISSUER: issuer, OIDC_OTHER_AUDIENCES: 'x' },
      /two of them have the same address/,
    ],
  ])('%j is a fault', (part, what) => {
    expect(faultsOf({ ...staff, ...part })).toContainEqual(expect.stringMatching(what));
  });
});

describe('keys to this API', () => {
  const secret = makeApiKeySecret();

  test('stand in the settings or in a file, and are not kept', () => {
    expect(readConfig(entra).apiKeys).toBeNull();
    const { apiKeys } = readConfig({ ...entra, MLGRAPH_API_KEYS: `reader READ ${secret}` });
    expect(apiKeys).toEqual({
      fixed: [{ name: 'reader', scopes: ['READ'], prefix: secret.slice(0, 12), hash: hashOfApiKey(secret) }],
    });
    const file = join(mkdtempSync(join(tmpdir(), 'keys-')), 'keys');
    writeFileSync(file, `# ours\nreader READ ${secret}\n`);
    expect(readConfig({ ...entra, MLGRAPH_API_KEYS_FILE: file }).apiKeys).toEqual({ file });
    writeFileSync(file, `reader ${secret}\n`);
    expect(faultsOf({ MLGRAPH_API_KEYS_FILE: file })).toEqual([
      'MLGRAPH_API_KEYS_FILE: line 1: a name, scopes with commas between them, and a key were expected',
    ]);
  });

  test('that cannot be right are faults by their line, which is not repeated', () => {
    const faults = faultsOf({ MLGRAPH_API_KEYS: `reader READ ${secret};x READ ${secret.slice(1)}` });
    expect(faults).toEqual([expect.stringMatching(/^MLGRAPH_API_KEYS: line 1, key 2: the key/)]);
    expect(faults.join()).not.toContain(secret.slice(5, 20));
    expect(faultsOf({ MLGRAPH_API_KEYS: `r READ ${secret}`, MLGRAPH_API_KEYS_FILE: '/nowhere' })).toEqual([
      'MLGRAPH_API_KEYS, MLGRAPH_API_KEYS_FILE: one of them is needed, both are set',
    ]);
    expect(faultsOf({ MLGRAPH_API_KEYS_FILE: '/nowhere' })).toEqual([
      'MLGRAPH_API_KEYS_FILE: the file cannot be read',
    ]);
  });
});

test('clients are told of every issuer, what to ask it for, and by which client', () => {
  const config = readConfig({
    ...entra,
    ...staff,
    OIDC_STAFF_CLI_CLIENT_ID: 'cli',
    MLGRAPH_CLI_CLIENT_ID: 'entra-cli',
    MLGRAPH_PUBLIC_URL: 'https://ml.contoso.example/',
  });
  expect(protectedResourceOf(config)).toEqual({
    origin: 'https://ml.contoso.example',
    issuers: [
      {
        issuer: 'https://login.microsoftonline.com/t/v2.0',
        scopes: ['openid', 'profile', 'offline_access', 'api://c/access_as_user'],
        cliClientId: 'entra-cli',
      },
      { issuer, scopes: ['openid'], cliClientId: 'cli' },
    ],
  });
  expect(faultsOf({ MLGRAPH_PUBLIC_URL: 'https://ml.contoso.example/graphql' })).toEqual([
    'MLGRAPH_PUBLIC_URL: an address without a path was expected',
  ]);
});
