import { once } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { handClock, startServer } from './support.ts';
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

describe('credentials', () => {
  test('none lets in as nobody: public fields answer, others are an error message', async () => {
    await using server = await startServer();
    for (const init of [null, {}]) {
      const socket = await openSocket(server.socket, init);
      socket.send({ type: 'subscribe', id: '1', payload: { query: '{ me }' } });
      await vi.waitFor(() =>
        expect(socket.messages.at(-1)).toMatchObject({
          type: 'error',
          payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
        }),
      );
      socket.send({ type: 'subscribe', id: '2', payload: { query: ticks } });
      await vi.waitFor(() => expect(socket.messages.at(-1)).toMatchObject({ id: '2', type: 'error' }));
      socket.send({ type: 'subscribe', id: '3', payload: { query: '{ health }' } });
      await vi.waitFor(() => expect(socket.messages.at(-1)).toEqual({ id: '3', type: 'complete' }));
      expect(socket.closed).toBeNull();
    }
  });

  test.each([
    ['Bearer bad', 4403, 'The token does not verify.'],
    ['Bearer app', 4403, 'The token has no scp.'],
    ['Bearer offline', 1013, 'The credential could not be checked: try again later'],
    [42, 4403, '`authorization` must be "Bearer" and a token.'],
  ])('%s closes the socket with %d', async (authorization, code, reason) => {
    await using server = await startServer();
    const socket = await openSocket(server.socket, { authorization });
    await vi.waitFor(() => expect(socket.closed).toEqual({ code, reason }));
    expect(socket.messages).toEqual([]);
  });

  test('the acknowledgement and the pong say when the token runs out, never what it is', async () => {
    await using server = await startServer();
    const socket = await openSocket(server.socket, { authorization: 'Bearer ada@4102444800000' });
    await vi.waitFor(() =>
      expect(socket.messages).toEqual([
        { type: 'connection_ack', payload: { expiresAt: '2100-01-01T00:00:00.000Z' } },
      ]),
    );
    socket.send({ type: 'ping', payload: { authorization: 'Bearer ada@4105123200000' } });
    await vi.waitFor(() =>
      expect(socket.messages.at(-1)).toEqual({
        type: 'pong',
        payload: { expiresAt: '2100-02-01T00:00:00.000Z' },
      }),
    );
    for (const payload of [undefined, { round: 1 }]) {
      socket.send({ type: 'ping', payload });
      await vi.waitFor(() =>
        expect(socket.messages.at(-1)).toEqual({ type: 'pong', ...(payload && { payload }) }),
      );
    }
  });

  test('what runs goes on with a renewed token, without a gap, until that one runs out', async () => {
    const clock = handClock();
    await using server = await startServer({ clock });
    const socket = await openSocket(server.socket, { authorization: 'Bearer ada@1000' });
    socket.send({ type: 'subscribe', id: '1', payload: { query: ticks } });
    server.stage.feed.push({ number: 1 });
    await vi.waitFor(() =>
      expect(socket.messages.at(-1)).toMatchObject({ payload: { data: { ticks: { token: 'ada@1000' } } } }),
    );
    socket.send({ type: 'ping', payload: { authorization: 'Bearer ada@9000000000' } });
    await vi.waitFor(() => expect(socket.messages.at(-1)?.type).toBe('pong'));
    // Longer than setTimeout can wait.
    expect(clock.sleeping).toBe(2 ** 31 - 1);
    clock.pass(1000);
    server.stage.feed.push({ number: 2 });
    await vi.waitFor(() =>
      expect(socket.messages.at(-1)).toMatchObject({
        payload: { data: { ticks: { number: 2, token: 'ada@9000000000' } } },
      }),
    );
    expect(server.stage.feed.started).toBe(1);
    clock.pass(9_000_000_000 - 1000 - 1);
    socket.send({ type: 'ping' });
    await vi.waitFor(() => expect(socket.messages.at(-1)).toEqual({ type: 'pong' }));
    clock.pass(1);
    await vi.waitFor(() => expect(socket.closed).toEqual({ code: 4403, reason: 'The token has expired' }));
    await vi.waitFor(() => expect(server.stage.feed.ended).toBe(1));
  });

  test.each([
    [ada, 'Bearer ben', 'The token is not of the person who opened this connection.'],
    [ada, 'Bearer bad', 'The token does not verify.'],
    [null, 'Bearer ada', 'The token is not of the person who opened this connection.'],
  ])('%o cannot be renewed with %s', async (init, authorization, reason) => {
    await using server = await startServer();
    const socket = await openSocket(server.socket, init);
    await vi.waitFor(() => expect(socket.messages).toHaveLength(1));
    socket.send({ type: 'ping', payload: { authorization } });
    await vi.waitFor(() => expect(socket.closed).toEqual({ code: 4403, reason }));
  });

  test('an older token does not displace a newer one', async () => {
    await using server = await startServer();
    const socket = await openSocket(server.socket, { authorization: 'Bearer ada@4105123200000' });
    socket.send({ type: 'ping', payload: { authorization: 'Bearer ada@4102444800000' } });
    await vi.waitFor(() =>
      expect(socket.messages.at(-1)).toEqual({
        type: 'pong',
        payload: { expiresAt: '2100-02-01T00:00:00.000Z' },
      }),
    );
  });
});

describe('connections', () => {
  test.each([
    ['http://evil.example', 403],
    ['http://app.example', 101],
    [undefined, 101],
    ['same', 101],
  ])('a page of %s gets %d', async (origin, expected) => {
    await using server = await startServer({ corsOrigins: ['http://app.example'] });
    const headers = origin ? { origin: origin === 'same' ? server.url : origin } : {};
    const socket = new WebSocket(server.socket, 'graphql-transport-ws', { headers });
    const status = await Promise.race([
      once(socket, 'open').then(() => 101),
      once(socket, 'unexpected-response').then(
        ([, response]) => (response as { statusCode: number }).statusCode,
      ),
    ]);
    expect(status).toBe(expected);
    socket.terminate();
  });

  test('there is a WebSocket at /graphql only', async () => {
    await using server = await startServer();
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/else`, 'graphql-transport-ws');
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(404);
  });

  test('one that says nothing is closed with 4408', async () => {
    await using server = await startServer({ initTimeoutMs: 5 });
    const socket = await openSocket(server.socket);
    await vi.waitFor(() => expect(socket.closed?.code).toBe(4408));
  });

  test('a message that is too large closes with 1009', async () => {
    await using server = await startServer({ maxBodyBytes: 1000 });
    const socket = await openSocket(server.socket, { pad: 'x'.repeat(2000) });
    await vi.waitFor(() => expect(socket.closed?.code).toBe(1009));
  });

  test('a client that does not answer pings is cut off; one that does stays', async () => {
    await using server = await startServer({ keepAliveMs: 30 });
    const mute = await openSocket(server.socket, ada);
    const alive = await openSocket(server.socket, ada);
    let pings = 0;
    alive.socket.on('ping', () => pings++);
    // Without this, ws answers by itself.
    (mute.socket as unknown as { _autoPong: boolean })._autoPong = false;
    await vi.waitFor(() => expect(mute.closed?.code).toBe(1006));
    await vi.waitFor(() => expect(pings).toBeGreaterThan(2));
    expect(alive.closed).toBeNull();
  });

  test('pulls no event that a slow reader has no room for, and takes no more of its messages', async () => {
    await using server = await startServer();
    const socket = await openSocket(server.socket, ada);
    await vi.waitFor(() => expect(socket.messages).toHaveLength(1));
    socket.send({ type: 'subscribe', id: '1', payload: { query: 'subscription { flood { text } }' } });
    socket.socket.pause();
    let before = -1;
    await vi.waitFor(
      () => {
        const now = server.stage.flooded;
        const settled = now > 0 && now === before;
        before = now;
        expect(settled).toBe(true);
      },
      { interval: 200, timeout: 10_000 },
    );
    expect(server.stage.flooded).toBeLessThan(100);
    const stopped = server.stage.flooded;
    socket.socket.resume();
    await vi.waitFor(() => expect(server.stage.flooded).toBeGreaterThan(stopped + 20));
    socket.socket.terminate();
  });

  test('a reader that takes nothing any more is cut off', async () => {
    await using server = await startServer({ keepAliveMs: 20 });
    const socket = await openSocket(server.socket, ada);
    socket.send({ type: 'subscribe', id: '1', payload: { query: 'subscription { flood { text } }' } });
    socket.socket.pause();
    await vi.waitFor(() => expect(server.stage.contexts[0]?.call.signal.aborted).toBe(true), 10_000);
    socket.socket.terminate();
  });
});
