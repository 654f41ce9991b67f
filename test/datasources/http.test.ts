import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createUpstream, type UpstreamSettings } from '../../src/datasources/http.ts';
import type { CallContext } from '../../src/domain/callers.ts';
import type { Clock } from '../../src/domain/clock.ts';
import { MlgraphError } from '../../src/domain/errors.ts';
import { json, startScripted } from './scripted-server.ts';

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const contextOf = (signal: AbortSignal = new AbortController().signal): CallContext => ({
  signal,
  requestId: 'operation-1',
  traceparent: `00-${trace}-00f067aa0ba902b7-01`,
});
const get = { method: 'GET', path: '/things/1', schema: z.object({ name: z.string() }) } as const;
const post = { ...get, method: 'POST', json: { a: 1 } } as const;
const token = async () => 'secret-token';

/** A clock whose waits are over at once, and remembered. */
function fakeClock() {
  const slept: number[] = [];
  let now = 1_700_000_000_000;
  const sleep: Clock['sleep'] = async (ms) => {
    slept.push(ms);
    now += ms;
  };
  return { slept, clock: { now: () => now, sleep } satisfies Clock };
}

const upstreamAt = (baseUrl: string, settings: Partial<UpstreamSettings> = {}, clock = fakeClock().clock) => {
  const upstream = createUpstream({ name: 'arm', baseUrl, ...settings }, { clock, random: () => 0.5 });
  return Object.assign(upstream, { [Symbol.asyncDispose]: () => upstream.close() });
};

const failureOf = async (call: Promise<unknown>): Promise<MlgraphError> => {
  const error = await call.then(
    () => expect.fail('the call was expected to fail'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MlgraphError);
  return error as MlgraphError;
};

describe('an answer', () => {
  it('is read by its schema, with the trace, the request id and the token sent', async () => {
    await using server = await startScripted((_, response) => json(response, 200, { name: 'one', more: 1 }));
    await using upstream = upstreamAt(`${server.url}/base/`);
    const onUpstreamTime = vi.fn();
    const answer = await upstream.call(
      { ...contextOf(), onUpstreamTime },
      { ...get, query: { 'api-version': '2026-09-01', $skip: 'a b', none: undefined }, token },
    );
    expect(answer).toMatchObject({ status: 200, body: { name: 'one' } });
    const [seen] = server.received;
    expect(seen?.url).toBe('/base/things/1?api-version=2026-09-01&$skip=a%20b');
    expect(seen?.headers.authorization).toBe('Bearer secret-token');
    expect(seen?.headers['user-agent']).toBe('mlgraph');
    expect(seen?.headers['x-ms-client-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(seen?.headers.traceparent).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
    expect(seen?.headers.traceparent).not.toContain('00f067aa0ba902b7');
    expect(onUpstreamTime).toHaveBeenCalledExactlyOnceWith('arm', expect.any(Number));
  });

  it('may be empty, an accepted status, or bytes', async () => {
    await using server = await startScripted(({ url }, response) => {
      if (url === '/none') return response.writeHead(204).end();
      if (url === '/missing') return json(response, 404, {});
      return response.end(Buffer.from([0, 255, 1]));
    });
    await using upstream = upstreamAt(server.url);
    const none = await upstream.call(contextOf(), { method: 'GET', path: '/none', schema: z.undefined() });
    expect(none.status).toBe(204);
    expect(await upstream.call(contextOf(), { ...get, path: '/missing', accept: [404] })).toMatchObject({
      status: 404,
      body: null,
    });
    const { body } = await upstream.bytes(contextOf(), { method: 'GET', path: '/bytes' });
    expect([...body]).toEqual([0, 255, 1]);
  });

  it.each([
    ['HTML', (r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>')],
    ['malformed', (r) => r.writeHead(200, { 'content-type': 'application/json' }).end('{"name": "secret-k')],
    ['another shape', (r) => json(r, 200, { name: { key: 'secret-key' } })],
    ['a page for an error', (r) => r.writeHead(404, { 'content-type': 'text/html' }).end('<html>')],
    ['a redirect', (r) => r.writeHead(302, { location: 'http://127.0.0.1:1/elsewhere' }).end()],
    ['too long', (r) => r.end(Buffer.alloc(2_000))],
  ] satisfies [string, (response: import('node:http').ServerResponse) => unknown][])(
    'that is %s is an upstream error',
    async (_, answer) => {
      await using server = await startScripted((_, response) => answer(response));
      await using upstream = upstreamAt(server.url);
      const error = await failureOf(upstream.call(contextOf(), { ...get, token, maxBytes: 1_000 }));
      expect(error.code).toBe('UPSTREAM_ERROR');
      expect(JSON.stringify([error.message, error.details, String(error.cause)])).not.toMatch(
        /secret|127\.0/,
      );
      expect(server.received).toHaveLength(1);
    },
  );
});

const armError = (code: string, message: string) => ({ error: { code, message, details: [] } });
const guid = '0b1f6471-1bf0-4dda-aec3-111122223333';

describe('a status', () => {
  it.each([
    [
      400,
      'BAD_USER_INPUT',
      armError('UserError', 'No column "y"\nstack'),
      'arm refused the input: No column "y"',
    ],
    [
      422,
      'BAD_USER_INPUT',
      { message: 'max_results is too big' },
      'arm refused the input: max_results is too big',
    ],
    [401, 'UPSTREAM_ERROR', armError('InvalidAuthenticationToken', 'x'), 'arm refused the token.'],
    [403, 'FORBIDDEN', armError('X', 'nothing to name'), 'arm refused access.'],
    [404, 'NOT_FOUND', armError('ResourceNotFound', 'x'), 'arm knows no such object.'],
    [409, 'CONFLICT', armError('X', 'version 3 exists'), 'arm reports a conflict: version 3 exists'],
    [412, 'CONFLICT', {}, 'arm reports a conflict.'],
    [429, 'RATE_LIMITED', {}, 'arm asks for fewer calls.'],
    [500, 'UPSTREAM_UNAVAILABLE', {}, 'arm is not able to answer now.'],
    [503, 'UPSTREAM_UNAVAILABLE', {}, 'arm is not able to answer now.'],
    [418, 'UPSTREAM_ERROR', {}, 'arm answered with the unexpected status 418.'],
  ])('%i is %s', async (status, code, body, message) => {
    await using server = await startScripted((_, response) =>
      json(response, status, body, { 'x-ms-request-id': 'req-7' }),
    );
    await using upstream = upstreamAt(server.url);
    const error = await failureOf(upstream.call(contextOf(), get));
    expect(error).toMatchObject({ code, message, details: { upstream: 'arm', requestId: 'req-7' } });
  });

  it('403 names the action, and nobody', async () => {
    const text = `The client 'ada@example.com' with object id '${guid}' does not have authorization to perform action 'Microsoft.MachineLearningServices/workspaces/jobs/write' over scope '/subscriptions/${guid}/resourceGroups/rg' or the scope is invalid.`;
    await using server = await startScripted((_, response) =>
      json(response, 403, armError('AuthorizationFailed', text)),
    );
    await using upstream = upstreamAt(server.url);
    const { message } = await failureOf(upstream.call(contextOf(), get));
    expect(message).toBe(
      'arm refused: it needs the right to Microsoft.MachineLearningServices/workspaces/jobs/write.',
    );
  });

  it('403 of storage names its code', async () => {
    await using server = await startScripted((_, response) =>
      response.writeHead(403, { 'x-ms-error-code': 'AuthorizationPermissionMismatch' }).end('<Error/>'),
    );
    await using upstream = upstreamAt(server.url);
    const { message } = await failureOf(upstream.bytes(contextOf(), get));
    expect(message).toBe('arm refused: its reason is AuthorizationPermissionMismatch.');
  });

  it('carries no secret, address or id of the upstream’s text', async () => {
    const text = `Bad uri https://acct.blob.core.windows.net/c?sig=abc for ada@example.com (${guid}) at 10.0.0.4:8443, key=k1 eyJhbGciOi.eyJzdWIi.sig at /subscriptions/s/x from host.internal.net`;
    await using server = await startScripted((_, response) => json(response, 400, armError('X', text)));
    await using upstream = upstreamAt(server.url);
    const { message, cause } = await failureOf(upstream.call(contextOf(), { ...get, token }));
    expect(`${message} ${cause}`).not.toMatch(
      /https|windows|sig=abc|ada@|0b1f|10\.0|8443|k1|eyJ|subscriptions|internal|secret/,
    );
    expect(message).toContain('Bad uri');
  });

  it('is read by the upstream’s own rule first', async () => {
    await using server = await startScripted((_, response) =>
      json(response, 400, { error_code: 'RESOURCE_DOES_NOT_EXIST' }),
    );
    await using upstream = upstreamAt(server.url);
    const error = (_: number, body: unknown) =>
      (body as { error_code?: string }).error_code === 'RESOURCE_DOES_NOT_EXIST'
        ? ({ code: 'NOT_FOUND', message: 'No such experiment.' } as const)
        : undefined;
    const failure = await failureOf(upstream.call(contextOf(), { ...get, error }));
    expect(failure).toMatchObject({ code: 'NOT_FOUND', message: 'No such experiment.' });
  });
});

describe('a retry', () => {
  it('follows a transient failure of an idempotent call, after a random part of a growing step', async () => {
    const { clock, slept } = fakeClock();
    await using server = await startScripted((_, response, count) =>
      count < 3 ? json(response, 503, {}) : json(response, 200, { name: 'third' }),
    );
    await using upstream = upstreamAt(server.url, {}, clock);
    expect((await upstream.call(contextOf(), get)).body.name).toBe('third');
    expect(slept).toEqual([100, 200]);
    expect(new Set(server.received.map(({ headers }) => headers['x-ms-client-request-id'])).size).toBe(1);
  });

  it('follows a cut answer, and a cut that stays is an upstream error', async () => {
    await using server = await startScripted(({ url }, response, count) => {
      if (url === '/things/1' && count > 1) return json(response, 200, { name: 'whole' });
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"name":', () => response.destroy());
    });
    await using upstream = upstreamAt(server.url);
    expect((await upstream.call(contextOf(), get)).body.name).toBe('whole');
    const failure = await failureOf(upstream.call(contextOf(), { ...get, path: '/things/2' }));
    expect(failure.code).toBe('UPSTREAM_ERROR');
    expect(server.received).toHaveLength(2 + 3);
  });

  it('is not made of a POST', async () => {
    await using server = await startScripted((_, response) => json(response, 503, {}));
    await using upstream = upstreamAt(server.url);
    expect((await failureOf(upstream.call(contextOf(), post))).code).toBe('UPSTREAM_UNAVAILABLE');
    expect(server.received).toHaveLength(1);
    expect(server.received[0]?.body.toString()).toBe('{"a":1}');
  });

  it('waits as Retry-After says, in seconds or as a date', async () => {
    const { clock, slept } = fakeClock();
    await using server = await startScripted((_, response, count) => {
      if (count === 3) return json(response, 200, { name: 'x' });
      const date = new Date(clock.now() + 4_000).toUTCString();
      return json(response, 429, {}, { 'retry-after': count === 1 ? '3' : date });
    });
    await using upstream = upstreamAt(server.url, {}, clock);
    await upstream.call(contextOf(), get);
    expect(slept).toEqual([3_000, 4_000]);
  });

  it.each([
    [429, 'RATE_LIMITED'],
    [503, 'UPSTREAM_UNAVAILABLE'],
  ])('is left to the client when Retry-After of %i goes beyond the deadline', async (status, code) => {
    await using server = await startScripted((_, response) =>
      json(response, status, {}, { 'retry-after': '60' }),
    );
    await using upstream = upstreamAt(server.url);
    const error = await failureOf(upstream.call(contextOf(), get));
    expect(error).toMatchObject({ code, details: { retryAfterSeconds: 60 } });
    expect(server.received).toHaveLength(1);
  });
});

describe('a 401', () => {
  const claims = JSON.stringify({ access_token: { nbf: { essential: true, value: '1' } } });
  const challenge = {
    'www-authenticate': `Bearer realm="", error_description="claims=none", error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`,
  };

  it('with a claims challenge is answered by one more token', async () => {
    await using server = await startScripted(({ headers }, response) =>
      headers.authorization === 'Bearer fresh'
        ? json(response, 200, { name: 'in' })
        : json(response, 401, {}, challenge),
    );
    await using upstream = upstreamAt(server.url);
    const ask = vi.fn(async (given?: string) => (given === claims ? 'fresh' : 'stale'));
    expect((await upstream.call(contextOf(), { ...get, token: ask })).body.name).toBe('in');
    expect(ask.mock.calls).toEqual([[undefined], [claims]]);
  });

  it('that stays a challenge sends the person to sign in, with the claims', async () => {
    await using server = await startScripted((_, response) => json(response, 401, {}, challenge));
    await using upstream = upstreamAt(server.url);
    let asked = 0;
    const failure = await failureOf(
      upstream.call(contextOf(), { ...get, token: async () => `token-${asked++}` }),
    );
    expect(failure).toMatchObject({ code: 'INTERACTION_REQUIRED', details: { claims } });
    expect(server.received).toHaveLength(2);
  });

  it('without one is repeated only with another token', async () => {
    await using server = await startScripted((_, response) => json(response, 401, {}));
    await using upstream = upstreamAt(server.url);
    await failureOf(upstream.call(contextOf(), { ...get, token }));
    expect(server.received).toHaveLength(1);
    let asked = 0;
    await failureOf(upstream.call(contextOf(), { ...get, token: async () => `token-${asked++}` }));
    expect(server.received).toHaveLength(3);
  });

  it('of the token’s issuer passes as it is', async () => {
    await using upstream = upstreamAt('http://127.0.0.1:1');
    const refusal = new MlgraphError('INTERACTION_REQUIRED', 'Sign in again.', { claims });
    const ask = async () => Promise.reject(refusal);
    expect(await failureOf(upstream.call(contextOf(), { ...get, token: ask }))).toBe(refusal);
  });
});

describe('a deadline', () => {
  it('ends a call that hangs before or within its answer', async () => {
    await using server = await startScripted(({ url }, response) => {
      if (url === '/body') response.writeHead(200, { 'content-length': '10' }).write('{');
    });
    await using upstream = upstreamAt(server.url, { deadlineMs: 50 });
    for (const path of ['/head', '/body']) {
      expect((await failureOf(upstream.call(contextOf(), { ...get, path }))).code).toBe('UPSTREAM_TIMEOUT');
    }
  });

  it('also ends the wait for a token', async () => {
    await using upstream = upstreamAt('http://127.0.0.1:1', { deadlineMs: 50 });
    const never = () => new Promise<string>(() => {});
    const failure = await failureOf(upstream.call(contextOf(), { ...get, token: never }));
    expect(failure.code).toBe('UPSTREAM_TIMEOUT');
  });

  it('gives way to the operation’s own abort, which ends the call upstream too', async () => {
    const closed = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    await using server = await startScripted((_, response) => {
      response.once('close', closed.resolve);
      begun.resolve();
    });
    await using upstream = upstreamAt(server.url);
    const operation = new AbortController();
    const call = upstream.call(contextOf(operation.signal), get);
    await begun.promise;
    const reason = new Error('the client left');
    operation.abort(reason);
    await expect(call).rejects.toBe(reason);
    await closed.promise;
    await expect(upstream.call(contextOf(operation.signal), get)).rejects.toBe(reason);
    expect(server.received).toHaveLength(1);
  });
});

describe('the breaker', () => {
  const patient = { timeout: 10_000, interval: 20 };
  const oneAttempt = { retries: 0, breaker: { failures: 3, recoverAfterMs: 40 } };
  const timed = async (work: Promise<unknown>) => {
    const startedAt = performance.now();
    const failure = await failureOf(work);
    return { code: failure.code, ms: performance.now() - startedAt };
  };

  it('opens on a dead host, fails in milliseconds, and lets it recover by itself', async () => {
    const server = createServer((_, response) => json(response, 200, { name: 'back' }));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    await using upstream = upstreamAt(`http://127.0.0.1:${port}`, {
      ...oneAttempt,
      breaker: { failures: 3, recoverAfterMs: 1_500 },
    });
    for (let call = 0; call < 3; call++) {
      expect((await failureOf(upstream.call(contextOf(), get))).code).toBe('UPSTREAM_UNAVAILABLE');
    }
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const refused = await timed(upstream.call(contextOf(), get));
    expect(refused).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(refused.ms).toBeLessThan(100);
    await vi.waitFor(
      async () => expect((await upstream.call(contextOf(), get)).body.name).toBe('back'),
      patient,
    );
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('counts timeouts and 5xx, and while one call tries again the others fail at once', async () => {
    await using server = await startScripted(({ url }, response) => {
      if (url === '/hang') return;
      return url === '/bad' ? json(response, 500, {}) : json(response, 200, { name: 'fine' });
    });
    const breaker = { failures: 3, recoverAfterMs: 1_000 };
    await using upstream = upstreamAt(server.url, { retries: 0, breaker });
    await failureOf(upstream.call(contextOf(), { ...get, path: '/hang', deadlineMs: 300 }));
    await failureOf(upstream.call(contextOf(), { ...get, path: '/bad' }));
    await failureOf(upstream.call(contextOf(), { ...get, path: '/bad' }));
    expect((await timed(upstream.call(contextOf(), get))).ms).toBeLessThan(100);
    expect(server.received).toHaveLength(3);

    const client = new AbortController();
    let hanging: Promise<unknown> = Promise.resolve();
    await vi.waitFor(async () => {
      const call = upstream.call(contextOf(client.signal), { ...get, path: '/hang' });
      await Promise.race([call, vi.waitFor(() => expect(server.received).toHaveLength(4), patient)]);
      hanging = call;
    }, patient);
    const meanwhile = await timed(upstream.call(contextOf(), get));
    expect(meanwhile.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(meanwhile.ms).toBeLessThan(100);

    // The trying call's client leaves: that says nothing good of the host, which stays shut out.
    client.abort(new Error('left'));
    await expect(hanging).rejects.toThrow('left');
    expect((await timed(upstream.call(contextOf(), get))).code).toBe('UPSTREAM_UNAVAILABLE');
    expect(server.received).toHaveLength(4);
    await vi.waitFor(
      async () => expect((await upstream.call(contextOf(), get)).body.name).toBe('fine'),
      patient,
    );
  });

  it('never counts what clients do: bad input, and leaving', async () => {
    await using server = await startScripted(({ url }, response) => {
      if (url === '/bad') json(response, 400, {});
      if (url === '/things/1') json(response, 200, { name: 'fine' });
    });
    await using upstream = upstreamAt(server.url, oneAttempt);
    for (let call = 0; call < 6; call++) {
      await failureOf(upstream.call(contextOf(), { ...get, path: '/bad' }));
      const client = new AbortController();
      const left = upstream.call(contextOf(client.signal), { ...get, path: '/hang' });
      await vi.waitFor(() => expect(server.received).toHaveLength(2 * (call + 1)));
      client.abort(new Error('left'));
      await expect(left).rejects.toThrow('left');
    }
    expect((await upstream.call(contextOf(), get)).body.name).toBe('fine');
  });
});

describe('calls in flight', () => {
  it('are capped; the others wait their turn, within their deadline', async () => {
    let atOnce = 0;
    let most = 0;
    const gate = Promise.withResolvers<void>();
    await using server = await startScripted(async ({ url }, response) => {
      most = Math.max(most, ++atOnce);
      await gate.promise;
      atOnce--;
      json(response, 200, { name: url });
    });
    await using upstream = upstreamAt(server.url, { maxInFlight: 4 });
    const calls = Array.from({ length: 20 }, (_, index) =>
      upstream.call(contextOf(), { ...get, path: `/${index}` }),
    );
    await vi.waitFor(() => expect(server.received).toHaveLength(4));
    const late = await failureOf(upstream.call(contextOf(), { ...get, path: '/late', deadlineMs: 20 }));
    expect(late).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    gate.resolve();
    const names = (await Promise.all(calls)).map(({ body }) => body.name);
    expect(names).toEqual(Array.from({ length: 20 }, (_, index) => `/${index}`));
    expect(most).toBe(4);
    expect(server.received.map(({ url }) => url)).not.toContain('/late');
  });

  it('beyond the queue are refused at once', async () => {
    await using server = await startScripted(() => {});
    await using upstream = upstreamAt(server.url, { maxInFlight: 1, deadlineMs: 200 });
    const waiting = Array.from({ length: 33 }, () => failureOf(upstream.call(contextOf(), get)));
    const startedAt = performance.now();
    const refused = await failureOf(upstream.call(contextOf(), get));
    expect(performance.now() - startedAt).toBeLessThan(100);
    expect(refused.message).toBe('Too many calls are waiting for arm.');
    await Promise.all(waiting);
  });
});

describe('a path', () => {
  it('stays below its upstream', async () => {
    await using upstream = upstreamAt('http://127.0.0.1:1/base');
    for (const path of ['/data/../jobs', '/data/%2E%2e/jobs', '/data/.']) {
      expect((await failureOf(upstream.call(contextOf(), { ...get, path }))).code).toBe('BAD_USER_INPUT');
    }
    await using bare = upstreamAt('http://127.0.0.1:1');
    await expect(bare.call(contextOf(), { ...get, path: '@127.0.0.2/x' })).rejects.toThrow(
      'left its upstream',
    );
  });
});

describe('a probe', () => {
  it('resolves on any answer below 500 and tells the rest apart', async () => {
    await using server = await startScripted((_, response, count) =>
      json(response, count === 1 ? 404 : 500, {}),
    );
    await using upstream = upstreamAt(server.url);
    const { signal } = new AbortController();
    await upstream.probe(signal);
    expect((await failureOf(upstream.probe(signal))).code).toBe('UPSTREAM_UNAVAILABLE');
    expect(server.received[0]?.headers.authorization).toBeUndefined();
    await using dead = upstreamAt('http://127.0.0.1:1');
    expect((await failureOf(dead.probe(signal))).code).toBe('UPSTREAM_UNAVAILABLE');
  });
});
