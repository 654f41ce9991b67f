import { describe, expect, test, vi } from 'vitest';
import { createApiKeyVerifier } from '../../src/auth/api-keys.ts';
import { createAuthenticator } from '../../src/auth/authenticate.ts';
import { hashOfApiKey, makeApiKeySecret } from '../../src/domain/api-key-secret.ts';
import type { FoundApiKey } from '../../src/domain/api-keys.ts';
import { MlgraphError, unauthenticated } from '../../src/domain/errors.ts';
import type { ServerSettings } from '../../src/server/index.ts';
import { handClock } from './hand-clock.ts';
import { post, startServer } from './support.ts';
import { openSocket } from './websocket-support.ts';

const secret = makeApiKeySecret();
const rotated = makeApiKeySecret();
const ticks = 'subscription { ticks { number person } }';

/** A server that takes a stored key, by two secrets as while it is rotated, and no token. */
async function startWithKey(settings: Partial<ServerSettings> = {}) {
  const clock = handClock();
  clock.pass(1_000_000);
  const key: FoundApiKey = {
    id: 'nightly',
    owner: 'test:ada',
    name: 'nightly',
    prefix: secret.slice(0, 12),
    scopes: ['READ'],
    requestsPerMinute: null,
    expiresAt: null,
    revokedAt: null,
    root: 'test:ada',
  };
  const state = { key, down: false, lookUps: 0 };
  const find = async (hash: string) => {
    state.lookUps++;
    if (state.down) throw new MlgraphError('UPSTREAM_UNAVAILABLE', 'down');
    return [secret, rotated].map(hashOfApiKey).includes(hash) ? state.key : null;
  };
  const keys = createApiKeyVerifier({ clock, find, configured: null });
  const tokens = { verify: () => Promise.reject(unauthenticated('no tokens')) };
  const { authenticate } = createAuthenticator(tokens, keys);
  const server = await startServer({ clock, ...settings }, '127.0.0.1', { authenticate });
  /** Lets time pass in small steps, so that who waits gets to wait again. */
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 250) {
      clock.pass(250);
      await new Promise(setImmediate);
    }
  };
  /** Revokes the key at the worst moment: right after it was looked up. */
  const revoke = async () => {
    const { lookUps } = state;
    while (state.lookUps === lookUps) await pass(250);
    state.key = { ...state.key, revokedAt: new Date(0) };
  };
  return { ...server, clock, state, keys, pass, revoke, stop: () => server[Symbol.asyncDispose]() };
}
const using = async (work: (server: Awaited<ReturnType<typeof startWithKey>>) => Promise<void>) => {
  const server = await startWithKey();
  await work(server).finally(server.stop);
};

describe('a key over HTTP', () => {
  test('is X-API-Key', () =>
    using(async ({ graphql, stage }) => {
      const { status, answer } = await post(graphql, { query: '{ me }' }, { 'X-API-Key': secret });
      expect({ status, answer }).toEqual({ status: 200, answer: { data: { me: 'nightly' } } });
      expect(stage.contexts[0]?.identity?.caller).toMatchObject({ kind: 'SERVICE', key: 'apikey:nightly' });
      expect(stage.contexts[0]?.identity?.assertion()).toBe('');
    }));

  test('that is none is 401, without a look-up', () =>
    using(async ({ graphql, state }) => {
      for (const key of ['', 'x', `${secret}x`, `${secret}, ${secret}`]) {
        const { status, answer } = await post(graphql, { query: '{ health }' }, { 'x-api-key': key });
        expect(status).toBe(401);
        expect(answer.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
      }
      expect(state.lookUps).toBe(0);
    }));

  test.each(['application/json', 'application/graphql-response+json'])(
    'beside a bearer token is 400 (%s)',
    (accept) =>
      using(async ({ graphql, state }) => {
        const headers = { accept, authorization: 'Bearer a.b.c', 'x-api-key': secret };
        const { status, answer } = await post(graphql, { query: '{ health }' }, headers);
        expect(status).toBe(400);
        expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
        expect(state.lookUps).toBe(0);
      }),
  );

  test('may be sent by pages that may send anything', async () => {
    const server = await startWithKey({ corsOrigins: ['https://app.example.com'] });
    const response = await fetch(server.graphql, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example.com', 'access-control-request-headers': 'x-api-key' },
    });
    expect(response.headers.get('access-control-allow-headers')).toBe('x-api-key');
    await server.stop();
  });
});

describe('a stream by a key', () => {
  const open = async (url: string) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', 'x-api-key': secret },
      body: JSON.stringify({ query: ticks }),
    });
    return response.text();
  };

  test('ends within five seconds of its revocation elsewhere', () =>
    using(async ({ graphql, stage, revoke, pass }) => {
      const text = open(graphql);
      await vi.waitFor(() => expect(stage.feed.started).toBe(1));
      await pass(60_000);
      expect(stage.feed.ended).toBe(0);
      await revoke();
      await pass(5_000);
      expect(await text).toMatch(/UNAUTHENTICATED.*event: complete/s);
      expect(await text).toContain('The API key has been revoked.');
      expect(stage.feed.ended).toBe(1);
    }));

  test('ends within a second or two of its revocation here', () =>
    using(async ({ graphql, stage, state, keys, pass }) => {
      const text = open(graphql);
      await vi.waitFor(() => expect(stage.feed.started).toBe(1));
      state.key = { ...state.key, revokedAt: new Date(0) };
      keys.forget('nightly');
      await pass(1_500);
      expect(await text).toContain('The API key has been revoked.');
    }));

  test('ends when the key does', () =>
    using(async ({ graphql, stage, state, clock, pass }) => {
      state.key = { ...state.key, expiresAt: new Date(clock.now() + 10_000) };
      const text = open(graphql);
      await vi.waitFor(() => expect(stage.feed.started).toBe(1));
      await pass(9_000);
      expect(stage.feed.ended).toBe(0);
      await pass(1_500);
      expect(await text).toMatch(/has expired/);
    }));

  test('goes on while it cannot be known whether the key still holds', () =>
    using(async ({ graphql, stage, state, pass }) => {
      const text = open(graphql);
      await vi.waitFor(() => expect(stage.feed.started).toBe(1));
      state.down = true;
      await pass(30_000);
      stage.feed.push({ number: 7 }, 'end');
      expect(await text).toContain('"number":7');
    }));
});

describe('a key on a socket', () => {
  test.each(['x-api-key', 'X-API-Key', 'X-Api-Key'])('is %s in connection_init', (name) =>
    using(async ({ socket: url, stage }) => {
      const socket = await openSocket(url, { [name]: secret });
      await vi.waitFor(() =>
        expect(socket.messages).toEqual([{ type: 'connection_ack', payload: { expiresAt: null } }]),
      );
      socket.send({ type: 'subscribe', id: '1', payload: { query: ticks } });
      stage.feed.push({ number: 1 });
      await vi.waitFor(() =>
        expect(socket.messages.at(-1)).toMatchObject({ payload: { data: { ticks: { person: 'nightly' } } } }),
      );
    }),
  );

  test.each([
    [{ 'x-api-key': 'x' }, 4403, /all of it was copied/],
    [{ 'x-api-key': 42 }, 4403, /must be a key/],
    [{ 'X-API-Key': makeApiKeySecret() }, 4403, /not known/],
    [{ authorization: 'Bearer a.b.c', 'X-API-Key': secret }, 4400, /not both/],
    [{ Authorization: 'Bearer a.b.c', 'x-api-key': secret }, 4400, /not both/],
    [{ 'x-api-key': secret, 'X-API-Key': secret }, 4400, /once/],
    [{ 'X-API-Key': makeApiKeySecret(), 'x-api-key': secret }, 4400, /once/],
  ])('%o closes it with %d', (init, code, reason) =>
    using(async ({ socket: url }) => {
      const socket = await openSocket(url, init);
      await vi.waitFor(() => expect(socket.closed).toEqual({ code, reason: expect.stringMatching(reason) }));
      expect(socket.messages).toEqual([]);
    }),
  );

  test('closes it within five seconds of its revocation, and nothing looks after it any more', () =>
    using(async ({ socket: url, state, stage, revoke, pass }) => {
      const socket = await openSocket(url, { 'x-api-key': secret });
      socket.send({ type: 'subscribe', id: '1', payload: { query: ticks } });
      await vi.waitFor(() => expect(stage.feed.started).toBe(1));
      await pass(20_000);
      expect(socket.closed).toBeNull();
      await revoke();
      await pass(5_000);
      await vi.waitFor(() =>
        expect(socket.closed).toEqual({ code: 4403, reason: 'The API key has been revoked.' }),
      );
      await vi.waitFor(() => expect(stage.feed.ended).toBe(1));
      const { lookUps } = state;
      await pass(20_000);
      expect(state.lookUps).toBe(lookUps);
    }));

  test('has from then on the scopes that it was given since', () =>
    using(async ({ socket: url, state, stage, pass }) => {
      const socket = await openSocket(url, { 'x-api-key': secret });
      state.key = { ...state.key, scopes: ['READ', 'CHAT'] };
      await pass(5_000);
      socket.send({ type: 'subscribe', id: '1', payload: { query: ticks } });
      await vi.waitFor(() =>
        expect(stage.contexts.at(-1)?.identity?.caller.scopes).toEqual(['READ', 'CHAT']),
      );
    }));

  test('may be handed over anew by a ping, once it is rotated', () =>
    using(async ({ socket: url }) => {
      const socket = await openSocket(url, { 'x-api-key': secret });
      socket.send({ type: 'ping', payload: { 'x-api-key': rotated } });
      await vi.waitFor(() =>
        expect(socket.messages.at(-1)).toEqual({ type: 'pong', payload: { expiresAt: null } }),
      );
      socket.send({ type: 'ping', payload: { 'x-api-key': makeApiKeySecret() } });
      await vi.waitFor(() => expect(socket.closed?.code).toBe(4403));
    }));
});
