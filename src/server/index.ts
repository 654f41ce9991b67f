import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOpenAnswers, drainServer } from './drain.ts';
import { createEndpoint } from './endpoint.ts';
import { createRequestHandler } from './http.ts';
import { type ServerRuntime, type ServerSettings, type Service, withDefaults } from './runtime.ts';
import { createWebSockets } from './websocket.ts';

export type { Log, ServerRuntime, ServerSettings } from './runtime.ts';

export type GraphQLServer = {
  /** Resolves when connections are accepted; port 0 takes a free one. */
  listen(port: number, host: string): Promise<{ port: number }>;
  /**
   * Stops accepting, makes `/ready` answer 503, ends subscriptions so that clients come back, and waits for running
   * operations, `deadlineMs` at most. Afterwards no connection is open.
   */
  drain(deadlineMs: number): Promise<void>;
};

/** GraphQL over HTTP, server-sent events and WebSocket, on one port. */
export function createServer(runtime: ServerRuntime, settings: ServerSettings): GraphQLServer {
  const drained = new AbortController();
  const service: Service = { runtime, settings: withDefaults(settings), draining: drained.signal };
  const endpoint = createEndpoint(service);
  const sockets = createWebSockets(service, endpoint);
  const server = createHttpServer(timeouts, createRequestHandler(service, endpoint));
  const answers = createOpenAnswers();
  server.on('request', (_request, response) => answers.add(response));
  server.on('upgrade', sockets.upgrade);
  return {
    listen: (port, host) => listen(server, port, host),
    drain: (deadlineMs) => {
      drained.abort();
      return drainServer(server, answers, sockets, { deadlineMs, clock: service.settings.clock });
    },
  };
}

/**
 * Slow headers are cut here, slow bodies where they are read: a bound on the whole request would cut a large upload.
 * Idle connections outlive the usual 60 s of a load balancer, so that it is the one to close them.
 */
const timeouts = {
  headersTimeout: 15_000,
  requestTimeout: 0,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
};

function listen(server: Server, port: number, host: string): Promise<{ port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve({ port: (server.address() as AddressInfo).port });
    });
  });
}
