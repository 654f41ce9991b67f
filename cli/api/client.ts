import { randomUUID } from 'node:crypto';
import packageJson from '../../package.json' with { type: 'json' };
import type { TypedDocumentString } from '../graphql/graphql.ts';
import type { Credentials } from '../sign-in/credentials.ts';
import { isConnectionError, unreachable } from './connection.ts';
import { type ApiError, failureOf } from './errors.ts';
import { type Answer, readAnswer } from './wire.ts';

/** One HTTP exchange as `--verbose` tells it. */
export type Trace = (line: string) => void;

export type Body = { content: string | ReadableStream<Uint8Array>; headers: Record<string, string> };

export type SendOptions = {
  accept: string;
  /** Until the head of the answer is there, in milliseconds; null: as long as it takes. */
  deadlineMs: number | null;
  signal?: AbortSignal;
  /** Not sent with a credential: for what everybody may read. */
  public?: boolean;
};

/** Sends operations to one server as one caller. */
export type Api = {
  url: string;
  /**
   * The data of a query or mutation; what failed below its root fields is told to `warn` and null in the data.
   * @throws Failure for what was refused, and where there is no server.
   */
  request<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
    options?: { public?: boolean },
  ): Promise<Data>;
  /** One POST of a body that can be made again; a refused credential is renewed once. */
  send(name: string, body: () => Body, options: SendOptions): Promise<Response>;
  /** As `request` reads an answer. @throws Failure */
  dataOf<Data>(answer: Answer<Data>): Data;
  credentials: Credentials;
};

const requestDeadlineMs = 90_000;

export function createApi(
  url: string,
  credentials: Credentials,
  tell: { trace: Trace; warn: (message: string) => void },
): Api {
  const once = async (name: string, body: Body, headers: Record<string, string>, options: SendOptions) => {
    const requestId = randomUUID();
    const started = performance.now();
    const told = (outcome: string) =>
      tell.trace(`POST ${url} ${name} ${outcome} ${Math.round(performance.now() - started)} ms ${requestId}`);
    try {
      const response = await post(url, body, { ...headers, 'x-request-id': requestId }, options);
      told(String(response.status));
      return response;
    } catch (error) {
      told('no answer');
      throw isConnectionError(error) ? unreachable('the server', url, error) : error;
    }
  };
  const api: Api = {
    url,
    credentials,
    async send(name, body, options) {
      const headers = options.public ? {} : await credentials.headers();
      const response = await once(name, body(), headers, options);
      if (response.status !== 401 || options.public || !(await credentials.renew(headers))) return response;
      await response.body?.cancel();
      return once(name, body(), await credentials.headers(), options);
    },
    async request(document, variables, options = {}) {
      const response = await api.send(nameOf(document), () => jsonBody(document, variables), {
        ...options,
        accept: 'application/graphql-response+json, application/json;q=0.9',
        deadlineMs: requestDeadlineMs,
      });
      return api.dataOf(await readAnswer(response, url));
    },
    dataOf(answer) {
      for (const error of answer.errors ?? []) {
        if (answer.data == null || isOfRoot(error)) throw failureOf(error);
        tell.warn(`${error.path?.join('.')}: ${error.message}`);
      }
      return answer.data as NonNullable<typeof answer.data>;
    },
  };
  return api;
}

/** The name of its operation. */
export const nameOf = (document: TypedDocumentString<unknown, never> | { toString(): string }): string =>
  /(?:query|mutation|subscription)\s+(\w+)/.exec(document.toString())?.[1] ?? 'operation';

export const jsonBody = (document: { toString(): string }, variables: unknown): Body => ({
  content: JSON.stringify({ query: document.toString(), variables }),
  headers: { 'content-type': 'application/json' },
});

const isOfRoot = ({ path }: ApiError) => path === undefined || path.length <= 1;

async function post(
  url: string,
  { content, headers: own }: Body,
  more: Record<string, string>,
  { accept, deadlineMs, signal }: SendOptions,
): Promise<Response> {
  const deadline = new AbortController();
  const late = () => deadline.abort(new DOMException('The server did not answer in time.', 'TimeoutError'));
  const timer = deadlineMs === null ? undefined : setTimeout(late, deadlineMs);
  const signals = [deadline.signal, ...(signal ? [signal] : [])];
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { accept, 'user-agent': `mlgraph-cli/${packageJson.version}`, ...own, ...more },
      body: content,
      // A credential is for this server alone.
      redirect: 'manual',
      signal: AbortSignal.any(signals),
      ...(typeof content === 'string' ? {} : { duplex: 'half' }),
    } as RequestInit);
  } finally {
    clearTimeout(timer);
  }
}
