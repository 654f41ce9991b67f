import { get } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { ada, post, startServer } from './support.ts';

describe('paths', () => {
  test('health lives, ready follows the runtime, anything else is not there', async () => {
    await using server = await startServer();
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    expect((await fetch(`${server.url}/ready`)).status).toBe(200);
    server.readiness.ready = false;
    expect((await fetch(`${server.url}/ready`)).status).toBe(503);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    const missing = await fetch(`${server.url}/else`);
    expect(missing.status).toBe(404);
    expect(await missing.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });

  test.each(['a b', 'x:99999'])('a Host that is none is 400: %s', async (host) => {
    await using server = await startServer();
    const status = await new Promise((resolve) =>
      get({ port: server.port, path: '/graphql?query={health}', headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }),
    );
    expect(status).toBe(400);
  });

  test('only GET and POST', async () => {
    await using server = await startServer();
    const response = await fetch(server.graphql, { method: 'PUT', body: '{}', headers: ada });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, POST');
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});

describe('queries', () => {
  test('over POST and GET', async () => {
    await using server = await startServer();
    const posted = await post(server.graphql, { query: '{ me }' }, ada);
    expect(posted.answer).toEqual({ data: { me: 'ada' } });
    const url = `${server.graphql}?${new URLSearchParams({ query: 'query($n: SafeInt) { echo(count: $n) }', variables: '{"n":3}' })}`;
    const got = await fetch(url, { headers: ada });
    expect(await got.json()).toEqual({ data: { echo: { count: 3, limit: 1 } } });
  });

  test('a mutation over GET is refused', async () => {
    await using server = await startServer();
    const response = await fetch(`${server.graphql}?query=mutation{finish}`, { headers: ada });
    expect(response.status).toBe(405);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(server.stage.waiting).toBe(0);
  });

  test.each([
    ['*/*', 'application/json; charset=utf-8'],
    ['application/json', 'application/json; charset=utf-8'],
    ['application/graphql-response+json', 'application/graphql-response+json; charset=utf-8'],
    [
      'application/json;q=0.5, application/graphql-response+json',
      'application/graphql-response+json; charset=utf-8',
    ],
    ['multipart/mixed;deferSpec=20220824, application/json', 'application/json; charset=utf-8'],
    ['text/event-stream;q=0.1, application/json;q=0.2', 'application/json; charset=utf-8'],
    ['text/event-stream', 'text/event-stream; charset=utf-8'],
  ])('Accept: %s is answered with %s', async (accept, type) => {
    await using server = await startServer();
    const response = await fetch(`${server.graphql}?query={health}`, { headers: { accept } });
    expect(response.headers.get('content-type')).toBe(type);
    expect(await response.text()).toContain('{"data":{"health":"fine"}}');
  });

  test('what cannot be given is 406, and nothing ran', async () => {
    await using server = await startServer();
    const { status, answer } = await post(
      server.graphql,
      { query: 'mutation { finish }' },
      { ...ada, accept: 'image/png' },
    );
    expect(status).toBe(406);
    expect(answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(server.stage.waiting).toBe(0);
  });

  test('an operation whose client leaves is aborted', async () => {
    await using server = await startServer();
    const leave = new AbortController();
    const asked = fetch(`${server.graphql}?query={wait}`, { headers: ada, signal: leave.signal });
    await vi.waitFor(() => expect(server.stage.waiting).toBe(1));
    leave.abort();
    await expect(asked).rejects.toThrow();
    await vi.waitFor(() => expect(server.stage.aborted).toBe(1));
    expect(server.stage.logs).toEqual([]);
  });
});

describe('bodies', () => {
  const tooMuch = JSON.stringify({ query: '{ health }', pad: 'x'.repeat(2000) });

  test('too large by its header is 413', async () => {
    await using server = await startServer({ maxBodyBytes: 1000 });
    const { status, answer } = await post(server.graphql, tooMuch);
    expect(status).toBe(413);
    expect(answer.errors?.[0]).toMatchObject({
      message: 'The body is larger than 1000 bytes.',
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  test('too large by counting is 413', async () => {
    await using server = await startServer({ maxBodyBytes: 1000 });
    const response = await fetch(server.graphql, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Blob([tooMuch]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  test('one that does not arrive is 408', async () => {
    await using server = await startServer({ bodyDeadlineMs: 20 });
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    );
    const [head] = (await new Promise<Buffer>((resolve) => socket.once('data', resolve)))
      .toString()
      .split('\r\n');
    expect(head).toBe('HTTP/1.1 408 Request Timeout');
    socket.destroy();
  });

  test.each([
    ['application/x-www-form-urlencoded', 'query={health}', 415],
    ['text/plain', '{"query":"{health}"}', 415],
    ['application/json', '{"query":', 400],
    ['application/json', '"{health}"', 400],
    ['application/json', '[{"query":"{health}"},{"query":"{health}"}]', 400],
    ['application/json', '{}', 400],
    ['application/json', '{"query":"{health}","variables":[]}', 400],
  ])('%s %s is %d', async (type, body, expected) => {
    await using server = await startServer();
    const { status, answer } = await post(server.graphql, body, { 'content-type': type });
    expect(status).toBe(expected);
    expect(answer.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT' });
  });
});

describe('headers', () => {
  test("the client's request id and trace go on; a dangerous one is replaced", async () => {
    await using server = await startServer();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const kept = await post(
      server.graphql,
      { query: '{ me }' },
      { ...ada, 'x-request-id': 'abc-1', traceparent },
    );
    expect(kept.response.headers.get('x-request-id')).toBe('abc-1');
    const call = server.stage.contexts[0]?.call;
    expect(call?.requestId).toBe('abc-1');
    expect(call?.traceparent).toMatch(
      /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/,
    );
    const replaced = await post(server.graphql, { query: '{ me }' }, { ...ada, 'x-request-id': 'a b' });
    expect(replaced.response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(server.stage.contexts[1]?.call.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  test('Server-Timing names auth, upstream and execute', async () => {
    await using server = await startServer();
    const { response } = await post(server.graphql, { query: '{ upstream }' }, ada);
    expect(response.headers.get('server-timing')).toMatch(
      /^auth;dur=[\d.]+, upstream;dur=13\.3, upstream-azure-ml;dur=12\.3, upstream-arm;dur=1\.0, execute;dur=[\d.]+$/,
    );
  });
});
