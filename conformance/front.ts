import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { text } from 'node:stream/consumers';
import { certificatesFor } from './certificates.ts';

/** One of Azure's hosts, and the emulator that stands behind it. */
export type Site = { host: string; emulator: string };

/** What the emulators say of their own addresses, in Azure's names: `from` is replaced by `to`. */
export type Alias = { from: string; to: string };

export type Front = { proxyUrl: string; ca: string; close(): Promise<void> };

/** Headers that belong to one connection. */
const dropped = new Set(['connection', 'keep-alive', 'transfer-encoding']);

const renamed = (aliases: Alias[], value: string): string =>
  aliases.reduce((result, { from, to }) => result.replaceAll(from, to), value);

function renamedHeaders(
  aliases: Alias[],
  headers: IncomingMessage['headers'],
): Record<string, string | string[]> {
  const kept = Object.entries(headers).filter(([name]) => !dropped.has(name));
  return Object.fromEntries(
    kept.map(([name, value]) => [name, typeof value === 'string' ? renamed(aliases, value) : (value ?? [])]),
  );
}

/** Passes an answer on: JSON and headers under Azure's names, everything else as it is. */
async function answer(aliases: Alias[], upstream: IncomingMessage, response: ServerResponse): Promise<void> {
  const status = upstream.statusCode ?? 502;
  const headers = renamedHeaders(aliases, upstream.headers);
  if (!upstream.headers['content-type']?.includes('json')) {
    response.writeHead(status, headers);
    pipeline(upstream, response, () => {});
    return;
  }
  const body = renamed(aliases, await text(upstream));
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  response.end(body);
}

function forward(sites: Site[], aliases: Alias[], request: IncomingMessage, response: ServerResponse): void {
  const host = request.headers.host?.replace(/:443$/, '');
  const site = sites.find((each) => each.host === host);
  const fail = (status: number): void => {
    response.writeHead(status).end();
  };
  if (!site) {
    fail(421);
    return;
  }
  const { method, headers, url = '/' } = request;
  const upstream = httpRequest(new URL(url, site.emulator), { method, headers }, (reply) => {
    answer(aliases, reply, response).catch(() => response.destroy());
  });
  upstream.on('error', () => (response.headersSent ? response.destroy() : fail(502)));
  pipeline(request, upstream, () => {});
}

const listening = (server: ReturnType<typeof createServer>): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

/**
 * Lets unchanged clients reach the emulators under Azure's own https addresses: a proxy that takes CONNECT for the
 * sites, and ends TLS itself. Every other host is refused, so that no client leaves this machine.
 */
export async function startFront(sites: Site[], aliases: Alias[]): Promise<Front> {
  const { ca, key, cert } = await certificatesFor(sites.map((site) => site.host));
  const inside = createTlsServer({ key, cert }, (request, response) =>
    forward(sites, aliases, request, response),
  );
  const sockets = new Set<Socket>();
  const proxy = createServer((_request, response) => void response.writeHead(403).end());
  proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
    socket.on('error', () => socket.destroy());
    if (!sites.some((site) => request.url === `${site.host}:443`))
      return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    inside.emit('connection', socket);
  });
  const port = await listening(proxy);
  const close = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy();
      proxy.close(() => resolve());
      proxy.closeAllConnections();
    });
  return { proxyUrl: `http://127.0.0.1:${port}`, ca, close };
}
