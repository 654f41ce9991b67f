import { describe, expect, test, vi } from 'vitest';
import { handClock } from './hand-clock.ts';
import { startServer } from './support.ts';
import { openSocket } from './websocket-support.ts';

const ticks = 'subscription($after: String) { ticks(after: $after) { number context person token } }';
const ada = { authorization: 'Bearer ada' };

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
    [ada, 'Bearer ben', 'The credential is not of the caller who opened this connection.'],
    [ada, 'Bearer bad', 'The token does not verify.'],
    [null, 'Bearer ada', 'The credential is not of the caller who opened this connection.'],
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
