import { get } from 'node:http';
import { connect } from 'node:net';
import { type Client, createClient } from 'graphql-sse';
import { describe, expect, test, vi } from 'vitest';
import { handClock } from './hand-clock.ts';
import { type Answer, ada, post, startServer } from './support.ts';

const ticks = 'subscription($after: String) { ticks(after: $after) { number context person } }';
const accept = { accept: 'text/event-stream' };

const sseClient = (url: string, headers: Record<string, string>): Client =>
  createClient({ url, headers, retryAttempts: 0 });

/** Opens a stream and gives its text as it comes. */
async function openStream(url: string, body: object, headers: Record<string, string> = ada) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...accept, ...headers },
    body: JSON.stringify(body),
  });
  const state = { response, text: '', closed: false };
  const reading = (async () => {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) state.text += chunk;
    state.closed = true;
  })();
  return Object.assign(state, { reading });
}

describe('a stream', () => {
  test('is what a stock graphql-sse client expects, with a fresh context for each event', async () => {
    await using server = await startServer();
    server.stage.feed.push({ number: 1 }, { number: 2 }, 'end');
    const client = sseClient(server.graphql, ada);
    const seen: unknown[] = [];
    for await (const result of client.iterate({ query: ticks })) seen.push(result.data?.ticks);
    expect(seen).toMatchObject([
      { number: 1, person: 'ada' },
      { number: 2, person: 'ada' },
    ]);
    const [first, second] = seen as { context: number }[];
    expect(new Set([0, first?.context, second?.context]).size).toBe(3);
  });

  test('has ids, headers that no proxy holds back, and an end', async () => {
    await using server = await startServer();
    const stream = await openStream(server.graphql, { query: 'subscription { ticks { number } }' });
    expect(Object.fromEntries(stream.response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'server-timing': expect.stringContaining('auth;dur='),
    });
    server.stage.feed.push(
      { cursor: 'c-1', number: 1 },
      { number: 2 },
      { cursor: 'two\nlines', number: 3 },
      'end',
    );
    await stream.reading;
    expect(stream.text).toBe(
      ':\n\n' +
        'id: c-1\nevent: next\ndata: {"data":{"ticks":{"number":1}}}\n\n' +
        'event: next\ndata: {"data":{"ticks":{"number":2}}}\n\n' +
        'event: next\ndata: {"data":{"ticks":{"number":3}}}\n\n' +
        'event: complete\ndata:\n\n',
    );
  });

  test('opens over GET as well', async () => {
    await using server = await startServer();
    server.stage.feed.push({ number: 1 }, 'end');
    const url = `${server.graphql}?${new URLSearchParams({ query: 'subscription { ticks { number } }' })}`;
    const response = await fetch(url, { headers: { ...ada, ...accept } });
    expect(await response.text()).toContain('data: {"data":{"ticks":{"number":1}}}');
  });

  test('shows signs of life', async () => {
    await using server = await startServer({ keepAliveMs: 5 });
    const stream = await openStream(server.graphql, { query: ticks });
    await vi.waitFor(() => expect(stream.text).toMatch(/^(:\n\n){3}/));
  });

  test('goes on after Last-Event-ID, which wins over `after`', async () => {
    await using server = await startServer();
    await openStream(server.graphql, { query: ticks, variables: { after: 'old' } });
    await vi.waitFor(() => expect(server.stage.feed.after).toBe('old'));
    const resumed = { ...ada, 'last-event-id': 'newer' };
    await openStream(server.graphql, { query: ticks, variables: { after: 'old' } }, resumed);
    await vi.waitFor(() => expect(server.stage.feed.after).toBe('newer'));
  });

  test('ends its source at once when the client leaves, even one that waits for good', async () => {
    await using server = await startServer();
    for (const query of [ticks, 'subscription { stuck { number } }']) {
      const request = get(`${server.graphql}?${new URLSearchParams({ query })}`, {
        headers: { ...ada, ...accept },
      });
      request.on('error', () => {});
      await new Promise((resolve) => request.once('response', (response) => response.once('data', resolve)));
      request.destroy();
    }
    await vi.waitFor(() => expect(server.stage.feed.ended).toBe(1));
    await vi.waitFor(() => expect(server.stage.contexts.every(({ call }) => call.signal.aborted)).toBe(true));
    expect(server.stage.logs).toEqual([]);
  });

  test('pulls no event that a slow reader has no room for', async () => {
    await using server = await startServer();
    const socket = connect(server.port, '127.0.0.1');
    socket.pause();
    const query = encodeURIComponent('subscription { flood { text } }');
    socket.write(
      `GET /graphql?query=${query} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ada\r\nAccept: text/event-stream\r\n\r\n`,
    );
    let before = -1;
    // The kernel takes some megabytes; what counts is that it stops.
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
    socket.destroy();
  });
});

test('a reader that takes nothing any more is cut off', async () => {
  await using server = await startServer({ keepAliveMs: 20 });
  const socket = connect(server.port, '127.0.0.1');
  socket.pause();
  const query = encodeURIComponent('subscription { flood { text } }');
  socket.write(
    `GET /graphql?query=${query} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ada\r\nAccept: text/event-stream\r\n\r\n`,
  );
  await vi.waitFor(() => expect(server.stage.contexts[0]?.call.signal.aborted).toBe(true), 10_000);
  socket.destroy();
});

describe('what goes wrong', () => {
  test('a subscription without Accept: text/event-stream is 406 and not started', async () => {
    await using server = await startServer();
    const { status, answer } = await post(server.graphql, { query: ticks }, ada);
    expect(status).toBe(406);
    expect(answer.errors?.[0]).toEqual({
      message: 'A subscription over HTTP needs `Accept: text/event-stream`.',
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(server.stage.feed.started).toBe(0);
  });

  test('nobody gets 401', async () => {
    await using server = await startServer();
    const { response, text, reading } = await openStream(server.graphql, { query: ticks }, {});
    expect(response.status).toBe(401);
    await reading;
    expect(text).toBe('');
    const stream = await openStream(server.graphql, { query: ticks }, {});
    await stream.reading;
    expect(stream.text).toContain('"code":"UNAUTHENTICATED"');
  });

  test.each([
    ['subscription { denied { number } }', 'FORBIDDEN'],
    ['subscription { broken { number } }', 'INTERNAL'],
    ['subscription { nothing }', 'BAD_USER_INPUT'],
    ['subscription($after: String!) { ticks(after: $after) { number } }', 'BAD_USER_INPUT'],
  ])('%s ends with %s', async (query, code) => {
    await using server = await startServer();
    const results: Answer[] = [];
    for await (const result of sseClient(server.graphql, ada).iterate({ query }))
      results.push(result as Answer);
    expect(results.map(({ errors }) => errors?.[0]?.extensions.code)).toEqual([code]);
  });

  test('a source that throws ends the stream with its error, and the process lives', async () => {
    await using server = await startServer();
    server.stage.feed.push({ number: 1 }, new Error('the poll failed'));
    const results: Answer[] = [];
    for await (const result of sseClient(server.graphql, ada).iterate({ query: ticks }))
      results.push(result as Answer);
    expect(results).toMatchObject([
      { data: { ticks: { number: 1 } } },
      { errors: [{ message: 'Internal error.', extensions: { code: 'INTERNAL' } }] },
    ]);
    expect(server.stage.logs).toMatchObject([
      { level: 'error', fields: { err: { message: 'the poll failed' } } },
    ]);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });

  test('a field that throws costs its event a field, not the stream', async () => {
    await using server = await startServer();
    server.stage.feed.push({ number: 1 }, { number: 2 }, 'end');
    const query = 'subscription { ticks { number boom } }';
    const results: Answer[] = [];
    for await (const result of sseClient(server.graphql, ada).iterate({ query }))
      results.push(result as Answer);
    expect(results).toMatchObject([
      { data: { ticks: { number: 1, boom: null } }, errors: [{ extensions: { code: 'INTERNAL' } }] },
      { data: { ticks: { number: 2, boom: null } } },
    ]);
  });

  test('a token that runs out ends the stream with UNAUTHENTICATED, then complete', async () => {
    const clock = handClock();
    await using server = await startServer({ clock });
    const soon = { authorization: `Bearer ada@${2 ** 33}` };
    const stream = await openStream(server.graphql, { query: ticks }, soon);
    // Longer than setTimeout can wait.
    expect(clock.sleeping).toBe(2 ** 31 - 1);
    clock.pass(2 ** 33 - 1);
    server.stage.feed.push({ number: 1 });
    await vi.waitFor(() => expect(stream.text).toContain('"number":1'));
    clock.pass(1);
    await stream.reading;
    expect(stream.text).toContain(
      'event: next\ndata: {"errors":[{"message":"The token has expired.","extensions":{"code":"UNAUTHENTICATED"}}]}\n\n',
    );
    expect(stream.text.endsWith('event: complete\ndata:\n\n')).toBe(true);
    expect(server.stage.feed.ended).toBe(1);
  });
});
