import { MessageType, type WebSocket as ProtocolSocket, stringifyMessage } from 'graphql-ws';
import { WebSocket } from 'ws';
import { credentialsIn, isCredential } from './credentials.ts';
import { maxStalls, type Service } from './runtime.ts';
import type { SocketOperations } from './socket-operations.ts';
import { closeFor, type SocketSession } from './socket-session.ts';

/** What belongs to one socket. */
export type SocketState = { socket: WebSocket; session: SocketSession; operations: SocketOperations };

/** With more than this waiting to be sent, nothing more is read from the client: it may not make the server talk. */
const maxBufferedBytes = 2 ** 20;

/** What graphql-ws needs to know of a ws socket. Its own adapter cannot answer pings with anything but an echo. */
export function adapterFor(state: SocketState, { runtime }: Service): ProtocolSocket {
  const { socket } = state;
  return {
    protocol: socket.protocol,
    send: (message) => send(socket, message),
    close: (code, reason) => socket.close(code, reason),
    onMessage: (receive) =>
      socket.on('message', (data) => {
        receive(String(data)).catch((error: unknown) => {
          runtime.log.error({ err: error }, 'websocket message failed');
          socket.close(4500, 'Internal error');
        });
      }),
    onPing: (payload) => answerPing(state, payload),
  };
}

/**
 * Resolves when the message has been handed to the network: until then graphql-ws asks for no further event. While
 * the socket closes that is when it has closed, or a source that never waits would be read without end, and the loop
 * would not let the close happen.
 */
function send(socket: WebSocket, message: string): Promise<void> {
  if (socket.readyState === WebSocket.CLOSED) return Promise.resolve();
  return new Promise((resolve) => {
    if (socket.readyState !== WebSocket.OPEN) return void socket.once('close', () => resolve());
    // An error closes the socket, and with it whatever runs on it.
    socket.send(message, () => {
      if (socket.isPaused && socket.bufferedAmount <= maxBufferedBytes) socket.resume();
      resolve();
    });
    if (socket.bufferedAmount > maxBufferedBytes) socket.pause();
  });
}

/** A ping that hands over a fresh credential is answered with when that runs out; any other with its own payload. */
async function answerPing({ socket, session }: SocketState, payload?: Record<string, unknown>) {
  const answer = (pong?: Record<string, unknown>) =>
    send(
      socket,
      stringifyMessage<MessageType.Pong>({ type: MessageType.Pong, ...(pong && { payload: pong }) }),
    );
  try {
    const credentials = credentialsIn(payload);
    return await answer(isCredential(credentials) ? await session.renew(credentials) : payload);
  } catch (error) {
    const { code, reason } = closeFor(error);
    socket.close(code, reason);
  }
}

/**
 * Terminates a socket whose client does not answer a ping by the next one. While the client is still busy reading
 * what was sent, no ping is added to it. Returns how to stop.
 */
export function keepAlive(socket: WebSocket, intervalMs: number): () => void {
  let answered = true;
  let stalls = 0;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    stalls = socket.bufferedAmount > 0 ? stalls + 1 : 0;
    if (stalls > maxStalls || (stalls === 0 && !answered)) return socket.terminate();
    answered = stalls > 0;
    if (stalls === 0) socket.ping();
  }, intervalMs);
  return () => clearInterval(timer);
}
