import { once } from 'node:events';
import { type Client, type ClientOptions, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Answer } from './support.ts';

/** The stock client. */
export const stockClient = (
  url: string,
  authorization?: string,
  options: Partial<ClientOptions> = {},
): Client =>
  createClient({
    url,
    webSocketImpl: WebSocket,
    connectionParams: authorization ? { authorization } : {},
    retryAttempts: 0,
    ...options,
  });

export type Collected = { results: Answer[]; error: unknown; completed: boolean; stop(): void };

/** Subscribes and keeps what comes. */
export function collect(client: Client, query: string, variables?: Record<string, unknown>): Collected {
  const collected: Collected = { results: [], error: undefined, completed: false, stop: () => {} };
  collected.stop = client.subscribe(
    { query, variables },
    {
      next: (result) => collected.results.push(result as unknown as Answer),
      error: (error) => {
        collected.error = error;
      },
      complete: () => {
        collected.completed = true;
      },
    },
  );
  return collected;
}

export type Message = { type: string; id?: string; payload?: Record<string, unknown> };

/** A socket whose messages a test writes by hand. With `init` it is acknowledged, or closed, when this resolves. */
export async function openSocket(
  url: string,
  init?: Record<string, unknown> | null,
  headers?: Record<string, string>,
) {
  const socket = new WebSocket(url, 'graphql-transport-ws', { headers });
  const messages: Message[] = [];
  const state = { socket, messages, closed: null as { code: number; reason: string } | null };
  socket.on('message', (data) => messages.push(JSON.parse(String(data)) as Message));
  socket.on('close', (code, reason) => {
    state.closed = { code, reason: String(reason) };
  });
  socket.on('error', () => {});
  await once(socket, 'open');
  const send = (message: object) => socket.send(JSON.stringify(message));
  if (init !== undefined) {
    send({ type: 'connection_init', ...(init && { payload: init }) });
    await Promise.race([once(socket, 'message'), once(socket, 'close')]);
  }
  return Object.assign(state, { send });
}
