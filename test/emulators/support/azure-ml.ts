import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AzureMachineLearningWorkspaces } from '@azure/arm-machinelearning';
import { type AzureML, type AzureMLOptions, startAzureML } from '../../../emulators/azure-ml/index.ts';
import { createEntra, type Entra } from '../../../emulators/entra/index.ts';
import { localTenant, localWorkspace } from '../../../emulators/local/tenant.ts';
import { scriptedTraining } from './scripted-training.ts';

export const where = localWorkspace;
export const root = `/subscriptions/${where.subscriptionId}/resourceGroups/${where.resourceGroup}/providers/Microsoft.MachineLearningServices/workspaces/${where.workspace}`;

/** An answer, with its body parsed as JSON where it is that. */
// biome-ignore lint/suspicious/noExplicitAny: bodies are looked into freely, as a client without types would.
export type Answer = { status: number; headers: Headers; body: any };
type CallOptions = {
  as?: string;
  body?: unknown;
  query?: Record<string, string>;
  headers?: Record<string, string>;
};

/** A workspace of its own, with the means to call it as anyone. */
export type TestWorkspace = AsyncDisposable & {
  ml: AzureML;
  entra: Entra;
  home: string;
  token(person: string, audience?: string): string;
  arm(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** `plane` as in `history/v1.0`. */
  plane(method: string, plane: string, path: string, options?: CallOptions): Promise<Answer>;
  mlflow(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** The official client, over http by the way the contract describes. */
  client(person: string): AzureMachineLearningWorkspaces;
  /** Stops everything and starts it again on the same home. */
  restart(): Promise<void>;
};

export const armAudience = 'https://management.azure.com';
const mlAudience = 'https://ml.azure.com';

export async function startTestWorkspace(options: Partial<AzureMLOptions> = {}): Promise<TestWorkspace> {
  const home = await mkdtemp(path.join(tmpdir(), 'azure-ml-'));
  const entra = createEntra({ ...localTenant, clientSecret: 'secret' });
  const start = () => startAzureML({ ...where, entra, home, train: scriptedTraining().train, ...options });
  const token = (person: string, audience = armAudience) => tokenFor(entra, person, audience);
  const workspace: TestWorkspace = {
    ml: await start(),
    entra,
    home,
    token,
    arm: (method, below, o = {}) => {
      const url = new URL(`${workspace.ml.arm.url}${root}${below}`);
      url.searchParams.set('api-version', '2026-09-01');
      return call(method, url, { ...o, token: token(o.as ?? 'Ada') });
    },
    plane: (method, plane, below, o = {}) => {
      const url = new URL(`${workspace.ml.azureml.url}/${plane}${root}${below}`);
      return call(method, url, { ...o, token: token(o.as ?? 'Ada', mlAudience) });
    },
    mlflow: (method, below, o = {}) => workspace.plane(method, 'mlflow/v2.0', `/api/2.0/mlflow${below}`, o),
    client: (person) => insecureClient(workspace.ml.arm.url, () => token(person)),
    restart: async () => {
      await workspace.ml.close();
      workspace.ml = await start();
    },
    [Symbol.asyncDispose]: async () => {
      await workspace.ml.close();
      await rm(home, { recursive: true, force: true });
    },
  };
  return workspace;
}

function tokenFor(entra: Entra, person: string, audience: string): string {
  const oid = entra.people.find(({ name }) => name === person)?.oid;
  if (!oid) throw new Error(`nobody is called ${person}`);
  const at = Math.floor(Date.now() / 1000);
  const iss = `http://login.emulator.example/${entra.tenantId}/`;
  return entra.issueToken({
    ver: '1.0',
    iss,
    aud: audience,
    tid: entra.tenantId,
    oid,
    nbf: at,
    exp: at + 3600,
  });
}

async function call(method: string, url: URL, o: CallOptions & { token: string }): Promise<Answer> {
  for (const [name, value] of Object.entries(o.query ?? {})) url.searchParams.append(name, value);
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${o.token}`, 'content-type': 'application/json', ...o.headers },
    body: o.body === undefined ? undefined : JSON.stringify(o.body),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** The client refuses to send a bearer token without TLS, so another policy sends it. */
function insecureClient(endpoint: string, token: () => string): AzureMachineLearningWorkspaces {
  const credential = {
    getToken: async () => ({ token: token(), expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  const client = new AzureMachineLearningWorkspaces(credential, where.subscriptionId, {
    endpoint,
    credentialScopes: `${armAudience}/.default`,
    allowInsecureConnection: true,
  });
  client.pipeline.removePolicy({ name: 'bearerTokenAuthenticationPolicy' });
  client.pipeline.addPolicy({
    name: 'bearerWithoutTls',
    sendRequest: (request, next) => {
      request.headers.set('authorization', `Bearer ${token()}`);
      return next(request);
    },
  });
  return client;
}

/** All items of a list, read page by page. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
