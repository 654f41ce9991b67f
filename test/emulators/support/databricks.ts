import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WorkspaceClient } from '@databricks/sdk-experimental';
import { type DatabricksOptions, startDatabricks } from '../../../emulators/databricks/index.ts';
import { createEntra, type Entra } from '../../../emulators/entra/index.ts';
import type { Emulator } from '../../../emulators/kit/server.ts';
import { localTenant } from '../../../emulators/local/tenant.ts';

export const retail = '01f0a1b2c3d4e5f60718293a4b5c6d7e';
export const margins = '01f0b7c8d9e0f1a2b3c4d5e6f7081920';

/** A workspace of its own, on a clock that stands still until it is moved. */
export type TestWorkspace = AsyncDisposable & {
  databricks: Emulator;
  entra: Entra;
  home: string;
  token(caller: string, audience?: string): string;
  client(caller?: string): WorkspaceClient;
  /** Moves the clock on. */
  pass(milliseconds: number): void;
  call(
    method: string,
    route: string,
    o?: { caller?: string; body?: unknown },
  ): Promise<{
    status: number;
    headers: Headers;
    // biome-ignore lint/suspicious/noExplicitAny: what the service answers is what the tests look at
    body: any;
  }>;
  /** Asks in a new conversation; gives the path of the message. */
  ask(question: string, o?: { caller?: string; space?: string }): Promise<string>;
  control(method: string, route: string, body?: unknown): Promise<Response>;
  /** Stops everything and starts it again on the same home. */
  restart(): Promise<void>;
};

const audience = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';

export async function startTestWorkspace(options: Partial<DatabricksOptions> = {}): Promise<TestWorkspace> {
  const home = options.home ?? (await mkdtemp(path.join(tmpdir(), 'databricks-')));
  const entra = createEntra({ ...localTenant, clientSecret: 'secret' });
  let now = Date.now();
  const start = () =>
    startDatabricks({ entra, pace: 0, questionsPerMinute: 1000, clock: () => now, ...options, home });
  const workspace: TestWorkspace = {
    databricks: await start(),
    entra,
    home,
    token: (caller, wanted) => tokenFor(entra, caller, wanted),
    client: (caller = 'Ada') =>
      new WorkspaceClient(
        { host: workspace.databricks.url, token: tokenFor(entra, caller), authType: 'pat' },
        { product: 'test', productVersion: '0.1.0' },
      ),
    pass: (milliseconds) => {
      now += milliseconds;
    },
    call: async (method, route, { caller = 'Ada', body } = {}) => {
      const response = await fetch(`${workspace.databricks.url}/api/2.0/${route}`, {
        method,
        headers: { authorization: `Bearer ${tokenFor(entra, caller)}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : null };
    },
    ask: async (content, { caller, space = retail } = {}) => {
      const route = `genie/spaces/${space}/start-conversation`;
      const { status, body } = await workspace.call('POST', route, { caller, body: { content } });
      if (status !== 200) throw new Error(`asking answered ${status}: ${body.message}`);
      return `genie/spaces/${space}/conversations/${body.conversation_id}/messages/${body.message_id}`;
    },
    control: (method, route, body) =>
      fetch(`${workspace.databricks.url}/_control/${route}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    restart: async () => {
      await workspace.databricks.close();
      workspace.databricks = await start();
    },
    [Symbol.asyncDispose]: async () => {
      await workspace.databricks.close();
      if (options.home === undefined) await rm(home, { recursive: true, force: true });
    },
  };
  return workspace;
}

function tokenFor(entra: Entra, caller: string, aud = audience): string {
  const isApplication = caller === 'application';
  const oid = isApplication ? entra.clientId : entra.people.find(({ name }) => name === caller)?.oid;
  if (!oid) throw new Error(`nobody is called ${caller}`);
  const at = Math.floor(Date.now() / 1000);
  const iss = `http://login.emulator.example/${entra.tenantId}/`;
  const times = { nbf: at, exp: at + 3600 };
  const idtyp = isApplication ? 'app' : 'user';
  return entra.issueToken({ ver: '1.0', iss, aud, tid: entra.tenantId, oid, idtyp, ...times });
}
