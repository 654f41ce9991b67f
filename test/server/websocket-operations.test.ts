import { describe, expect, test, vi } from 'vitest';
import { startServer } from './support.ts';
import { collect, openSocket, stockClient } from './websocket-support.ts';

const ticks = 'subscription($after: String) { ticks(after: $after) { number context person token } }';
const ada = { authorization: 'Bearer ada' };

describe('operations', () => {
  test('a stock client subscribes; each event has a fresh context', async () => {
    await using server = await startServer();
    const client = stockClient(server.socket, 'Bearer ada');
    const seen = collect(client, ticks, { after: 'c-7' });
    server.stage.feed.push({ number: 1 }, { number: 2 }, 'end');
    await vi.waitFor(() => expect(seen.completed).toBe(true));
    expect(server.stage.feed.after).toBe('c-7');
    expect(seen.results).toMatchObject([
      { data: { ticks: { number: 1, person: 'ada' } } },
      { data: { ticks: { number: 2, person: 'ada' } } },
    ]);
    const contexts = seen.results.map(
      ({ data }) => (data?.ticks as { context: number } | undefined)?.context,
    );
    expect(new Set([0, ...contexts]).size).toBe(3);
    await client.dispose();
  });

  test('queries and mutations run as well', async () => {
    await using server = await startServer();
    const client = stockClient(server.socket, 'Bearer ada');
    const seen = collect(client, '{ me boom }');
    await vi.waitFor(() => expect(seen.completed).toBe(true));
    expect(seen.results).toMatchObject([
      {
        data: { me: 'ada', boom: null },
        errors: [{ message: 'Internal error.', extensions: { code: 'INTERNAL' } }],
      },
    ]);
    server.stage.gate.resolve('done');
    const mutation = collect(client, 'mutation { finish }');
    await vi.waitFor(() => expect(mutation.results).toEqual([{ data: { finish: 'done' } }]));
    await client.dispose();
  });

  test('`complete` ends the source at once, even one that waits for good', async () => {
    await using server = await startServer();
    const socket = await openSocket(server.socket, ada);
    for (const [id, query] of [
      ['1', ticks],
      ['2', 'subscription { stuck { number } }'],
    ] as const) {
      socket.send({ type: 'subscribe', id, payload: { query } });
      await vi.waitFor(() => expect(server.stage.feed.started + server.stage.waiting).toBe(Number(id)));
      socket.send({ type: 'complete', id });
    }
    await vi.waitFor(() => expect(server.stage.feed.ended).toBe(1));
    await vi.waitFor(() => expect(server.stage.contexts.every(({ call }) => call.signal.aborted)).toBe(true));
    expect(socket.messages.map(({ type }) => type)).toEqual(['connection_ack']);
  });

  test('an id can be used again at once', async () => {
    await using server = await startServer();
    const socket = await openSocket(server.socket, ada);
    socket.send({ type: 'subscribe', id: '1', payload: { query: ticks } });
    await vi.waitFor(() => expect(server.stage.feed.started).toBe(1));
    socket.send({ type: 'complete', id: '1' });
    socket.send({ type: 'subscribe', id: '1', payload: { query: ticks } });
    await vi.waitFor(() => expect(server.stage.feed).toMatchObject({ started: 2, ended: 1 }));
    server.stage.feed.push({ number: 5 });
    await vi.waitFor(() => expect(socket.messages.at(-1)).toMatchObject({ id: '1', type: 'next' }));
  });

  test('a socket that closes ends what runs on it', async () => {
    await using server = await startServer();
    const socket = await openSocket(server.socket, ada);
    socket.send({ type: 'subscribe', id: '1', payload: { query: ticks } });
    socket.send({ type: 'subscribe', id: '2', payload: { query: '{ wait }' } });
    await vi.waitFor(() => expect(server.stage.feed.started + server.stage.waiting).toBe(2));
    socket.socket.terminate();
    await vi.waitFor(() => expect(server.stage).toMatchObject({ aborted: 1, feed: { ended: 1 } }));
  });

  test.each([
    ['subscription { denied { number } }', 'FORBIDDEN'],
    ['subscription { broken { number } }', 'INTERNAL'],
    ['subscription { nothing }', 'BAD_USER_INPUT'],
    ['subscription {', 'BAD_USER_INPUT'],
    ['query A { me } query B { me }', 'BAD_USER_INPUT'],
    ['subscription($after: String!) { ticks(after: $after) { number } }', 'BAD_USER_INPUT'],
  ])('%s is an error message with %s, and the socket stays', async (query, code) => {
    await using server = await startServer();
    const socket = await openSocket(server.socket, ada);
    socket.send({ type: 'subscribe', id: '1', payload: { query } });
    await vi.waitFor(() =>
      expect(socket.messages.at(-1)).toMatchObject({ type: 'error', payload: [{ extensions: { code } }] }),
    );
    socket.send({ type: 'subscribe', id: '2', payload: { query: '{ me }' } });
    await vi.waitFor(() => expect(socket.messages.at(-1)).toEqual({ type: 'complete', id: '2' }));
  });

  test('a source that throws is an error message, and the process lives', async () => {
    await using server = await startServer();
    const socket = await openSocket(server.socket, ada);
    socket.send({ type: 'subscribe', id: '1', payload: { query: ticks } });
    server.stage.feed.push({ number: 1 }, new Error('the poll failed'));
    await vi.waitFor(() =>
      expect(socket.messages.at(-1)).toMatchObject({
        id: '1',
        type: 'error',
        payload: [{ message: 'Internal error.', extensions: { code: 'INTERNAL' } }],
      }),
    );
    expect(server.stage.logs).toMatchObject([{ fields: { err: { message: 'the poll failed' } } }]);
  });

  test('an answer that cannot be written is an error message', async () => {
    await using server = await startServer();
    const socket = await openSocket(server.socket, ada);
    server.stage.feed.push({ text: 'x' });
    socket.send({ type: 'subscribe', id: '1', payload: { query: 'query { bigint }' } });
    await vi.waitFor(() => expect(socket.closed ?? socket.messages.at(-1)).toMatchObject({ type: 'error' }));
  });

  test('there is a bound on operations at once', async () => {
    await using server = await startServer({ maxSocketOperations: 1 });
    const socket = await openSocket(server.socket, ada);
    socket.send({ type: 'subscribe', id: '1', payload: { query: ticks } });
    socket.send({ type: 'subscribe', id: '2', payload: { query: ticks } });
    await vi.waitFor(() =>
      expect(socket.messages.at(-1)).toMatchObject({
        id: '2',
        payload: [{ extensions: { code: 'RATE_LIMITED' } }],
      }),
    );
    socket.send({ type: 'complete', id: '1' });
    await vi.waitFor(() => expect(server.stage.feed.ended).toBe(1));
    socket.send({ type: 'subscribe', id: '3', payload: { query: '{ me }' } });
    await vi.waitFor(() => expect(socket.messages.at(-1)).toEqual({ type: 'complete', id: '3' }));
  });
});
