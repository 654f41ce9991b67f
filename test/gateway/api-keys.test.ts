import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeApiKeySecret } from '../../src/domain/api-key-secret.ts';
import { localId } from '../../src/domain/ids.ts';
import { type Stack, startStack } from './support/stack.ts';

const reader = makeApiKeySecret();
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ chat: { pace: 2 }, settings: { MLGRAPH_API_KEYS: `reader READ ${reader}` } });
});
afterAll(() => stack[Symbol.asyncDispose]());

type Credential = { person: string } | { key: string };
type Answer = {
  status: number;
  data: Record<string, unknown>;
  code: string | null;
  message: string | null;
};

async function ask(by: Credential, query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
  const who: Record<string, string> =
    'key' in by ? { 'x-api-key': by.key } : { authorization: `Bearer ${stack.tokens[by.person]}` };
  const response = await fetch(stack.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...who },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as {
    data?: Record<string, unknown> | null;
    errors?: { message: string; extensions: { code: string } }[];
  };
  const [first] = errors ?? [];
  return {
    status: response.status,
    data: data ?? {},
    code: first?.extensions.code ?? null,
    message: first?.message ?? null,
  };
}

type Made = { id: string; key: string; prefix: string };
async function make(by: Credential, input: Record<string, unknown> = {}): Promise<Made> {
  const { data, message } = await ask(
    by,
    'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id prefix } } }',
    { input: { name: 'nightly', scopes: ['READ'], ...input } },
  );
  if (!data.createApiKey) return expect.fail(message ?? 'no key');
  const { secret, apiKey } = data.createApiKey as { secret: string; apiKey: { id: string; prefix: string } };
  return { ...apiKey, key: secret };
}
const revoke = (by: Credential, id: string) =>
  ask(by, 'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { revokedAt } } }', { id });
const rotate = async (by: Credential, id: string, graceSeconds: number) => {
  const { data, message } = await ask(
    by,
    'mutation ($id: ID!, $graceSeconds: Int) { rotateApiKey(input: { id: $id, graceSeconds: $graceSeconds }) { secret } }',
    { id, graceSeconds },
  );
  return (data.rotateApiKey as { secret: string } | undefined)?.secret ?? expect.fail(message ?? 'no secret');
};
const ada = { person: 'Ada' };
const grace = { person: 'Grace' };
const whoIs = '{ me { kind scopes user { id } apiKey { id name prefix owner { id } } } }';
const listed = '{ apiKeys(first: 100) { nodes { id } } }';
const idsOf = ({ data }: Answer) => (data.apiKeys as { nodes: { id: string }[] }).nodes.map(({ id }) => id);

test('a key is a caller of its own, with its scopes alone, and sees nothing of its owner’s', async () => {
  const made = await make(ada);
  const other = await make(ada);
  const answer = await ask(made, whoIs);
  expect(answer.data.me).toEqual({
    kind: 'SERVICE',
    scopes: ['READ'],
    user: null,
    apiKey: { id: made.id, name: 'nightly', prefix: made.prefix, owner: null },
  });
  const keeper = await make(ada, { scopes: ['READ', 'KEYS', 'CHAT'] });
  expect(idsOf(await ask(keeper, listed))).toEqual([keeper.id]);
  expect(idsOf(await ask(ada, listed))).toEqual([keeper.id, other.id, made.id]);
  expect(idsOf(await ask(grace, listed))).toEqual(expect.arrayContaining([keeper.id, other.id, made.id]));
  expect(idsOf(await ask({ person: 'Ben' }, listed))).toEqual([]);
  expect((await ask(keeper, '{ sessions { nodes { id } } }')).data.sessions).toEqual({ nodes: [] });
  for (const query of [
    `{ node(id: "${other.id}") { id } }`,
    `mutation { revokeApiKey(input: { id: "${other.id}" }) { apiKey { id } } }`,
    `mutation { rotateApiKey(input: { id: "${other.id}" }) { secret } }`,
  ])
    expect(await ask(keeper, query)).toMatchObject({ code: 'NOT_FOUND' });
});

test('a key of the settings works, and names itself', async () => {
  const { data } = await ask(
    { key: reader },
    '{ me { scopes apiKey { id name prefix usage { requests } } } }',
  );
  const id = localId('ApiKey', 'reader');
  expect(data.me).toMatchObject({ scopes: ['READ'], apiKey: { id, name: 'reader' } });
  expect(idsOf(await ask(grace, listed))).not.toContain(id);
  expect(await revoke(grace, id)).toMatchObject({ code: 'NOT_FOUND' });
});

test('nobody gives a key what they lack', async () => {
  const mutation = (scopes: string) =>
    `mutation { createApiKey(input: { name: "x", scopes: [${scopes}] }) { secret } }`;
  expect(await ask(ada, mutation('READ, ADMIN'))).toMatchObject({ code: 'FORBIDDEN' });
  expect(await ask(grace, mutation('READ, ADMIN'))).toMatchObject({ code: null });
  const keeper = await make(ada, { scopes: ['KEYS'] });
  expect((await ask(keeper, mutation('KEYS, TRAIN'))).message).toContain('TRAIN');
});

test('what a key has no scope for is refused before any upstream is called', async () => {
  const upstreams = ['arm', 'azureml', 'foundry'].filter((name) => name in stack.emulators.urls);
  expect(upstreams.length).toBeGreaterThan(0);
  const chat = await make(ada, { scopes: ['CHAT'] });
  for (const name of upstreams) await stack.emulators.forgetCalls(name as never);
  for (const query of [
    '{ datasets { nodes { id } } }',
    '{ runs { nodes { id } } }',
    '{ models { nodes { id } } }',
    '{ agents { nodes { id } } }',
    'mutation { cancelRun(input: { id: "x" }) { run { id } } }',
    '{ users { nodes { id } } }',
  ])
    expect(await ask(chat, query)).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('scope'),
    });
  for (const name of upstreams) expect(await stack.emulators.calls(name as never)).toEqual([]);
});

describe('rotation', () => {
  test('refuses no request within the grace, by the old secret or the new one, and all of the old after', async () => {
    const made = await make(ada);
    const secrets = { current: made.key };
    const state = { over: false };
    const codes: (string | null)[] = [];
    const hammer = async () => {
      while (!state.over) codes.push((await ask({ key: secrets.current }, '{ me { kind } }')).code);
    };
    const hammers = [hammer(), hammer(), hammer()];
    await vi.waitFor(() => expect(codes.length).toBeGreaterThan(20));
    const renewed = await rotate(ada, made.id, 60);
    const before = codes.length;
    await vi.waitFor(() => expect(codes.length).toBeGreaterThan(before + 20));
    secrets.current = renewed;
    await vi.waitFor(() => expect(codes.length).toBeGreaterThan(before + 60));
    state.over = true;
    await Promise.all(hammers);
    expect(new Set(codes)).toEqual(new Set([null]));

    const last = await rotate(ada, made.id, 0);
    expect(await ask(made, whoIs)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(await ask({ key: renewed }, whoIs)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(await ask({ key: last }, whoIs)).toMatchObject({ code: null });
  });

  test('can be done by the key itself', async () => {
    const made = await make(ada, { scopes: ['KEYS'] });
    const renewed = await rotate(made, made.id, 0);
    expect(await ask(made, whoIs)).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await ask({ key: renewed }, whoIs)).toMatchObject({ code: null });
  });
});

test('a revoked key is refused at once, and with it what it made', async () => {
  const made = await make(ada, { scopes: ['READ', 'KEYS'] });
  const child = await make(made, { scopes: ['READ'] });
  for (const each of [made, child]) expect(await ask(each, whoIs)).toMatchObject({ code: null });
  expect(await revoke({ person: 'Ben' }, made.id)).toMatchObject({ code: 'NOT_FOUND' });
  expect(await revoke(grace, made.id)).toMatchObject({ code: null });
  expect(await ask(made, whoIs)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  expect(await ask(child, whoIs)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  expect(await ask(ada, `mutation { rotateApiKey(input: { id: "${made.id}" }) { secret } }`)).toMatchObject({
    code: 'CONFLICT',
  });
});

test('the use of the day is right to the request, errors among them', async () => {
  const made = await make(ada, { scopes: ['READ', 'PREDICT'] });
  const queries = [
    ...Array(17).fill('{ me { kind } }'),
    ...Array(5).fill('{ users { nodes { id } } }'),
    '{ nothing }',
  ];
  await Promise.all(queries.map((query) => ask(made, query)));
  const usage = async () => {
    const { data } = await ask(ada, '{ apiKeys { nodes { id lastUsedAt usage { date requests errors } } } }');
    const { nodes } = data.apiKeys as { nodes: { id: string; lastUsedAt: string; usage: object[] }[] };
    return nodes.find(({ id }) => id === made.id);
  };
  const date = new Date().toISOString().slice(0, 10);
  await vi.waitFor(async () => expect((await usage())?.usage).toEqual([{ date, requests: 23, errors: 6 }]), {
    timeout: 5_000,
    interval: 100,
  });
  expect((await usage())?.lastUsedAt).not.toBeNull();
});

test('no secret is in the log or in the database’s calls', async () => {
  const made = await make(ada);
  await ask(made, whoIs);
  expect(stack.logged.join('\n')).not.toContain(made.key);
  const calls = await stack.emulators.calls('supabase');
  expect(JSON.stringify(calls)).not.toContain(made.key);
});
