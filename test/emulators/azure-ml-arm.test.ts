import { AzureMachineLearningWorkspaces } from '@azure/arm-machinelearning';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  armAudience,
  collect,
  root,
  startTestWorkspace,
  type TestWorkspace,
  where,
} from './support/azure-ml.ts';

/** What the official client throws. */
type Refusal = Error & { statusCode?: number; code?: string };

const place = [where.resourceGroup, where.workspace] as const;
let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await startTestWorkspace();
});
afterAll(() => workspace[Symbol.asyncDispose]());

const asset = (more: object = {}) => ({
  dataType: 'uri_file' as const,
  dataUri: 'azureml://datastores/workspaceblobstore/paths/LocalUpload/1/a.csv',
  ...more,
});

describe('the workspace, by the official client', () => {
  it('tells where its other parts are', async () => {
    const found = await workspace.client('Ada').workspaces.get(...place);
    expect(found).toMatchObject({
      location: where.location,
      workspaceId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      discoveryUrl: `${workspace.ml.azureml.url}/discovery`,
      mlFlowTrackingUri: `${workspace.ml.azureml.url.replace('http:', 'azureml:')}/mlflow/v1.0${root}`,
    });
    const urls = await (await fetch(String(found.discoveryUrl))).json();
    expect(urls).toMatchObject({ api: workspace.ml.azureml.url });
  });

  it('has a cluster and an instance', async () => {
    const computes = await collect(workspace.client('Ben').computeOperations.list(...place));
    expect(computes.map(({ name, properties }) => [name, properties?.computeType])).toEqual([
      ['cpu-small', 'AmlCompute'],
      ['notebooks', 'ComputeInstance'],
    ]);
    const one = await workspace.client('Ada').computeOperations.get(...place, 'cpu-small');
    expect(one.properties).toMatchObject({
      provisioningState: 'Succeeded',
      properties: { vmSize: 'Standard_DS3_v2', scaleSettings: { minNodeCount: 0, maxNodeCount: 2 } },
    });
  });

  it('has a default datastore, whose key only listSecrets gives', async () => {
    const { datastores } = workspace.client('Ada');
    const [found, ...others] = await collect(datastores.list(...place, { isDefault: true, count: 1 }));
    expect(others).toEqual([]);
    expect(found?.name).toBe('workspaceblobstore');
    expect(found?.properties).toMatchObject({
      datastoreType: 'AzureBlob',
      accountName: workspace.ml.account.name,
      credentials: { credentialsType: 'AccountKey' },
    });
    expect(JSON.stringify(found)).not.toContain(workspace.ml.account.key);
    const secrets = await datastores.listSecrets(...place, 'workspaceblobstore');
    expect(secrets).toMatchObject({ secretsType: 'AccountKey', key: workspace.ml.account.key });
  });

  it('can be switched to a SAS, and to a store without credentials', async () => {
    await using other = await startTestWorkspace();
    const turn = (datastoreCredentials: string) =>
      fetch(`${other.ml.arm.url}/_control/switches`, {
        method: 'PUT',
        body: JSON.stringify({ datastoreCredentials }),
      });
    const secrets = () => other.arm('POST', '/datastores/workspaceblobstore/listSecrets');
    await turn('Sas');
    expect((await secrets()).body).toEqual({ secretsType: 'Sas', sasToken: expect.stringContaining('sr=c') });
    await turn('None');
    expect((await secrets()).status).toBe(400);
    const store = await other.arm('GET', '/datastores/workspaceblobstore');
    expect(store.body.properties.credentials).toEqual({ credentialsType: 'None' });
    expect((await turn('Magic')).status).toBe(400);
  });
});

describe('data assets, by the official client', () => {
  it('numbers versions, keeps uris and tags, and archives', async () => {
    const { dataVersions, dataContainers } = workspace.client('Ada');
    const made = await dataVersions.createOrUpdate(...place, 'sales', '1', {
      properties: asset({ tags: { team: 'a' } }),
    });
    expect(made.properties.dataUri).toMatch(
      /^azureml:\/\/subscriptions\/.+\/datastores\/workspaceblobstore\/paths\/LocalUpload\/1\/a\.csv$/,
    );
    expect(made.systemData).toMatchObject({
      createdBy: 'Ada',
      createdByType: 'User',
      createdAt: expect.any(Date),
    });
    const container = await dataContainers.get(...place, 'sales');
    expect(container.properties).toMatchObject({
      dataType: 'uri_file',
      latestVersion: '1',
      nextVersion: '2',
    });
    await dataVersions.createOrUpdate(...place, 'sales', '1', {
      properties: { ...made.properties, isArchived: true },
    });
    expect(await collect(dataVersions.list(...place, 'sales'))).toEqual([]);
    expect(await collect(dataVersions.list(...place, 'sales', { listViewType: 'All' }))).toHaveLength(1);
  });

  it('refuses another uri, another type, and deletion', async () => {
    const { dataVersions } = workspace.client('Ada');
    await dataVersions.createOrUpdate(...place, 'fixed', '1', { properties: asset() });
    const elsewhere = asset({ dataUri: 'azureml://datastores/workspaceblobstore/paths/other.csv' });
    const failure = (promise: Promise<unknown>) =>
      promise.catch((error: Refusal) => [error.statusCode, error.message]);
    expect(
      await failure(dataVersions.createOrUpdate(...place, 'fixed', '1', { properties: elsewhere })),
    ).toEqual([409, 'Asset paths cannot be updated.']);
    const folder = { ...asset(), dataType: 'uri_folder' as const };
    expect(
      await failure(dataVersions.createOrUpdate(...place, 'fixed', '2', { properties: folder })),
    ).toEqual([400, expect.stringContaining('uri_file')]);
    expect(await failure(dataVersions.delete(...place, 'fixed', '1'))).toEqual([
      400,
      expect.stringContaining('Archive'),
    ]);
    expect(await failure(dataVersions.get(...place, 'fixed', '7'))).toEqual([
      404,
      expect.stringContaining('fixed:7'),
    ]);
  });

  it('gives lists in pages that nextLink joins, with tags and order', async () => {
    const { dataVersions } = workspace.client('Ada');
    for (let version = 1; version <= 23; version += 1)
      await dataVersions.createOrUpdate(...place, 'many', String(version), {
        properties: asset({ tags: version % 2 ? { odd: 'yes' } : {} }),
      });
    const names = async (options: object) =>
      (await collect(dataVersions.list(...place, 'many', options))).map(({ name }) => Number(name));
    const upwards = Array.from({ length: 23 }, (_, index) => index + 1);
    expect(await names({ orderBy: 'createdtime asc' })).toEqual(upwards);
    expect(await names({ orderBy: 'createdtime desc', top: 4 })).toEqual(upwards.toReversed());
    expect(await names({ orderBy: 'createdtime', tags: 'odd=yes' })).toEqual(upwards.filter((n) => n % 2));
    const first = await workspace.arm('GET', '/data/many/versions');
    expect(first.body.value).toHaveLength(10);
    expect(first.body.nextLink).toMatch(new RegExp(`^${workspace.ml.arm.url}/.*skip=(?!\\d+$)`));
  });
});

describe('models, by the official client', () => {
  it('registers only what a run has put out', async () => {
    const { modelVersions } = workspace.client('Ada');
    const properties = { modelUri: 'azureml://jobs/nobody_0/outputs/artifacts/paths/outputs/mlflow-model/' };
    await expect(modelVersions.createOrUpdate(...place, 'm', '1', { properties })).rejects.toMatchObject({
      statusCode: 404,
    });
    expect(await collect(workspace.client('Ada').modelContainers.list(...place))).toEqual([]);
  });
});

describe('refusals', () => {
  it('tells Olaf what he may not, in the words of Azure', async () => {
    const error = await workspace
      .client('Olaf')
      .workspaces.get(...place)
      .catch((thrown: Refusal) => thrown);
    expect(error).toMatchObject({ statusCode: 403, code: 'AuthorizationFailed' });
    const olaf = workspace.entra.people.find(({ name }) => name === 'Olaf');
    expect((error as Refusal).message).toContain(
      `The client 'olaf@contoso.example' with object id '${olaf?.oid}' does not have authorization to perform action 'Microsoft.MachineLearningServices/workspaces/read' over scope '${root}'`,
    );
    const put = await workspace.arm('PUT', '/jobs/x', { as: 'Olaf', body: { properties: {} } });
    expect([put.status, put.body.error.message]).toEqual([
      403,
      expect.stringContaining('workspaces/jobs/write'),
    ]);
    const secrets = await workspace.arm('POST', '/datastores/workspaceblobstore/listSecrets', { as: 'Olaf' });
    expect(secrets.status).toBe(403);
  });

  it('tells apart no token, a wrong audience and a bad token', async () => {
    const ask = async (headers: Record<string, string>) => {
      const answer = await fetch(`${workspace.ml.arm.url}${root}?api-version=2022-10-01`, { headers });
      return [answer.status, (await answer.json()).error.code];
    };
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    expect(await ask({})).toEqual([401, 'AuthenticationFailed']);
    expect(await ask(bearer(workspace.token('Ada', 'https://storage.azure.com')))).toEqual([
      401,
      'InvalidAuthenticationTokenAudience',
    ]);
    expect(await ask(bearer('a.b.c'))).toEqual([401, 'InvalidAuthenticationToken']);
    expect(await ask(bearer(`${workspace.token('Ada').slice(0, -8)}AAAAAAAA`))).toEqual([
      401,
      'InvalidAuthenticationToken',
    ]);
  });

  it('wants an api-version, and takes any letter case and doubled slashes', async () => {
    const headers = { authorization: `Bearer ${workspace.token('Ada')}` };
    const without = await fetch(`${workspace.ml.arm.url}${root}`, { headers });
    expect([without.status, (await without.json()).error.code]).toEqual([400, 'MissingApiVersionParameter']);
    const odd = await fetch(
      `${workspace.ml.arm.url}/${root.toUpperCase()}//COMPUTES?api-version=2022-10-01`,
      { headers },
    );
    expect(odd.status).toBe(200);
  });

  it('does not know other subscriptions, groups, workspaces and paths', async () => {
    const headers = { authorization: `Bearer ${workspace.token('Ada')}` };
    const code = async (path: string) => {
      const answer = await fetch(`${workspace.ml.arm.url}${path}?api-version=2022-10-01`, { headers });
      return [answer.status, (await answer.json()).error.code];
    };
    expect(await code(root.replace(where.subscriptionId, 'other'))).toEqual([404, 'SubscriptionNotFound']);
    expect(await code(root.replace(where.resourceGroup, 'other'))).toEqual([404, 'ResourceGroupNotFound']);
    expect(await code(`${root}x`)).toEqual([404, 'ResourceNotFound']);
    expect(await code(`${root}/teapots`)).toEqual([404, 'InvalidResourceType']);
  });

  it('carries the headers that support asks for', async () => {
    const { headers } = await workspace.arm('GET', '/jobs', {
      headers: { 'x-ms-client-request-id': 'mine', 'x-ms-return-client-request-id': 'true' },
    });
    expect(headers.get('x-ms-client-request-id')).toBe('mine');
    expect(headers.get('x-ms-request-id')).toBe(headers.get('x-ms-correlation-request-id'));
  });
});

describe('over TLS, the unchanged client', () => {
  it('answers a claims challenge', async () => {
    const made = await generate([{ name: 'commonName', value: 'localhost' }], {
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
      ],
    });
    await using secure = await startTestWorkspace({ tls: { key: made.private, cert: made.cert } });
    const claims: unknown[] = [];
    const credential = {
      getToken: async (_scopes: string | string[], options?: { claims?: string }) => {
        claims.push(options?.claims);
        if (options?.claims) secure.entra.switchesOff();
        return { token: secure.token('Ada', armAudience), expiresOnTimestamp: Date.now() + 3_600_000 };
      },
    };
    const client = new AzureMachineLearningWorkspaces(credential, where.subscriptionId, {
      endpoint: secure.ml.arm.url,
      credentialScopes: `${armAudience}/.default`,
      tlsOptions: { ca: made.cert },
    });
    expect((await client.workspaces.get(...place)).name).toBe(where.workspace);
    secure.entra.switchOn({ person: 'Ada', kind: 'revoked' });
    expect((await client.workspaces.get(...place)).name).toBe(where.workspace);
    expect(claims.at(-1)).toContain('access_token');
  });
});
