import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { createClient as createSseClient } from 'graphql-sse';
import { describe, expect, test, vi } from 'vitest';
import { handClock } from './hand-clock.ts';
import { ada, post, startServer } from './support.ts';
import { collect, openSocket, stockClient } from './websocket-support.ts';

const ticks = 'subscription { ticks { number } }';
const long = 60_000;

describe('drain', () => {
  test('closes idle connections, takes no new ones, and is over', async () => {
    await using server = await startServer();
    const agent = new Agent({ keepAlive: true });
    await new Promise((resolve) =>
      get({ port: server.port, path: '/health', agent }, (response) =>
        response.resume().once('end', resolve),
      ),
    );
    await server.server.drain(long);
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
    agent.destroy();
  });

  test('waits for a running operation, and closes its connection', async () => {
    await using server = await startServer();
    const answered = post(server.graphql, { query: 'mutation { finish }' }, ada);
    await vi.waitFor(() => expect(server.stage.waiting).toBe(1));
    const drained = server.server.drain(long);
    server.stage.gate.resolve('in time');
    const { response, answer } = await answered;
    expect(answer).toEqual({ data: { finish: 'in time' } });
    expect(response.headers.get('connection')).toBe('close');
    await drained;
  });

  test('does not wait longer than the deadline', async () => {
    const clock = handClock();
    await using server = await startServer({ clock });
    const answered = post(server.graphql, { query: '{ wait }' }, ada);
    answered.catch(() => {});
    await vi.waitFor(() => expect(server.stage.waiting).toBe(1));
    const drained = server.server.drain(20_000);
    await vi.waitFor(() => expect(clock.sleeping).toBe(20_000));
    clock.pass(20_000);
    await drained;
    await expect(answered).rejects.toThrow();
    await vi.waitFor(() => expect(server.stage.aborted).toBe(1));
  });

  test('on a connection that was busy, says that it is not ready and starts nothing', async () => {
    await using server = await startServer();
    const socket = connect(server.port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    const ask = (path: string, auth = '') => socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n${auth}\r\n`);
    ask('/graphql?query={wait}', 'Authorization: Bearer ada\r\n');
    await vi.waitFor(() => expect(server.stage.waiting).toBe(1));
    const other = connect(server.port, '127.0.0.1');
    let ready = '';
    other.on('data', (chunk) => {
      ready += chunk;
    });
    other.write('GET /ready HTTP/1.1\r\n');
    await vi.waitFor(() => expect(other.bytesWritten).toBeGreaterThan(0));
    await fetch(`${server.url}/health`);
    const drained = server.server.drain(long);
    other.write('Host: x\r\n\r\n');
    await vi.waitFor(() => expect(ready).toMatch(/^HTTP\/1.1 503 /));
    server.stage.gate.resolve('done');
    await vi.waitFor(() => expect(text).toContain('"wait":"done"'));
    await drained;
  });

  test('cuts event streams without `complete`, so that a stock client comes back', async () => {
    await using server = await startServer();
    const attempts: boolean[] = [];
    const client = createSseClient({
      url: server.graphql,
      headers: ada,
      retryAttempts: 1,
      retry: async () => {},
      on: { connecting: (retrying) => attempts.push(retrying) },
    });
    const seen = { complete: false, error: undefined as unknown };
    client.subscribe(
      { query: ticks },
      {
        next: () => {},
        error: (error) => {
          seen.error = error;
        },
        complete: () => {
          seen.complete = true;
        },
      },
    );
    await vi.waitFor(() => expect(server.stage.feed.started).toBe(1));
    server.stage.feed.push({ number: 1 });
    await vi.waitFor(() => expect(server.stage.feed.pulled).toBe(1));
    await server.server.drain(long);
    expect(server.stage.feed.ended).toBe(1);
    // It came back, and found nobody.
    await vi.waitFor(() => expect(attempts).toEqual([false, true]));
    await vi.waitFor(() => expect(seen.error).toBeDefined());
    expect(seen.complete).toBe(false);
    client.dispose();
  });

  test('closes sockets with 1012, so that a stock client comes back', async () => {
    await using server = await startServer();
    const attempts: boolean[] = [];
    const client = stockClient(server.socket, 'Bearer ada', {
      retryAttempts: 1,
      retryWait: async () => {},
      on: { connecting: (retrying) => attempts.push(retrying) },
    });
    const seen = collect(client, ticks);
    const raw = await openSocket(server.socket, ada);
    await vi.waitFor(() => expect(server.stage.feed.started).toBe(1));
    await server.server.drain(long);
    await vi.waitFor(() => expect(raw.closed).toEqual({ code: 1012, reason: 'The service restarts' }));
    expect(server.stage.feed.ended).toBe(1);
    await vi.waitFor(() => expect(attempts).toEqual([false, true]));
    expect(seen.completed).toBe(false);
    await client.dispose();
  });

  test('lets a mutation on a socket end first, and begins nothing more on it', async () => {
    await using server = await startServer();
    const socket = await openSocket(server.socket, ada);
    socket.send({ type: 'subscribe', id: '1', payload: { query: 'mutation { finish }' } });
    await vi.waitFor(() => expect(server.stage.waiting).toBe(1));
    const drained = server.server.drain(long);
    socket.send({ type: 'subscribe', id: '2', payload: { query: '{ me }' } });
    await vi.waitFor(() =>
      expect(socket.messages.at(-1)).toMatchObject({
        id: '2',
        payload: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
      }),
    );
    server.stage.gate.resolve('in time');
    await drained;
    expect(socket.messages).toContainEqual({
      id: '1',
      type: 'next',
      payload: { data: { finish: 'in time' } },
    });
    await vi.waitFor(() => expect(socket.closed?.code).toBe(1012));
  });
});
