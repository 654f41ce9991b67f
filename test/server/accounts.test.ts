import { createClient } from 'graphql-ws';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Account } from '../../src/server/account.ts';
import { post, startServer } from './support.ts';

const told: Account[] = [];
let server: Awaited<ReturnType<typeof startServer>>;
beforeEach(async () => {
  told.length = 0;
  server = await startServer({}, '127.0.0.1', { account: (operation) => void told.push(operation) });
});
afterEach(() => server.server.drain(0));

const ada = { authorization: 'Bearer ada' };
/** Who, and whether it failed, once as many were told as are expected. */
async function accounts(count: number) {
  await vi.waitFor(() => expect(told.length).toBeGreaterThanOrEqual(count));
  return told.map(({ caller, failed, cost }) => [caller.subject, failed, cost]);
}

test('each operation over HTTP is told of once, with whether it failed, however early', async () => {
  await post(server.graphql, { query: '{ me }' }, ada);
  await post(server.graphql, { query: '{ me boom }' }, ada);
  await post(server.graphql, { query: '{ nothing }' }, ada);
  await post(server.graphql, { query: '{' }, ada);
  const failures = (await accounts(4)).map(([, failed]) => failed);
  expect(failures.toSorted()).toEqual([false, true, true, true]);
});

test('of nobody, or of who is not who they say, nothing is told', async () => {
  await post(server.graphql, { query: '{ health }' });
  await post(server.graphql, { query: '{ me }' }, { authorization: 'Bearer bad' });
  await post(server.graphql, { query: '{ me }' }, ada);
  expect(await accounts(1)).toEqual([['ada', false, 0]]);
});

test('a subscription over SSE is told of when it has begun', async () => {
  const open = await fetch(
    `${server.graphql}?query=${encodeURIComponent('subscription { ticks { number } }')}`,
    {
      headers: { ...ada, accept: 'text/event-stream' },
    },
  );
  expect(await accounts(1)).toEqual([['ada', false, 0]]);
  await open.body?.cancel();
  await vi.waitFor(() => expect(server.feed.ended).toBe(1));
  expect(told).toHaveLength(1);
});

test('each operation of a socket is told of once, those refused before they began among them', async () => {
  const client = createClient({
    url: server.socket,
    webSocketImpl: WebSocket,
    connectionParams: ada,
    retryAttempts: 0,
  });
  const ask = async (query: string) => {
    for await (const result of client.iterate({ query })) return result;
  };
  await ask('{ me }');
  await ask('{ me boom }');
  await ask('{ nothing }').catch(() => {});
  const ticks = client.iterate({ query: 'subscription { ticks { number } }' });
  const first = ticks.next();
  expect(await accounts(4)).toEqual([
    ['ada', false, 0],
    ['ada', true, 0],
    ['ada', true, 0],
    ['ada', false, 0],
  ]);
  await client.dispose();
  await first.catch(() => {});
  await vi.waitFor(() => expect(server.feed.ended).toBe(1));
  expect(told).toHaveLength(4);
});
