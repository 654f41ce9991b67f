import { expect, test } from 'vitest';
import { ConfigError, readConfig } from '../src/config.ts';

const entra = { AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c', AZURE_CLIENT_SECRET: 's' };
const workspace = { AZURE_SUBSCRIPTION_ID: 'sub', AZURE_RESOURCE_GROUP: 'rg', AZUREML_WORKSPACE_NAME: 'ws' };

const faultsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
  }
  throw new Error('no fault was found');
};

test('defaults are those of the public cloud, and an upstream with no settings is off', () => {
  const config = readConfig(entra);
  expect(config).toMatchObject({ port: 4000, azureML: null, corsOrigins: [], graphiqlFile: null });
  expect(config.entra).toMatchObject({
    authorityHost: 'https://login.microsoftonline.com',
    audiences: ['c', 'api://c'],
    tenants: ['t'],
    credential: { kind: 'secret', secret: 's' },
  });
});

const database = {
  SUPABASE_URL: 'https://x.supabase.co/',
  SUPABASE_ANON_KEY: 'a',
  SUPABASE_SERVICE_ROLE_KEY: 's',
  SUPABASE_JWT_SECRET: 'at least thirty-two characters long',
};
const project = 'https://x.services.ai.azure.com/api/projects/p';

test('chats need a Foundry project and a database, each on its own', () => {
  expect(readConfig(entra)).toMatchObject({ foundry: null, supabase: null });
  expect(readConfig({ ...entra, FOUNDRY_PROJECT_ENDPOINT: `${project}/` })).toMatchObject({
    foundry: { projectEndpoint: project },
    supabase: null,
  });
  expect(readConfig({ ...entra, ...database })).toMatchObject({
    foundry: null,
    supabase: { url: 'https://x.supabase.co', anonKey: 'a', serviceRoleKey: 's' },
  });
});

test('how long an answer of an agent may take is set in seconds', () => {
  const foundry = { ...entra, FOUNDRY_PROJECT_ENDPOINT: project };
  const usual = { firstByteMs: 60_000, idleMs: 120_000, totalMs: 600_000 };
  expect(readConfig(foundry).foundry?.streams).toEqual(usual);
  const longer = {
    FOUNDRY_FIRST_BYTE_SECONDS: '5',
    FOUNDRY_IDLE_SECONDS: '300',
    FOUNDRY_REPLY_SECONDS: '3600',
  };
  expect(readConfig({ ...foundry, ...longer }).foundry?.streams).toEqual({
    firstByteMs: 5_000,
    idleMs: 300_000,
    totalMs: 3_600_000,
  });
  const wrong = {
    FOUNDRY_FIRST_BYTE_SECONDS: '0',
    FOUNDRY_IDLE_SECONDS: '2m',
    FOUNDRY_REPLY_SECONDS: '86401',
  };
  expect(faultsOf({ ...foundry, ...wrong })).toEqual([
    'FOUNDRY_FIRST_BYTE_SECONDS: a whole number from 1 to 86400 was expected, not "0"',
    'FOUNDRY_IDLE_SECONDS: a whole number from 1 to 86400 was expected, not "2m"',
    'FOUNDRY_REPLY_SECONDS: a whole number from 1 to 86400 was expected, not "86401"',
  ]);
});

test.each(Object.keys(database))('a database without %s is told so, and what is there is not', (missing) => {
  const faults = faultsOf({ ...entra, ...database, [missing]: '' });
  expect(faults).toEqual([`${missing}: is needed too, or none of the settings of Supabase`]);
});

test('settings of the chats that cannot be right are told', () => {
  const env = {
    ...entra,
    ...database,
    SUPABASE_JWT_SECRET: 'short',
    FOUNDRY_PROJECT_ENDPOINT: 'https://x.ai',
  };
  expect(faultsOf(env)).toEqual([
    'SUPABASE_JWT_SECRET: at least 32 characters were expected',
    'FOUNDRY_PROJECT_ENDPOINT: an address that ends in /api/projects/{project} was expected',
  ]);
  expect(faultsOf({ ...entra, ...database, SUPABASE_URL: 'http://x' })[0]).toMatch(/^SUPABASE_URL: an https/);
});

test('an upstream with all its settings is on', () => {
  expect(readConfig({ ...entra, ...workspace }).azureML).toMatchObject({
    subscriptionId: 'sub',
    resourceGroup: 'rg',
    workspace: 'ws',
    armEndpoint: 'https://management.azure.com',
    apiEndpoint: null,
  });
});

test('every fault is told at once, by the name of its setting', () => {
  const faults = faultsOf({
    PORT: 'http',
    AZURE_SUBSCRIPTION_ID: 'sub',
    AZURE_AUTHORITY_HOST: 'http://login.example',
  });
  const named = faults.map((fault) => fault.split(':')[0]);
  expect(named).toEqual([
    'AZURE_TENANT_ID',
    'AZURE_CLIENT_ID',
    'AZURE_AUTHORITY_HOST',
    'AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH, AZURE_FEDERATED_TOKEN_FILE',
    'PORT',
    'AZURE_RESOURCE_GROUP',
    'AZUREML_WORKSPACE_NAME',
  ]);
});

test('two credentials are a fault, and no fault shows a secret', () => {
  const faults = faultsOf({ ...entra, AZURE_CLIENT_SECRET: 'hush', AZURE_FEDERATED_TOKEN_FILE: '/token' });
  expect(faults).toHaveLength(1);
  expect(faults.join()).not.toContain('hush');
});

test('plain http is for this machine only', () => {
  const host = 'http://127.0.0.1:8400';
  expect(readConfig({ ...entra, AZURE_AUTHORITY_HOST: `${host}/` }).entra.authorityHost).toBe(host);
  expect(faultsOf({ ...entra, AZURE_AUTHORITY_HOST: 'http://127.0.0.1.evil.example' })).toHaveLength(1);
});

test('origins are origins, or the word loopback', () => {
  expect(readConfig({ ...entra, MLGRAPH_CORS_ORIGINS: 'loopback' }).corsOrigins).toBe('loopback');
  expect(
    readConfig({ ...entra, MLGRAPH_CORS_ORIGINS: 'https://a.example, https://b.example' }).corsOrigins,
  ).toEqual(['https://a.example', 'https://b.example']);
  expect(faultsOf({ ...entra, MLGRAPH_CORS_ORIGINS: 'https://a.example/path' })).toHaveLength(1);
});

test('a Databricks workspace is one setting; its limits have defaults', () => {
  expect(readConfig(entra)).toMatchObject({ databricks: null, chapkit: [] });
  const workspace = { ...entra, DATABRICKS_HOST: 'https://adb-1.2.azuredatabricks.net/' };
  expect(readConfig(workspace).databricks).toEqual({
    host: 'https://adb-1.2.azuredatabricks.net',
    questionsPerMinute: 5,
    questionDeadlineMs: 30_000,
  });
  expect(
    faultsOf({ ...entra, DATABRICKS_HOST: 'https://x.net/path', DATABRICKS_QUESTIONS_PER_MINUTE: '0' }),
  ).toEqual([
    'DATABRICKS_QUESTIONS_PER_MINUTE: a whole number from 1 to 10000 was expected, not "0"',
    'DATABRICKS_HOST: an address without a path was expected',
  ]);
});

test('any number of Chapkit services, each with settings of its own', () => {
  const services = {
    ...entra,
    CHAPKIT_SERVICES: 'disease-forecast, open',
    CHAPKIT_DISEASE_FORECAST_URL: 'https://forecast.example',
    CHAPKIT_DISEASE_FORECAST_API_KEY: 'new,old',
    CHAPKIT_DISEASE_FORECAST_TRAIN_ROLES: 'modeller',
    CHAPKIT_OPEN_URL: 'http://127.0.0.1:8000',
  };
  expect(readConfig(services).chapkit).toEqual([
    {
      systemName: 'disease-forecast',
      url: 'https://forecast.example',
      keys: { fixed: ['new', 'old'] },
      roles: { read: null, train: ['modeller'], predict: null },
      threescaleService: null,
    },
    {
      systemName: 'open',
      url: 'http://127.0.0.1:8000',
      keys: null,
      roles: { read: null, train: null, predict: null },
      threescaleService: null,
    },
  ]);
});

test('settings of Chapkit services that cannot be right are told', () => {
  const services = {
    ...entra,
    CHAPKIT_SERVICES: 'One two two',
    CHAPKIT_ONE_URL: 'https://one.example',
    CHAPKIT_ONE_API_KEY: 'k',
    CHAPKIT_ONE_API_KEY_FILE: '/run/secrets/key',
  };
  expect(faultsOf(services)).toEqual([
    'CHAPKIT_SERVICES: "One": small letters, digits and hyphens were expected',
    'CHAPKIT_SERVICES: each service was expected once',
    'CHAPKIT_ONE_API_KEY, CHAPKIT_ONE_API_KEY_FILE: one of them is needed, both are set',
    'CHAPKIT_TWO_URL: is needed: the address of the service two',
    'CHAPKIT_TWO_URL: is needed: the address of the service two',
  ]);
});

test('3scale is three settings, one of them maybe a file', () => {
  const settings = {
    ...entra,
    THREESCALE_ADMIN_URL: 'https://tenant-admin.3scale.example/',
    THREESCALE_ACCESS_TOKEN_FILE: '/run/secrets/threescale',
    THREESCALE_KEY_SECRET: 'at least thirty-two characters long',
  };
  expect(readConfig(entra).threescale).toBeNull();
  expect(readConfig(settings).threescale).toEqual({
    url: 'https://tenant-admin.3scale.example',
    accessToken: { file: '/run/secrets/threescale' },
    keySecret: 'at least thirty-two characters long',
  });
  expect(faultsOf({ ...settings, THREESCALE_ADMIN_URL: '', THREESCALE_KEY_SECRET: 'short' })).toEqual([
    'THREESCALE_ADMIN_URL: is needed too, or none of the settings of 3scale',
    'THREESCALE_KEY_SECRET: at least 32 characters were expected',
  ]);
});

test('a service is published through a 3scale that is there', () => {
  const service = {
    CHAPKIT_SERVICES: 'forecast',
    CHAPKIT_FORECAST_URL: 'https://forecast.example',
    CHAPKIT_FORECAST_THREESCALE_SERVICE: 'forecast-api',
  };
  expect(faultsOf({ ...entra, ...service })).toEqual([
    'CHAPKIT_FORECAST_THREESCALE_SERVICE: needs the settings of 3scale',
  ]);
});
