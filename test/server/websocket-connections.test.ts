import { once } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startServer } from './support.ts';
import { openSocket } from './websocket-support.ts';

const ada = { authorization: 'Bearer ada' };

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
