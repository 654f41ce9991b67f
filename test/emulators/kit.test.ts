import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, type Pour, type Route, startEmulator } from '../../emulators/kit/server.ts';

const handle: Route = async (request) => {
  if (request.path === '/echo')
    return { status: 200, body: { body: await request.json(), again: await request.json() } };
  if (request.path === '/empty') return { status: 204 };
  if (request.path === '/stream') return { status: 200, body: lines() };
  if (request.path === '/poured') return { status: 200, body: pour };
  if (request.path === '/bytes') return { status: 200, body: Buffer.from([1, 2, 3]) };
  if (request.path.startsWith('/path/')) return { status: 200, body: { path: request.path } };
  if (request.path === '/bug') throw new Error('a bug with a secret in it');
  return null;
};

async function* lines() {
  yield 'one\n';
  yield 'two\n';
}

const pour: Pour = (out) => {
  out.write('eins\n');
  out.write('zwei – drei\n');
  setImmediate(() => out.end('vier\n'));
};

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({
    name: 'sample',
    handle,
    callerOf: ({ headers }) => (typeof headers['x-caller'] === 'string' ? headers['x-caller'] : null),
  });
});
afterEach(() => emulator.close());

const at = (path: string) => `${emulator.url}${path}`;
const get = (path: string, caller?: string) =>
  fetch(at(path), { headers: caller ? { 'x-caller': caller } : {} });
const fault = (body: unknown) =>
  fetch(at('/_control/faults'), { method: 'POST', body: JSON.stringify(body) });
const calls = async () => (await (await get('/_control/calls')).json()).calls;

/** `fetch` normalises a path before it sends it; this does not. */
const rawGet = (path: string) =>
  new Promise<string>((resolve, reject) => {
    const { hostname, port } = new URL(emulator.url);
    request({ hostname, port, path }, async (response) => {
      resolve(Buffer.concat(await response.toArray()).toString());
    })
      .on('error', reject)
      .end();
  });

describe('replies', () => {
  it('sends objects as JSON, bytes and streams as they are, and no length with a 204', async () => {
    const echo = await fetch(at('/echo'), { method: 'POST', body: '{"a":1}' });
    expect(await echo.json()).toEqual({ body: { a: 1 }, again: { a: 1 } });
    expect([...new Uint8Array(await (await get('/bytes')).arrayBuffer())]).toEqual([1, 2, 3]);
    expect(await (await get('/stream')).text()).toBe('one\ntwo\n');
    for (const _ of ['first', 'on the same connection'])
      expect(await (await get('/poured')).text()).toBe('eins\nzwei – drei\nvier\n');
    const empty = await get('/empty');
    expect([empty.status, empty.headers.get('content-length')]).toEqual([204, null]);
  });

  it('decodes the path and collapses its slashes', async () => {
    expect(JSON.parse(await rawGet('//path//a%20b///c?x=1'))).toEqual({ path: '/path/a b/c' });
    expect(JSON.parse(await rawGet('/path/%ff')).error.code).toBe('BadRequest');
  });

  it('answers what no route takes with 404, and a bug with 500 that tells nothing', async () => {
    expect((await get('/nothing')).status).toBe(404);
    const bug = await get('/bug');
    expect(bug.status).toBe(500);
    expect(await bug.text()).not.toContain('secret');
  });

  it('answers a body that is not JSON with 400', async () => {
    const answer = await fetch(at('/echo'), { method: 'POST', body: '{' });
    expect([answer.status, (await answer.json()).error.code]).toEqual([400, 'BadRequest']);
  });
});

describe('faults', () => {
  it('status: with Retry-After, the service error body, and only as often as asked', async () => {
    await fault({ kind: 'status', status: 429, retryAfter: 7, times: 1 });
    const first = await get('/bytes');
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '7']);
    expect((await first.json()).error.code).toBe('TooManyRequests');
    expect((await get('/bytes')).status).toBe(200);
  });

  it('status is 500 without another', async () => {
    await fault({ kind: 'status' });
    expect((await get('/bytes')).status).toBe(500);
  });

  it('meets only the path, the method and the caller it names', async () => {
    await fault({ kind: 'status', path: '^/bytes$', method: 'get', caller: 'Ada' });
    expect((await get('/bytes', 'Ben')).status).toBe(200);
    expect((await get('/stream', 'Ada')).status).toBe(200);
    expect((await get('/bytes', 'Ada')).status).toBe(500);
  });

  it('latency delays the answer, and can stand beside a failure', async () => {
    await fault({ kind: 'latency', delayMs: 120, times: 1 });
    await fault({ kind: 'status', status: 503, times: 1 });
    const started = performance.now();
    expect((await get('/bytes')).status).toBe(503);
    expect(performance.now() - started).toBeGreaterThan(110);
    expect((await get('/bytes')).status).toBe(200);
  });

  it('hang never answers, and ends with the client', async () => {
    await fault({ kind: 'hang', times: 1 });
    const gone = new AbortController();
    const answer = fetch(at('/bytes'), { signal: gone.signal });
    await expect.poll(calls).toMatchObject([{ path: '/bytes', status: null }]);
    gone.abort();
    await expect(answer).rejects.toThrow();
    expect((await get('/bytes')).status).toBe(200);
  });

  it('cut sends a part of the announced body and drops the connection', async () => {
    await fault({ kind: 'cut', path: '/echo', times: 1 });
    const answer = await fetch(at('/echo'), { method: 'POST', body: '{"long":"enough to be cut"}' });
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
    for (const path of ['/stream', '/poured']) {
      await fault({ kind: 'cut', path, times: 1 });
      await expect((await get(path)).text()).rejects.toThrow();
    }
    await fault({ kind: 'cut', path: '/empty', times: 1 });
    await expect(get('/empty')).rejects.toThrow();
  });

  it('malformed is a 200 with broken JSON, html a 502 with a page', async () => {
    await fault({ kind: 'malformed', times: 1 });
    const malformed = await get('/echo');
    expect([malformed.status, malformed.headers.get('content-type')]).toEqual([200, 'application/json']);
    await expect(malformed.json()).rejects.toThrow(SyntaxError);
    await fault({ kind: 'html', times: 1 });
    const html = await get('/bytes');
    expect([html.status, html.headers.get('content-type')]).toEqual([502, 'text/html']);
  });

  it('end with DELETE', async () => {
    await fault({ kind: 'status' });
    await fetch(at('/_control/faults'), { method: 'DELETE' });
    expect((await get('/bytes')).status).toBe(200);
  });

  it.each([
    [{ kind: 'nonsense' }, 'kind is one of'],
    [{ kind: 'status', times: 'two' }, 'times is a number'],
    [{ kind: 'status', path: '(' }, 'Invalid regular expression'],
    [{ kind: 'status', sometimes: 1 }, 'no "sometimes"'],
    ['status', 'an object'],
  ])('refuse %j', async (body, reason) => {
    const answer = await fault(body);
    expect(answer.status).toBe(400);
    expect((await answer.json()).error.message).toContain(reason);
  });

  it('cannot be switched on by a page in a browser', async () => {
    const answer = await fetch(at('/_control/faults'), {
      method: 'POST',
      headers: { origin: 'https://elsewhere.example' },
      body: JSON.stringify({ kind: 'status' }),
    });
    expect(answer.status).toBe(403);
    expect((await get('/bytes')).status).toBe(200);
  });
});

describe('calls', () => {
  it('are logged in order with caller and status, without credentials, and without the control routes', async () => {
    await fetch(at('/bytes?sv=1&sig=secret&x=2'), {
      headers: { authorization: 'Bearer secret', 'x-caller': 'Ada', 'x-ms-client-request-id': 'r1' },
    });
    await get('/nothing');
    await expect.poll(calls).toMatchObject([{ status: 200 }, { status: 404 }]);
    const [first, second] = await calls();
    expect(first).toMatchObject({
      method: 'GET',
      path: '/bytes',
      query: 'sv=1&sig=[hidden]&x=2',
      caller: 'Ada',
      headers: { authorization: '[hidden]', 'x-ms-client-request-id': 'r1' },
    });
    expect(JSON.stringify(first)).not.toContain('secret');
    expect(second).toMatchObject({ path: '/nothing', caller: null });
  });

  it('are forgotten with DELETE', async () => {
    await get('/bytes');
    await fetch(at('/_control/calls'), { method: 'DELETE' });
    expect(await calls()).toEqual([]);
  });
});
