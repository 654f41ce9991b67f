import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Endpoint } from './endpoint.ts';
import { originAllowed } from './origins.ts';
import type { Service } from './runtime.ts';
import { adapterFor, keepAlive, type SocketState } from './socket-adapter.ts';
import { createSocketOperations, executeOnSocket, subscribeOnSocket } from './socket-operations.ts';
import { closeFor, createSocketSession } from './socket-session.ts';

export type WebSockets = {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Closes every socket with 1012, which clients retry, as soon as no query or mutation runs on it. */
  drain(): Promise<void>;
  terminate(): void;
};

/** graphql-transport-ws on `/graphql`. */
export function createWebSockets(service: Service, endpoint: Endpoint): WebSockets {
  const graphql = graphqlServer(service);
  const states = new Map<WebSocket, SocketState>();
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: service.settings.maxBodyBytes,
    handleProtocols,
  });
  sockets.on('connection', (socket: WebSocket) => {
    const state = stateOf(socket, service, endpoint);
    states.set(socket, state);
    const closed = graphql.opened(adapterFor(state, service), state);
    const stop = keepAlive(socket, service.settings.keepAliveMs);
    // A frame that is too large or broken: ws closes the socket by itself.
    socket.on('error', (error) => service.runtime.log.debug({ err: error }, 'websocket error'));
    socket.once('close', (code, reason) => {
      states.delete(socket);
      stop();
      state.session.close();
      state.operations.endAll();
      void closed(code, String(reason));
    });
  });
  return {
    upgrade(request, socket, head) {
      const refusal = refusalOf(request, service);
      if (refusal) refuse(socket, refusal);
      else sockets.handleUpgrade(request, socket, head, (open) => sockets.emit('connection', open, request));
    },
    drain: async () => {
      await Promise.all([...states.values()].map(closeWhenSettled));
    },
    terminate: () => {
      for (const socket of states.keys()) socket.terminate();
    },
  };
}

function stateOf(socket: WebSocket, service: Service, endpoint: Endpoint): SocketState {
  const session = createSocketSession(service, (reason) => socket.close(4403, reason));
  return { socket, session, operations: createSocketOperations(service, endpoint) };
}

const graphqlServer = (service: Service) =>
  makeServer<Record<string, unknown>, SocketState>({
    connectionInitWaitTimeout: service.settings.initTimeoutMs,
    onConnect: async ({ connectionParams, extra: { session, socket } }) => {
      try {
        return (await session.signIn(connectionParams)) ?? true;
      } catch (error) {
        const { code, reason } = closeFor(error);
        socket.close(code, reason);
        return false;
      }
    },
    onSubscribe: ({ extra }, _id, payload) => extra.operations.begin(payload, extra.session.identity()),
    subscribe: (args) => subscribeOnSocket(args, service),
    execute: (args) => executeOnSocket(args, service),
    onError: ({ extra }, _id, payload, errors) =>
      errors.map((error) => extra.operations.show(payload, error).toJSON()),
    onComplete: ({ extra }, _id, payload) => extra.operations.done(payload),
  });

function refusalOf(request: IncomingMessage, { settings, draining }: Service): string | null {
  if (request.url?.split('?', 1)[0] !== '/graphql') return '404 Not Found';
  if (draining.aborted) return '503 Service Unavailable';
  return originAllowed(request.headers, settings.corsOrigins) ? null : '403 Forbidden';
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

async function closeWhenSettled({ socket, operations }: SocketState): Promise<void> {
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await operations.settled();
  socket.close(1012, 'The service restarts');
  await closed;
}
