import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Caller } from '../../src/domain/callers.ts';
import type { Account } from '../../src/server/account.ts';
import { createBudgets } from '../../src/server/budgets.ts';
import type { Authenticated, Credentials } from '../../src/server/runtime.ts';
import { ada, authenticate, post, startServer } from './support.ts';
import { collect, stockClient } from './websocket-support.ts';

const ben = { authorization: 'Bearer ben' };
const eight = '{ a: me b: me c: me d: me e: me f: me g: me h: me }';
const key = (name: string) => ({ 'x-api-key': name });

/** A key `name/requestsPerMinute`, beside the people of the support. */
async function authenticateKey(credentials: Credentials): Promise<Authenticated | null> {
  if (!credentials.apiKey) return authenticate(credentials);
  const [name = '', requests] = credentials.apiKey.split('/');
  const person = (await authenticate(ada)) as Authenticated;
  const requestsPerMinute = requests ? Number(requests) : null;
  const apiKey: Caller['apiKey'] = { id: name, prefix: name, name, requestsPerMinute };
  return {
    token: '',
    caller: { ...person.caller, kind: 'SERVICE', key: `apikey:${name}`, subject: name, apiKey },
  };
}

const told: Account[] = [];
async function start(maxCost: number, costPerMinute: number | null) {
  const server = await startServer({ corsOrigins: ['https://app.example.com'] }, '127.0.0.1', {
    authenticate: authenticateKey,
    quotas: { maxCost, budgets: createBudgets(costPerMinute) },
    account: (operation) => void told.push(operation),
  });
  return server;
}

let servers: Awaited<ReturnType<typeof startServer>>[] = [];
async function open(maxCost = 100, costPerMinute: number | null = null) {
  const server = await start(maxCost, costPerMinute);
  servers.push(server);
  return server;
}
beforeEach(() => {
  told.length = 0;
  // The limiter reads the time from the system.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2030, 0, 1) });
});
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(servers.map(({ server }) => server.drain(0)));
  servers = [];
});
const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1_000);

const limits = (response: Response) => [
  response.headers.get('ratelimit-policy'),
  response.headers.get('ratelimit'),
];
const refusal = ({ answer }: Awaited<ReturnType<typeof post>>) => answer.errors?.[0]?.extensions;
const postAs = (url: string, headers: Record<string, string>, query = '{ me }') =>
  post(url, { query }, headers);

describe('what one operation may cost', () => {
  test('is held against it before anything runs', async () => {
    const { graphql, stage } = await open(7);
    const { status, answer } = await postAs(graphql, ada, eight);
    expect(status).toBe(200);
    expect(answer).not.toHaveProperty('data');
    expect(answer.errors).toMatchObject([
      {
        message: expect.stringContaining('costs 8'),
        extensions: { code: 'QUERY_TOO_COMPLEX', cost: 8, limit: 7 },
      },
    ]);
    expect(stage.contexts).toEqual([]);
    expect((await postAs(graphql, ada, eight.replace('h: me', ''))).answer.data).toMatchObject({ a: 'ada' });
  });

  test('is a request that GraphQL refuses, to who knows the difference', async () => {
    const { graphql } = await open(7);
    const accept = 'application/graphql-response+json';
    expect((await post(graphql, { query: eight }, { ...ada, accept })).status).toBe(400);
  });

  test('is held against nobody, too', async () => {
    const { graphql } = await open(1);
    expect(refusal(await postAs(graphql, {}, '{ a: health b: health }'))).toMatchObject({
      cost: 2,
      limit: 1,
    });
    expect((await postAs(graphql, {}, '{ health }')).answer.data).toEqual({ health: 'fine' });
  });

  test('is held against mutations, over a socket and over a stream, and there against subscriptions', async () => {
    const { graphql, socket, feed } = await open(9);
    const code = 'QUERY_TOO_COMPLEX';
    expect(refusal(await postAs(graphql, ada, 'mutation { finish }'))).toMatchObject({ code, cost: 10 });
    const client = stockClient(socket, ada.authorization);
    for (const query of [eight.replace('me }', 'me i: me j: me }'), 'subscription { ticks { number } }']) {
      const seen = collect(client, query);
      await vi.waitFor(() =>
        expect(seen.error).toMatchObject([{ extensions: { code, cost: 10, limit: 9 } }]),
      );
    }
    await client.dispose();
    const query = new URLSearchParams({ query: 'subscription { ticks { number } }' });
    const stream = await fetch(`${graphql}?${query}`, { headers: { ...ada, accept: 'text/event-stream' } });
    expect(await stream.text()).toContain(code);
    expect(feed.started).toBe(0);
  });

  test('is no more than a whole minute may', async () => {
    const { graphql } = await open(100, 7);
    expect(refusal(await postAs(graphql, ada, eight))).toMatchObject({ code: 'QUERY_TOO_COMPLEX', limit: 7 });
    expect(limits((await postAs(graphql, ada)).response)[1]).toBe('"cost";r=6;t=60');
  });
});

describe('a budget of cost', () => {
  test('is told of, and comes back when its minute is over', async () => {
    const { graphql } = await open(100, 20);
    const first = await postAs(graphql, ada, eight);
    expect(limits(first.response)).toEqual(['"cost";q=20;w=60', '"cost";r=12;t=60']);
    pass(20);
    expect(limits((await postAs(graphql, ada, eight)).response)[1]).toBe('"cost";r=4;t=40');
    const refused = await postAs(graphql, ada, eight);
    expect(refused.status).toBe(429);
    expect(refused.response.headers.get('retry-after')).toBe('40');
    expect(limits(refused.response)).toEqual(['"cost";q=20;w=60', '"cost";r=4;t=40']);
    expect(refusal(refused)).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 40 });
    pass(39.5);
    expect(refusal(await postAs(graphql, ada, eight))).toMatchObject({ retryAfterSeconds: 1 });
    pass(0.5);
    expect((await postAs(graphql, ada, eight)).status).toBe(200);
  });

  test('is not touched by what is refused: what costs less still runs', async () => {
    const { graphql } = await open(100, 10);
    await postAs(graphql, ada, eight);
    for (let time = 0; time < 3; time++) expect((await postAs(graphql, ada, eight)).status).toBe(429);
    expect((await postAs(graphql, ada, '{ a: me b: me }')).status).toBe(200);
    expect((await postAs(graphql, ada)).status).toBe(429);
  });

  test('is each caller’s own', async () => {
    const { graphql } = await open(100, 8);
    expect((await postAs(graphql, ada, eight)).status).toBe(200);
    expect((await postAs(graphql, ada)).status).toBe(429);
    expect((await postAs(graphql, ben, eight)).status).toBe(200);
    expect((await postAs(graphql, key('nightly'), eight)).status).toBe(200);
    expect((await postAs(graphql, key('other'), eight)).status).toBe(200);
    expect((await postAs(graphql, key('nightly'))).status).toBe(429);
  });

  test('lets no two pass that race for what one may have', async () => {
    const { graphql } = await open(100, 10);
    const answers = await Promise.all(Array.from({ length: 30 }, () => postAs(graphql, ada)));
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(10);
  });

  test('is one, whatever way operations come', async () => {
    const { graphql, socket, feed } = await open(100, 12);
    const client = stockClient(socket, ada.authorization);
    const ticks = collect(client, 'subscription { ticks { number } }');
    await vi.waitFor(() => expect(feed.started).toBe(1));
    expect((await postAs(graphql, ada)).status).toBe(200);
    const second = collect(client, '{ me }');
    await vi.waitFor(() => expect(second.results).toMatchObject([{ data: { me: 'ada' } }]));
    const third = collect(client, '{ me }');
    const limited = [{ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 60 } }];
    await vi.waitFor(() => expect(third.error).toMatchObject(limited));
    // What runs goes on: its events were paid for.
    feed.push({ cursor: '1', number: 1 }, { cursor: '2', number: 2 });
    await vi.waitFor(() => expect(ticks.results).toHaveLength(2));
    const query = new URLSearchParams({ query: 'subscription { ticks { number } }' });
    const stream = await fetch(`${graphql}?${query}`, { headers: { ...ada, accept: 'text/event-stream' } });
    expect(stream.status).toBe(429);
    expect(stream.headers.get('retry-after')).toBe('60');
    expect(await stream.text()).toContain('RATE_LIMITED');
    expect(feed.started).toBe(1);
    await client.dispose();
  });

  test('is told of at the head of a stream', async () => {
    const { graphql } = await open(100, 12);
    const query = new URLSearchParams({ query: 'subscription { ticks { number } }' });
    const stream = await fetch(`${graphql}?${query}`, { headers: { ...ada, accept: 'text/event-stream' } });
    expect(limits(stream)[1]).toBe('"cost";r=2;t=60');
    await stream.body?.cancel();
  });

  test('can be read by pages of other origins', async () => {
    const { graphql } = await open(100, 12);
    const { response } = await postAs(graphql, { ...ada, origin: 'https://app.example.com' });
    expect(response.headers.get('access-control-expose-headers')).toMatch(/\bratelimit, ratelimit-policy\b/);
  });

  test('holds nobody where none is set, and is then not told of', async () => {
    const { graphql } = await open(100, null);
    for (let time = 0; time < 5; time++) {
      const { status, response } = await postAs(graphql, ada, eight);
      expect(status).toBe(200);
      expect(limits(response)).toEqual([null, null]);
    }
  });
});

describe('the requests of a key', () => {
  test('are counted in its minute, whatever they cost, over each transport', async () => {
    const { graphql, socket } = await open(100, null);
    const nightly = key('nightly/3');
    expect(limits((await postAs(graphql, nightly, eight)).response)).toEqual([
      '"requests";q=3;w=60',
      '"requests";r=2;t=60',
    ]);
    const client = stockClient(socket, undefined, { connectionParams: nightly });
    for (let time = 0; time < 2; time++) {
      const seen = collect(client, '{ me }');
      await vi.waitFor(() => expect(seen.completed).toBe(true));
    }
    const late = collect(client, '{ me }');
    await vi.waitFor(() => expect(late.error).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]));
    pass(15);
    const refused = await postAs(graphql, nightly);
    expect(refused.status).toBe(429);
    expect(refusal(refused)).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 45 });
    expect(refused.answer.errors?.[0]?.message).toContain('3 requests a minute');
    expect((await postAs(graphql, key('free'))).status).toBe(200);
    pass(45);
    expect((await postAs(graphql, nightly)).status).toBe(200);
    await client.dispose();
  });

  test('and its cost are held apart; what one refuses takes nothing from the other', async () => {
    const { graphql } = await open(100, 10);
    const nightly = key('nightly/3');
    await postAs(graphql, nightly, eight);
    const refused = await postAs(graphql, nightly, eight);
    expect(limits(refused.response)).toEqual([
      '"requests";q=3;w=60, "cost";q=10;w=60',
      '"requests";r=2;t=60, "cost";r=2;t=60',
    ]);
    expect((await postAs(graphql, nightly)).status).toBe(200);
    expect((await postAs(graphql, nightly)).status).toBe(200);
    expect(refusal(await postAs(graphql, nightly))).toMatchObject({ code: 'RATE_LIMITED' });
  });
});

test('what an operation cost is told of with it, and nothing of one that was refused', async () => {
  const { graphql } = await open(9, 20);
  await postAs(graphql, ada, eight);
  await postAs(graphql, ada, eight);
  await postAs(graphql, ada, eight);
  await postAs(graphql, ada, 'mutation { finish }');
  await postAs(graphql, ada, '{ nothing }');
  await vi.waitFor(() => expect(told).toHaveLength(5));
  expect(told.map(({ cost, failed }) => [cost, failed])).toEqual([
    [8, false],
    [8, false],
    [0, true],
    [0, true],
    [0, true],
  ]);
});
