import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export type ApiRequest = {
  operation: string;
  variables: Record<string, unknown>;
  headers: IncomingMessage['headers'];
  body: Buffer;
};
export type Reply = {
  status?: number;
  headers?: Record<string, string>;
  json?: unknown;
  text?: string;
  /** An event stream: one `next` each; then `complete`, unless it is cut. */
  events?: unknown[];
  cut?: boolean;
  /** The stream stays open. */
  open?: boolean;
};
export type Handler = (request: ApiRequest) => Reply | Promise<Reply>;

/** A GraphQL server that answers each operation as a test says, over real HTTP. */
export type FakeApi = {
  url: string;
  origin: string;
  /** How an operation is answered; several in turn, of which the last stays. */
  on(operation: string, ...handlers: (Handler | Reply)[]): void;
  calls: ApiRequest[];
  /** Of the protected resource; null: it does not say. */
  metadata: Record<string, unknown> | null;
  close(): Promise<void>;
};

export async function startApi(): Promise<FakeApi> {
  const handlers = new Map<string, (Handler | Reply)[]>();
  const api: FakeApi = {
    url: '',
    origin: '',
    calls: [],
    metadata: null,
    on: (operation, ...list) => void handlers.set(operation, list),
    close: () => closed(server),
  };
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') return sendMetadata(api, request, response);
    const call = await callOf(request);
    api.calls.push(call);
    const list = handlers.get(call.operation) ?? [];
    const next = list.length > 1 ? list.shift() : list[0];
    const reply = typeof next === 'function' ? await next(call) : next;
    send(response, reply ?? { status: 500, json: { errors: [{ message: `No ${call.operation} here.` }] } });
  });
  api.origin = await listening(server);
  api.url = `${api.origin}/graphql`;
  onTestFinished(api.close);
  return api;
}

/** Listens on a free port until the test is over; gives its origin. */
export async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

function sendMetadata(api: FakeApi, request: IncomingMessage, response: ServerResponse): void {
  const known = request.url === '/.well-known/oauth-protected-resource/graphql' && api.metadata;
  send(response, known ? { json: { resource: api.url, ...known } } : { status: 404, text: 'not found' });
}

async function callOf(request: IncomingMessage): Promise<ApiRequest> {
  const body = await buffer(request);
  const multipart = request.headers['content-type']?.startsWith('multipart/');
  const text = multipart
    ? (/name="operations"\r\n\r\n(.*)\r\n/.exec(body.toString('latin1'))?.[1] ?? '{}')
    : body.toString();
  const { query = '', variables = {} } = JSON.parse(text);
  const operation = /(?:query|mutation|subscription)\s+(\w+)/.exec(query)?.[1] ?? '';
  return { operation, variables, headers: request.headers, body };
}

function send(response: ServerResponse, reply: Reply): void {
  const { status = 200, headers = {}, json, text, events } = reply;
  if (!events) {
    const type = json === undefined ? 'text/html' : 'application/json';
    response.writeHead(status, { 'content-type': type, ...headers });
    return void response.end(json === undefined ? (text ?? '') : JSON.stringify(json));
  }
  response.writeHead(status, { 'content-type': 'text/event-stream', ...headers });
  response.write(':\n\n');
  for (const each of events) response.write(`id: x\nevent: next\ndata: ${JSON.stringify(each)}\n\n`);
  if (reply.open) return;
  // Behind what was written, or it would never arrive.
  if (reply.cut) return void setImmediate(() => setImmediate(() => response.destroy()));
  response.end('event: complete\ndata:\n\n');
}

export const data = (value: unknown): Reply => ({ json: { data: value } });

/** A request that was refused as a whole. */
export const refused = (status: number, code: string, message: string, more: object = {}): Reply => ({
  status,
  json: { errors: [{ message, extensions: { code, ...more } }] },
});

/** A root field that failed. */
export const failed = (field: string, code: string, message: string, more: object = {}): Reply => ({
  json: { data: { [field]: null }, errors: [{ message, path: [field], extensions: { code, ...more } }] },
});
