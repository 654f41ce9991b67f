import type { Server, ServerResponse } from 'node:http';
import type { Clock } from '../domain/clock.ts';
import type { WebSockets } from './websocket.ts';

/** Notes the answers that are under way, for the end. */
export type OpenAnswers = {
  add(response: ServerResponse): void;
  /** Makes each the last on its connection. */
  closeConnections(server: Server): void;
};

export function createOpenAnswers(): OpenAnswers {
  const open = new Set<ServerResponse>();
  return {
    add(response) {
      open.add(response);
      response.once('close', () => open.delete(response));
    },
    closeConnections(server) {
      for (const response of open) {
        if (!response.headersSent) response.setHeader('connection', 'close');
        // The head of a stream has been sent: its connection would stay, idle, when the stream ends.
        else response.once('close', () => setImmediate(() => server.closeIdleConnections()));
      }
    },
  };
}

/** Resolves when the last connection has closed by itself, or been closed at the deadline. */
export async function drainServer(
  server: Server,
  answers: OpenAnswers,
  sockets: WebSockets,
  o: { deadlineMs: number; clock: Clock },
): Promise<void> {
  const done = new AbortController();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  answers.closeConnections(server);
  void sockets.drain();
  const deadline = o.clock.sleep(o.deadlineMs, done.signal).then(
    () => {
      server.closeAllConnections();
      sockets.terminate();
    },
    () => {
      // Everything had closed before.
    },
  );
  await closed;
  done.abort();
  await deadline;
}
