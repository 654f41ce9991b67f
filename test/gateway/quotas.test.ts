import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Stack, startStack } from './support/stack.ts';

const quota = 1_000;
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({
    chat: { pace: 2 },
    settings: { MLGRAPH_MAX_COST: '300', MLGRAPH_COST_PER_MINUTE: String(quota) },
  });
});
afterAll(() => stack[Symbol.asyncDispose]());

const person = (name: string) => ({ authorization: `Bearer ${stack.tokens[name]}` });

async function ask(who: Record<string, string>, query: string, variables: Record<string, unknown> = {}) {
  const response = await fetch(stack.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...who },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors = [] } = (await response.json()) as {
    data?: Record<string, unknown> | null;
    errors?: { message: string; extensions: Record<string, unknown> }[];
  };
  const left = /"cost";r=(\d+)/.exec(response.headers.get('ratelimit') ?? '')?.[1];
  return {
    status: response.status,
    data: data ?? {},
    error: errors[0]?.extensions ?? null,
    left: Number(left),
  };
}

async function makeKey(input: Record<string, unknown> = {}) {
  const query = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id } } }`;
  const { data } = await ask(person('Ada'), query, {
    input: { name: 'nightly', scopes: ['READ'], ...input },
  });
  const { secret, apiKey } = data.createApiKey as { secret: string; apiKey: { id: string } };
  return { id: apiKey.id, 'x-api-key': secret };
}
const headers = ({ id: _, ...who }: Awaited<ReturnType<typeof makeKey>>) => who;

const costs = {
  '{ me { kind } }': 1,
  '{ system { version } }': 1,
  '{ datasets { nodes { id name uri } } }': 2,
  '{ runs(first: 10) { nodes { id metrics { name } } } }': 3,
  '{ a: models { nodes { id } } b: models(first: 50) { nodes { id } } }': 9,
};

test('the cost of a key’s day is the sum of what it ran, to the operation', async () => {
  const key = await makeKey();
  const asked = Object.entries(costs).flatMap(([query, cost]) => Array(5).fill({ query, cost }));
  const answers = await Promise.all(asked.map(({ query }) => ask(headers(key), query)));
  expect(answers.map(({ status, error }) => [status, error?.code])).toEqual(
    asked.map(() => [200, undefined]),
  );
  const sum = asked.reduce((total, { cost }) => total + cost, 0);
  expect(Math.min(...answers.map(({ left }) => left))).toBe(quota - sum);
  const dear = await ask(headers(key), '{ runs(first: 100) { nodes { logs { text } models { id } } } }');
  expect(dear.error).toMatchObject({ code: 'QUERY_TOO_COMPLEX', cost: 408, limit: 300 });
  const usage = async () => {
    const query = 'query ($id: ID!) { node(id: $id) { ... on ApiKey { usage { requests errors cost } } } }';
    const { data } = await ask(person('Ada'), query, { id: key.id });
    return data.node;
  };
  const day = { requests: asked.length + 1, errors: 1, cost: sum };
  await vi.waitFor(async () => expect(await usage()).toEqual({ usage: [day] }), {
    timeout: 5_000,
    interval: 200,
  });
});

test('what costs too much, or is too often, reaches no upstream', async () => {
  const key = await makeKey({ requestsPerMinute: 1 });
  const runs = '{ runs(first: 5) { nodes { id } } }';
  expect((await ask(headers(key), runs)).status).toBe(200);
  for (const name of ['arm', 'azureml'] as const) await stack.emulators.forgetCalls(name);
  const late = await ask(headers(key), runs);
  expect(late).toMatchObject({ status: 429, error: { code: 'RATE_LIMITED' } });
  const dear = await ask(person('Ada'), '{ runs(first: 100) { nodes { logs { text } models { id } } } }');
  expect(dear.error?.code).toBe('QUERY_TOO_COMPLEX');
  for (const name of ['arm', 'azureml'] as const) expect(await stack.emulators.calls(name)).toEqual([]);
});

test('who is at the end of a budget takes nothing from others', async () => {
  const dear = '{ runs(first: 100) { nodes { logs { text } } } }';
  const ben = [];
  for (let time = 0; time < 6; time++) ben.push((await ask(person('Ben'), dear)).status);
  expect(ben).toEqual([200, 200, 200, 200, 429, 429]);
  expect((await ask(person('Grace'), '{ me { kind } }')).left).toBe(quota - 1);
});

test('GraphiQL reads the whole schema, signed in or not', async () => {
  const query = getIntrospectionQuery({ descriptions: true });
  for (const who of [{}, person('Grace')]) expect((await ask(who, query)).data.__schema).toBeDefined();
});
