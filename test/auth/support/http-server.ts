import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `hang`: never answered; `cut`: the connection ends in the middle of the body. */
export type Answer =
  | 'hang'
  | { status: number; headers?: Record<string, string>; body: unknown; cut?: boolean };
export type Received = {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  form: URLSearchParams;
};

export type HttpServer = AsyncDisposable & {
  readonly url: string;
  received: Received[];
  /** Stops listening; nobody can connect. */
  stop(): Promise<void>;
  /** Listens again, at the same address. */
  start(): Promise<void>;
};

/** A real server on a free port, whose answers are made by a function. */
export async function startHttpServer(
  answer: (received: Received) => Answer | Promise<Answer>,
): Promise<HttpServer> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const call = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      form: new URLSearchParams(body),
    };
    received.push(call);
    const made = await answer(call);
    if (made === 'hang') return;
    const text = typeof made.body === 'string' ? made.body : JSON.stringify(made.body);
    response.writeHead(made.status, {
      'content-type': typeof made.body === 'string' ? 'text/html' : 'application/json',
      'content-length': Buffer.byteLength(text),
      ...made.headers,
    });
    if (!made.cut) return response.end(text);
    response.write(text.slice(0, text.length / 2), () => request.socket.destroy());
  });
  let port = 0;
  const start = () =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        port = (server.address() as AddressInfo).port;
        resolve();
      });
    });
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await start();
  return {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    received,
    start,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
