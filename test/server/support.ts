import type { Caller } from '../../src/domain/callers.ts';
import { forbidden, MlgraphError, unauthenticated } from '../../src/domain/errors.ts';
import { createServer, type ServerRuntime, type ServerSettings } from '../../src/server/index.ts';
import type { Authenticated, Credentials } from '../../src/server/runtime.ts';
import { Feed, type Stage, stageSchema } from './stage.ts';

/** `Bearer name` or `Bearer name@milliseconds`, when it runs out. */
export async function authenticate({ authorization }: Credentials): Promise<Authenticated | null> {
  if (!authorization) return null;
  const token = /^Bearer (\S+)$/.exec(authorization)?.[1];
  if (!token || token === 'bad') throw unauthenticated('The token does not verify.');
  if (token === 'app') throw forbidden('The token has no scp.');
  if (token === 'offline') throw new MlgraphError('UPSTREAM_UNAVAILABLE', 'No keys.');
  const [name = '', expiry = '4102444800000'] = token.split('@');
  return { caller: callerNamed(name, Number(expiry)), token };
}

const callerNamed = (name: string, expiresAt: number): Caller => ({
  kind: 'USER',
  key: `test:${name}`,
  issuerKind: 'entra',
  tenantId: 'test',
  subject: name,
  issuer: 'test',
  name,
  email: null,
  emailVerified: false,
  userName: null,
  roles: [],
  role: 'MEMBER',
  scopes: [],
  expiresAt: new Date(expiresAt),
  apiKey: null,
});

/** A server of a small schema on a free port. */
export async function startServer(
  settings: Partial<ServerSettings> = {},
  host = '127.0.0.1',
  more: Partial<ServerRuntime> = {},
) {
  const stage: Stage = {
    feed: new Feed(),
    gate: Promise.withResolvers<string>(),
    waiting: 0,
    aborted: 0,
    flooded: 0,
    uploads: [],
    logs: [],
    contexts: [],
  };
  const readiness = { ready: true };
  const log = (level: string) => (fields: object, message: string) =>
    stage.logs.push({ level, fields: fields as Record<string, unknown>, message });
  const runtime: ServerRuntime = {
    schema: stageSchema(stage),
    authenticate,
    createContext: (o) => {
      const context = { ...o, number: stage.contexts.length };
      stage.contexts.push(context);
      return context;
    },
    ready: () => readiness.ready,
    log: { error: log('error'), warn: log('warn'), info: log('info'), debug: log('debug') },
    ...more,
  };
  const server = createServer(runtime, { corsOrigins: [], graphiqlFile: null, ...settings });
  const { port } = await server.listen(0, host);
  const url = `http://127.0.0.1:${port}`;
  return {
    ...stage,
    stage,
    readiness,
    server,
    port,
    url,
    graphql: `${url}/graphql`,
    socket: `ws://127.0.0.1:${port}/graphql`,
    [Symbol.asyncDispose]: () => server.drain(0),
  };
}

export type Answer = {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: string[]; extensions: { code: string } & Record<string, unknown> }[];
};

/** Posts an operation and reads the answer. */
export async function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { response, status: response.status, answer: (await response.json()) as Answer };
}

export const ada = { authorization: 'Bearer ada' };
