import type { ServerResponse } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { createUpstream, type StreamCall, type UpstreamSettings } from '../../src/datasources/http.ts';
import type { CallContext } from '../../src/domain/callers.ts';
import type { Clock } from '../../src/domain/clock.ts';
import { MlgraphError } from '../../src/domain/errors.ts';
import { json, startScripted } from './scripted-server.ts';

const contextOf = (signal: AbortSignal = new AbortController().signal): CallContext => ({
  signal,
  requestId: 'operation-1',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
});
const get: StreamCall = { method: 'GET', path: '/stream' };
const post: StreamCall = { method: 'POST', path: '/stream', json: { a: 1 } };
const clock: Clock = { now: () => 1_700_000_000_000, sleep: async () => {} };

const upstreamAt = (baseUrl: string, settings: Partial<UpstreamSettings> = {}) => {
  const upstream = createUpstream({ name: 'foundry', baseUrl, ...settings }, { clock, random: () => 0.5 });
  return Object.assign(upstream, { [Symbol.asyncDispose]: () => upstream.close() });
};

const failureOf = async (work: Promise<unknown>): Promise<MlgraphError> => {
  const error = await work.then(
    () => expect.fail('a failure was expected'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MlgraphError);
  expect(`${(error as Error).message}${JSON.stringify((error as MlgraphError).details)}`).not.toMatch(
    /127\.0|http|secret/,
  );
  return error as MlgraphError;
};

const textOf = async (body: AsyncIterable<Uint8Array>, onText = (_: string) => {}) => {
  let text = '';
  for await (const chunk of body) {
    text += Buffer.from(chunk).toString();
    onText(text);
  }
  return text;
};

const begin = (response: ServerResponse, text: string) => {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-ms-request-id': 'req-7' });
  response.write(text);
};

describe('a stream', () => {
  it('is handed on chunk by chunk as it comes, and ends cleanly', async () => {
    let go = () => {};
    await using server = await startScripted(async (_, response) => {
      begin(response, 'one ');
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      response.end('two');
    });
    await using upstream = upstreamAt(server.url);
    const onUpstreamTime = vi.fn();
    const token = async () => 'secret-token';
    const answer = await upstream.open({ ...contextOf(), onUpstreamTime }, { ...post, token });
    expect(answer).toMatchObject({ status: 200, headers: { 'x-ms-request-id': 'req-7' } });
    expect(onUpstreamTime).toHaveBeenCalledExactlyOnceWith('foundry', expect.any(Number));
    // The second half is sent only once the first was read.
    expect(await textOf(answer.body, () => go())).toBe('one two');
    expect(await answer.body.next()).toEqual({ done: true, value: undefined });
    const [seen] = server.received;
    expect(seen?.headers).toMatchObject({
      accept: 'text/event-stream',
      authorization: 'Bearer secret-token',
    });
    expect(seen?.body.toString()).toBe('{"a":1}');
  });

  it('that is cut gives what came before, then an upstream error', async () => {
    await using server = await startScripted((_, response) => {
      begin(response, 'half');
      setImmediate(() => response.destroy());
    });
    await using upstream = upstreamAt(server.url);
    const { body } = await upstream.open(contextOf(), post);
    const onText = vi.fn();
    const error = await failureOf(textOf(body, onText));
    expect(error).toMatchObject({ code: 'UPSTREAM_ERROR', message: 'foundry broke off its answer.' });
    expect(onText).toHaveBeenLastCalledWith('half');
    expect(server.received).toHaveLength(1);
  });

  it('that was cut while its reader was busy loses nothing of what came', async () => {
    const text = 'x'.repeat(100_000);
    let socketClosed = false;
    await using server = await startScripted(async (_, response) => {
      begin(response, '');
      response.once('close', () => {
        socketClosed = true;
      });
      await new Promise((resolve) => response.write(text, resolve));
      response.destroy();
    });
    await using upstream = upstreamAt(server.url);
    const { body } = await upstream.open(contextOf(), post);
    await vi.waitFor(() => expect(socketClosed).toBe(true));
    const seen = { text: '' };
    await failureOf(
      textOf(body, (so) => {
        seen.text = so;
      }),
    );
    expect(seen.text).toBe(text);
  });

  it('is read no faster than its reader', async () => {
    let written = 0;
    await using server = await startScripted((_, response) => {
      begin(response, '');
      const fill = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) written += 65_536;
        written += 65_536;
        if (written < 64 * 1024 * 1024) response.once('drain', fill);
        else response.end();
      };
      fill();
    });
    await using upstream = upstreamAt(server.url);
    const { body } = await upstream.open(contextOf(), get);
    let before = -1;
    await vi.waitFor(
      () => {
        const now = written;
        const still = now === before;
        before = now;
        expect(still).toBe(true);
      },
      { interval: 50 },
    );
    expect(written).toBeLessThan(32 * 1024 * 1024);
    let length = 0;
    for await (const chunk of body) length += chunk.length;
    expect(length).toBe(written);
  });

  it.each([
    ['before its first byte', { deadlineMs: 30, idleMs: 60_000 }, ''],
    ['between two bytes', { deadlineMs: 60_000, idleMs: 30 }, 'some'],
    ['by going on for ever', { totalMs: 30 }, 'some'],
  ])('that stalls %s is a timeout, and its connection is dropped', async (_, limits, text) => {
    const closed = vi.fn();
    await using server = await startScripted((_, response) => {
      response.once('close', closed);
      if (text) begin(response, text);
      else response.writeHead(200).flushHeaders();
    });
    await using upstream = upstreamAt(server.url);
    const { body } = await upstream.open(contextOf(), { ...post, ...limits });
    const onText = vi.fn();
    const error = await failureOf(textOf(body, onText));
    expect(error).toMatchObject({ code: 'UPSTREAM_TIMEOUT', details: { upstream: 'foundry' } });
    expect(onText.mock.calls).toEqual(text ? [[text]] : []);
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
  });

  it('without an answer is a timeout too', async () => {
    await using server = await startScripted(() => {});
    await using upstream = upstreamAt(server.url);
    const error = await failureOf(upstream.open(contextOf(), { ...post, deadlineMs: 30 }));
    expect(error.code).toBe('UPSTREAM_TIMEOUT');
  });

  it('does not count the time its reader takes', async () => {
    await using server = await startScripted((_, response) => {
      begin(response, 'one');
      response.end();
    });
    await using upstream = upstreamAt(server.url);
    const { body } = await upstream.open(contextOf(), { ...get, deadlineMs: 300, idleMs: 40 });
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(Buffer.from((await body.next()).value as Uint8Array).toString()).toBe('one');
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(await body.next()).toEqual({ done: true, value: undefined });
  });
});

describe('a reader', () => {
  it.each(['leaves between two chunks', 'leaves while it waits', 'never reads', 'is aborted'])(
    'that %s frees the connection',
    async (how) => {
      const closed = vi.fn();
      await using server = await startScripted((_, response) => {
        response.once('close', closed);
        begin(response, 'one');
      });
      await using upstream = upstreamAt(server.url);
      const ending = new AbortController();
      const { body } = await upstream.open(contextOf(ending.signal), post);
      if (how !== 'never reads') await body.next();
      if (how === 'is aborted') {
        const waiting = body.next();
        const reason = new Error('the caller left');
        ending.abort(reason);
        await expect(waiting).rejects.toBe(reason);
      } else {
        const waiting = how === 'leaves while it waits' ? body.next() : null;
        await body.return?.();
        if (waiting) expect(await waiting).toEqual({ done: true, value: undefined });
        expect(await body.next()).toEqual({ done: true, value: undefined });
      }
      await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
    },
  );

  it('that aborts before the answer is told its own reason, and the connection is freed', async () => {
    const closed = vi.fn();
    await using server = await startScripted((_, response) => response.once('close', closed));
    await using upstream = upstreamAt(server.url);
    const ending = new AbortController();
    const reason = new Error('the caller left');
    const opening = upstream.open(contextOf(ending.signal), post);
    await vi.waitFor(() => expect(server.received).toHaveLength(1));
    ending.abort(reason);
    await expect(opening).rejects.toBe(reason);
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
  });
});

describe('an opening', () => {
  it('is retried only where it is idempotent', async () => {
    await using server = await startScripted((_, response, count) => {
      if (count % 2 === 1) return json(response, 503, {});
      begin(response, 'in');
      response.end();
    });
    await using upstream = upstreamAt(server.url);
    expect(await textOf((await upstream.open(contextOf(), get)).body)).toBe('in');
    expect((await failureOf(upstream.open(contextOf(), post))).code).toBe('UPSTREAM_UNAVAILABLE');
    expect(server.received).toHaveLength(3);
  });

  it('that is refused says why, with the wait the headers name', async () => {
    await using server = await startScripted((_, response) =>
      json(
        response,
        429,
        { error: { message: 'secret' } },
        { 'retry-after': '30', 'retry-after-ms': '1200' },
      ),
    );
    await using upstream = upstreamAt(server.url);
    const error = await failureOf(upstream.open(contextOf(), post));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterSeconds: 2 } });
  });

  it('asks for another token after a 401', async () => {
    await using server = await startScripted(({ headers }, response) => {
      if (headers.authorization !== 'Bearer second') return json(response, 401, {});
      begin(response, 'in');
      response.end();
    });
    await using upstream = upstreamAt(server.url);
    const tokens = ['first', 'second'];
    const token = async () => tokens.shift() ?? '';
    expect(await textOf((await upstream.open(contextOf(), { ...post, token })).body)).toBe('in');
  });

  it('meets the breaker that calls opened', async () => {
    await using server = await startScripted((_, response) => json(response, 503, {}));
    await using upstream = upstreamAt(server.url, { retries: 0, breaker: { failures: 2 } });
    for (let call = 0; call < 2; call++) await failureOf(upstream.bytes(contextOf(), get));
    expect((await failureOf(upstream.open(contextOf(), post))).code).toBe('UPSTREAM_UNAVAILABLE');
    expect(server.received).toHaveLength(2);
  });

  it('is refused beyond the cap, until another stream has ended', async () => {
    await using server = await startScripted((_, response) => begin(response, 'one'));
    await using upstream = upstreamAt(server.url, { maxStreams: 2, maxInFlight: 1 });
    const first = await upstream.open(contextOf(), get);
    await upstream.open(contextOf(), get);
    const error = await failureOf(upstream.open(contextOf(), get));
    expect(error).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      message: 'Too many calls are waiting for foundry.',
    });
    await first.body.return?.();
    const third = await upstream.open(contextOf(), get);
    expect(Buffer.from((await third.body.next()).value as Uint8Array).toString()).toBe('one');
  });

  it('slow as it may be, keeps no call waiting', async () => {
    await using server = await startScripted(({ url }, response) => {
      if (url === '/quick') json(response, 200, {});
    });
    await using upstream = upstreamAt(server.url, { maxInFlight: 1 });
    const ending = new AbortController();
    const slow = upstream.open(contextOf(ending.signal), get).catch(() => 'left');
    await vi.waitFor(() => expect(server.received).toHaveLength(1));
    expect((await upstream.bytes(contextOf(), { method: 'GET', path: '/quick' })).status).toBe(200);
    ending.abort();
    expect(await slow).toBe('left');
  });
});

it('closing ends the streams', async () => {
  await using server = await startScripted((_, response) => begin(response, 'one'));
  const upstream = upstreamAt(server.url);
  const { body } = await upstream.open(contextOf(), get);
  await body.next();
  const waiting = body.next();
  const closing = upstream.close();
  await expect(waiting).rejects.toThrow('foundry is closed');
  await closing;
});

it('a stream that ended leaves its connection for a later one', async () => {
  const ports = new Set<number | undefined>();
  await using server = await startScripted((_, response) => {
    ports.add(response.socket?.remotePort);
    begin(response, 'one');
    response.end();
  });
  await using upstream = upstreamAt(server.url);
  for (let turn = 0; turn < 6; turn++) {
    expect(await textOf((await upstream.open(contextOf(), post)).body)).toBe('one');
  }
  // The pool may open a second one while the first is still about to be given back.
  expect(ports.size).toBeLessThan(4);
});
