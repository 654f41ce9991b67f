import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type CallLog, createCallLog, type LoggedCall, shownHeaders } from './call-log.ts';
import { control } from './control.ts';
import { type EmulatorRequest, emulatorRequest, type Reply, ReplyError, type Route } from './exchange.ts';
import { createFaultBook, type FaultBook, failureReply } from './faults.ts';
import { send, sendCut } from './send.ts';

export type { EmulatorRequest, Pour, Reply, Route } from './exchange.ts';
export { ReplyError } from './exchange.ts';

export type EmulatorOptions = {
  name: string;
  /** 0, which is the default, takes a free one. */
  port?: number;
  /** PEM. With it the emulator speaks https. */
  tls?: { key: string; cert: string };
  handle: Route;
  /** Who calls, as faults and the call log name them. */
  callerOf(request: EmulatorRequest): string | null | Promise<string | null>;
  /** What the call log is to tell besides: never a secret. */
  detailsOf?(request: EmulatorRequest): Promise<Record<string, string>>;
  /** The service's own error body; by default that of Azure Resource Manager. */
  errorReply?: (status: number) => Reply;
};

export type Emulator = { name: string; url: string; close(): Promise<void> };

type Running = EmulatorOptions & {
  url: string;
  faults: FaultBook;
  calls: CallLog;
  errorReply: (status: number) => Reply;
};

/** Starts one emulator on the loopback interface, with its control routes. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const running: Running = {
    errorReply: armError,
    ...options,
    url: '',
    faults: createFaultBook(),
    calls: createCallLog(),
  };
  const listener = (raw: IncomingMessage, response: ServerResponse) => void answer(running, raw, response);
  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  // A large upload may take longer than Node's five minutes.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  running.url = options.tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { name: options.name, url: running.url, close };
}

async function answer(running: Running, raw: IncomingMessage, response: ServerResponse): Promise<void> {
  response.on('error', () => response.destroy());
  try {
    const request = emulatorRequest(raw, running.url);
    if (!request.path.startsWith('/_control/')) return await serve(running, request, response);
    await send(response, await controlReply(running, request));
  } catch (error) {
    if (response.headersSent || response.destroyed) return void response.destroy();
    await send(response, replyTo(running, error));
  }
}

/** A browser never needs these routes, and a page in it must not reach them. */
async function controlReply(running: Running, request: EmulatorRequest): Promise<Reply> {
  if (request.headers.origin !== undefined) return running.errorReply(403);
  return (await control(request, running)) ?? (await running.handle(request)) ?? running.errorReply(404);
}

async function serve(running: Running, request: EmulatorRequest, response: ServerResponse): Promise<void> {
  const call = await logged(running, request);
  running.calls.record(call);
  response.once('finish', () => {
    call.status = response.statusCode;
  });
  const { delayMs, failure } = running.faults.take(call);
  if (delayMs > 0) await waitWhileOpen(delayMs, response);
  if (failure?.kind === 'hang') return;
  if (failure && failure.kind !== 'cut') {
    request.raw.resume();
    return await send(response, failureReply(failure, running.errorReply));
  }
  const reply = (await running.handle(request)) ?? running.errorReply(404);
  await (failure ? sendCut(response, reply) : send(response, reply));
}

const logged = async (running: Running, request: EmulatorRequest): Promise<LoggedCall> => ({
  at: new Date().toISOString(),
  method: request.method,
  path: request.path,
  query: request.url.search.slice(1).replace(/(^|&)(sig|\w+_signature)=[^&]*/g, '$1$2=[hidden]'),
  caller: await running.callerOf(request),
  status: null,
  headers: shownHeaders(request.headers),
  ...(running.detailsOf ? { details: await running.detailsOf(request) } : {}),
});

async function waitWhileOpen(milliseconds: number, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  const leave = () => gone.abort();
  response.once('close', leave);
  await wait(milliseconds, undefined, { signal: gone.signal }).catch(() => undefined);
  response.off('close', leave);
}

function replyTo(running: Running, error: unknown): Reply {
  if (error instanceof ReplyError) return error.reply;
  console.error(`${running.name}: unexpected`, error);
  return running.errorReply(500);
}

const armError = (status: number): Reply => ({
  status,
  body: { error: { code: armCode(status), message: `The emulator answered ${status}.` } },
});

const armCodes: Record<number, string> = {
  403: 'AuthorizationFailed',
  404: 'ResourceNotFound',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  503: 'ServerTimeout',
};
const armCode = (status: number): string => armCodes[status] ?? 'UnexpectedError';
