import {
  type ConnectorOptions,
  createAzureMLConnector,
} from '../../../src/datasources/azure-ml/connector.ts';
import type { AzureML } from '../../../src/datasources/azure-ml/index.ts';
import { workspaceId } from '../../../src/datasources/azure-ml/places.ts';
import type { Clock } from '../../../src/domain/clock.ts';
import { MlgraphError } from '../../../src/domain/errors.ts';
import type { SliceRequest } from '../../../src/domain/merged-paging.ts';
import { type PageArgs, type PageRequest, readPage } from '../../../src/domain/paging.ts';
import { json, startScripted } from '../scripted-server.ts';

export const where = { subscriptionId: 'sub-1', resourceGroup: 'rg', workspace: 'ws' };
export const root = workspaceId(where);

export type Asked = { caller: string; query: URLSearchParams; body: Record<string, never>; count: number };
type Answered = { status?: number; headers?: Record<string, string>; body?: unknown; raw?: string };
/** By `METHOD plane /path/below/the/workspace`, decoded: an answer, or what makes it. A bare body is a 200. */
export type Answers = Record<string, (asked: Asked) => Answered | 'hang' | 'cut' | undefined>;

export const ok = (body: unknown) => () => ({ body });
export const fails = (status: number, message = 'no', more: object = {}): Answered => ({
  status,
  body: { error: { code: 'UserError', message, ...more } },
});
/** No waiting between retries. */
export const hasty: Clock = { now: () => Date.now(), sleep: async () => {} };
/** Of a list that is read from a place on. */
export const slice = (after: string | null = null, limit = 100): SliceRequest => ({ after, limit });
export const page = (args: PageArgs = {}, owner = 'ada'): PageRequest => readPage(args, owner, ['list']);

const planes: [string, string][] = [
  ['history', `/history/v1.0${root}`],
  ['mlflow', `/mlflow/v2.0${root}/api/2.0/mlflow`],
  ['arm', root],
];

/** A workspace of which only the scripted answers exist: for what no well-behaved service does, and for counting. */
export async function startWorkspace(answers: Answers, options: ConnectorOptions = {}) {
  const counts = new Map<string, number>();
  const server = await startScripted((received, response) => {
    const url = new URL(received.url, 'http://localhost');
    const [plane, prefix] = planes.find(([, start]) => url.pathname.startsWith(start)) ?? ['', ''];
    const route = `${received.method} ${plane} ${decodeURIComponent(url.pathname.slice(prefix.length))}`;
    counts.set(route, (counts.get(route) ?? 0) + 1);
    const caller = /^Bearer (\w+)@/.exec(received.headers.authorization ?? '')?.[1] ?? '';
    const body = received.body.length > 0 ? JSON.parse(received.body.toString()) : {};
    const handler = answers[route] ?? answers['*'];
    const answer = handler?.({ caller, query: url.searchParams, body, count: counts.get(route) ?? 0 });
    if (answer === 'hang') return;
    if (answer === 'cut') return response.destroy();
    const { status = 200, headers, body: sent, raw } = answer ?? fails(404, `nothing at ${route}`);
    if (raw !== undefined) response.writeHead(status, headers).end(raw);
    else json(response, status, sent, headers);
  });
  const settings = { ...where, armEndpoint: server.url, apiEndpoint: server.url, blobEndpoint: server.url };
  const connector = createAzureMLConnector(settings, { clock: hasty, random: () => 0, ...options });
  const as = (caller: string, signal: AbortSignal = new AbortController().signal): AzureML =>
    connector.connect({
      token: async (scope) => `${caller}@${scope}`,
      call: { signal, requestId: 'operation-1', traceparent: '' },
      callerKey: caller,
    });
  return {
    url: server.url,
    as,
    connector,
    received: server.received,
    /** `METHOD plane /path` of every call so far, in order. */
    routes: () =>
      server.received.map(({ method, url }) => {
        const path = new URL(url, 'http://localhost').pathname;
        const [plane, prefix] = planes.find(([, start]) => path.startsWith(start)) ?? ['', ''];
        return `${method} ${plane} ${decodeURIComponent(path.slice(prefix.length))}`;
      }),
    /** Bodies sent to paths that end so. */
    bodies: (route: string) =>
      server.received
        .filter(
          ({ url, body }) => new URL(url, 'http://localhost').pathname.endsWith(route) && body.length > 0,
        )
        .map(({ body }) => JSON.parse(body.toString())),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await connector.close();
    },
  };
}

/** What a call failed of; a call that succeeds fails the test. */
export async function failureOf(call: Promise<unknown>): Promise<MlgraphError> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof MlgraphError) return outcome;
  throw new Error(`an MlgraphError was expected, not ${String(outcome)}`);
}
