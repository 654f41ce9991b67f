import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { type Keycloak, startKeycloak } from '../../emulators/keycloak/index.ts';
import { makeApiKeySecret } from '../../src/domain/api-key-secret.ts';
import { RunStatusChanges, StartExperiment, UploadDataset } from './operations.ts';
import { type Stack, startStack } from './support/stack.ts';
import { all, overSse } from './support/streams.ts';

const reader = makeApiKeySecret();
let keycloak: Keycloak;
let stack: Stack;
beforeAll(async () => {
  keycloak = await startKeycloak();
  stack = await startStack({
    chat: { pace: 2 },
    settings: {
      OIDC_ISSUERS: 'staff',
      OIDC_STAFF_ISSUER: keycloak.realmUrl,
      OIDC_STAFF_AUDIENCES: 'mlgraph',
      MLGRAPH_API_KEYS: `reader READ ${reader}`,
    },
  });
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await keycloak.close();
});

type User = { id: string; subject: string | null; email: string | null; name: string | null; role: string };
type Event = {
  at: string;
  actor: string;
  actorKind: string;
  action: string;
  target: string | null;
  outcome: string;
  upstream: string | null;
  requestId: string | null;
  keyPrefix: string | null;
  count: number;
};
type Answer = {
  createUser: { user: User } | null;
  users: { nodes: User[] } | null;
  me: { user: User; scopes: string[] };
  auditEvents: { nodes: Event[] } | null;
};

const user = 'id subject tenantId email name role lastSeenAt';
const creation = `mutation Create($input: CreateUserInput!) { createUser(input: $input) { user { ${user} } } }`;
const trail = `query Trail($filter: AuditFilter) { auditEvents(first: 100, filter: $filter) { nodes {
  at actor actorKind action target outcome upstream requestId keyPrefix count } } }`;
const me = `{ me { scopes user { ${user} } } }`;

const ask = (query: string, variables: object = {}, as = 'Grace') =>
  stack.ask<Answer, object>(query, { ...variables }, as);
const create = (input: object, as?: string) => ask(creation, { input }, as);
const kim = (person = 'Kim') => keycloak.issueUserToken(person);
const events = async (filter: object) => (await ask(trail, { filter })).data?.auditEvents?.nodes ?? [];
const oid = (name: string) =>
  String(stack.emulators.entra.people.find((person) => person.name === name)?.oid);
const tenantId = () => stack.emulators.entra.tenantId;
async function byHeaders(headers: Record<string, string>, query = '{ me { kind } }') {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
  return (await fetch(stack.url, { ...init, body: JSON.stringify({ query }) })).status;
}

describe('people', () => {
  test('are created by e-mail alone, and become who signs in with it, vouched for', async () => {
    const { data } = await create({ email: 'Kim@contoso.example', name: 'Kim to come' });
    const created = data?.createUser?.user;
    expect(created).toMatchObject({ subject: null, role: 'MEMBER', name: 'Kim to come', lastSeenAt: null });
    const listed = async () =>
      (await ask(`{ users(first: 100) { nodes { ${user} } } }`)).data?.users?.nodes ?? [];
    expect(await listed()).toContainEqual(created);
    const hers = (await ask(me, {}, kim())).data?.me.user;
    expect(hers).toMatchObject({ subject: expect.any(String), role: 'MEMBER' });
    expect((await listed()).filter(({ email }) => email?.toLowerCase() === 'kim@contoso.example')).toEqual([
      expect.objectContaining({ id: hers?.id }),
    ]);
  });

  test('are not linked to an e-mail that nobody vouches for: of Entra, or unverified', async () => {
    for (const [email, as] of [
      ['lee@contoso.example', kim('Lee')],
      ['olaf@contoso.example', 'Olaf'],
    ] as const) {
      const { data } = await create({ email });
      await ask(me, {}, as);
      const { users } = (await ask(`{ users(first: 100) { nodes { ${user} } } }`)).data ?? {};
      expect(users?.nodes).toContainEqual(data?.createUser?.user);
    }
  });

  test('are administrators by tenant and subject', async () => {
    const identity = { tenantId: tenantId(), subject: oid('Ben').toUpperCase() };
    const { data, errors } = await create({ email: 'ben@contoso.example', role: 'ADMIN', ...identity });
    expect(errors).toEqual([]);
    expect(data?.createUser?.user).toMatchObject({ subject: oid('Ben'), role: 'ADMIN' });
    const his = (await ask(me, {}, 'Ben')).data?.me;
    expect(his).toMatchObject({ user: { id: data?.createUser?.user.id, role: 'ADMIN', name: 'Ben' } });
    expect(his?.scopes).toContain('ADMIN');
    expect((await ask('{ users { nodes { id } } }', {}, 'Ben')).errors).toEqual([]);
  });

  test.each([
    ['somebody known by e-mail', () => ({ email: 'KIM@contoso.example' }), 'CONFLICT', 'input.email'],
    [
      'somebody known by subject',
      () => ({ email: 'g@contoso.example', tenantId: tenantId(), subject: oid('Ben') }),
      'CONFLICT',
      'input.subject',
    ],
    ['no e-mail', () => ({ email: 'eve' }), 'BAD_USER_INPUT', 'input.email'],
    ['two e-mails', () => ({ email: 'a@b.example, c@d.example' }), 'BAD_USER_INPUT', 'input.email'],
    [
      'an endless name',
      () => ({ email: 'e@b.example', name: 'e'.repeat(201) }),
      'BAD_USER_INPUT',
      'input.name',
    ],
    [
      'an administrator by e-mail',
      () => ({ email: 'e@b.example', role: 'ADMIN' }),
      'BAD_USER_INPUT',
      'input.tenantId',
    ],
    [
      'a tenant alone',
      () => ({ email: 'e@b.example', tenantId: tenantId() }),
      'BAD_USER_INPUT',
      'input.subject',
    ],
    [
      'a subject alone',
      () => ({ email: 'e@b.example', subject: oid('Ada') }),
      'BAD_USER_INPUT',
      'input.tenantId',
    ],
    [
      'a subject that is none',
      () => ({ email: 'e@b.example', tenantId: tenantId(), subject: 'ada:x' }),
      'BAD_USER_INPUT',
      'input.subject',
    ],
  ])('are not created as %s', async (_, input, code, field) => {
    const { data, errors } = await create(input());
    expect([data?.createUser, errors[0]?.extensions]).toMatchObject([null, { code, field }]);
  });

  test('are created by administrators alone', async () => {
    for (const as of ['Ada', kim()])
      expect((await create({ email: 'x@contoso.example' }, as)).errors[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

describe('the trail', () => {
  test('has every use of a person upstream, once for an operation, and none of a service', async () => {
    const before = new Date().toISOString();
    await ask(
      '{ experiments { nodes { name } } computes { nodes { name } } a: datasets { nodes { id } } }',
      {},
      'Ada',
    );
    await byHeaders({ 'x-api-key': reader }, '{ computes { nodes { name } } }');
    await ask('{ agents { nodes { id } } }', {}, 'Ada');
    const used = () => events({ action: 'upstream.use', since: before });
    await vi.waitFor(async () => expect((await used()).length).toBeGreaterThan(0), { timeout: 3_000 });
    const hers = (await used()).filter(({ upstream }) => upstream === 'AZURE_ML');
    expect(hers).toMatchObject([
      {
        actor: `entra:${tenantId()}:${oid('Ada')}`,
        actorKind: 'USER',
        outcome: 'OK',
        requestId: expect.any(String),
        keyPrefix: null,
        count: 1,
      },
    ]);
    const actor = `entra:${tenantId()}:${oid('Ada')}`;
    expect(await events({ actor, action: 'upstream.use', until: before })).toEqual([]);
    expect((await events({ actor })).every((event) => event.actor === actor)).toBe(true);
  });

  test('has every watch once for each who watches, however often it reads', async () => {
    const rows = Array.from({ length: 60 }, (_, row) => `${row},${row % 5},${row % 2 ? 'yes' : 'no'}`);
    const file = new File([`a,b,label\n${rows.join('\n')}`], 'd.csv');
    const uploaded = await stack.upload(UploadDataset, { name: 'watched' }, file, 'Ada');
    const input = {
      experiment: 'watched',
      datasetId: uploaded.data?.uploadDataset?.dataset.id ?? '',
      task: 'CLASSIFICATION' as const,
      targetColumn: 'label',
      maxTrials: 2,
    };
    const start = async () =>
      (await stack.ask(StartExperiment, { input }, 'Ada')).data?.startExperiment?.run.id;
    const ids = [await start(), await start()].map(String);
    await vi.waitFor(async () => expect(await events({ action: 'startExperiment' })).toHaveLength(2), {
      timeout: 3_000,
    });
    const before = new Date().toISOString();
    const socket = createClient({
      url: stack.wsUrl,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${stack.tokens.Ada}` },
    });
    const query = RunStatusChanges.toString();
    const onSocket = ids.map(async (id) => {
      let last: unknown;
      for await (const result of socket.iterate({ query, variables: { id } })) last = result;
      return last;
    });
    const variables = { id: ids[0] ?? '' };
    const overHttp = all(overSse({ stack, document: RunStatusChanges, variables, as: 'Ben' }).events);
    const ends = [...(await Promise.all(onSocket)), { data: (await overHttp).at(-1) }];
    await socket.dispose();
    for (const end of ends) expect(end).toMatchObject({ data: { runStatus: { status: 'COMPLETED' } } });
    const used = async () =>
      (await events({ action: 'upstream.use', since: before })).map(({ actor }) => actor).toSorted();
    const [ada, ben] = ['Ada', 'Ben'].map((name) => `entra:${tenantId()}:${oid(name)}`);
    await vi.waitFor(async () => expect(await used()).toEqual([ada, ada, ben]), { timeout: 5_000 });
  }, 30_000);

  test('has what Entra refused, too', async () => {
    const before = new Date().toISOString();
    stack.emulators.switchOn({ person: 'Olaf', kind: 'interaction_required' });
    await ask('{ computes { nodes { name } } }', {}, 'Olaf');
    stack.emulators.entra.switchesOff();
    await vi.waitFor(
      async () =>
        expect(await events({ action: 'upstream.use', since: before })).toMatchObject([
          { outcome: 'INTERACTION_REQUIRED', actor: `entra:${tenantId()}:${oid('Olaf')}` },
        ]),
      { timeout: 3_000 },
    );
  });

  test('has every refused credential, a flood as one event, and nothing secret', async () => {
    const before = new Date().toISOString();
    const wrong = makeApiKeySecret();
    const expired = stack.emulators.entra.issueUserToken('Ada', { exp: 1 });
    const flood = Array.from({ length: 60 }, () => byHeaders({ 'x-api-key': wrong }));
    expect(new Set(await Promise.all(flood))).toEqual(new Set([401]));
    expect(await byHeaders({ authorization: `Bearer ${expired}` })).toBe(401);
    expect(await byHeaders({ authorization: 'Bearer hunter2' })).toBe(401);
    const refused = () => events({ action: 'credential.refused', since: before });
    await vi.waitFor(async () => expect(await refused()).toHaveLength(3), { timeout: 3_000 });
    const found = await refused();
    expect(found.every(({ actor, outcome }) => actor === 'anonymous' && outcome === 'UNAUTHENTICATED')).toBe(
      true,
    );
    const told = found.map(({ actorKind, keyPrefix, target }) => [actorKind, keyPrefix, target]);
    expect(told).toContainEqual(['SERVICE', wrong.slice(0, 12), null]);
    expect(told).toContainEqual(['USER', null, expect.stringContaining(tenantId())]);
    expect(told).toContainEqual(['USER', null, null]);
    expect(found.find(({ keyPrefix }) => keyPrefix)?.count).toBeGreaterThan(1);
    expect(JSON.stringify(found)).not.toContain(wrong.slice(0, 20));
  });

  test('has who created whom', async () => {
    const made = await events({ action: 'createUser', actor: `entra:${tenantId()}:${oid('Grace')}` });
    expect(made.map(({ outcome }) => outcome)).toEqual(
      expect.arrayContaining(['OK', 'CONFLICT', 'BAD_USER_INPUT']),
    );
    expect(made.find(({ outcome }) => outcome === 'OK')).toMatchObject({
      target: expect.not.stringMatching(tenantId()),
      upstream: 'LOCAL',
    });
  });
});
