import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Store } from '../../src/datasources/supabase/store.ts';
import { MlgraphError } from '../../src/domain/errors.ts';
import { readPage } from '../../src/domain/paging.ts';
import { json } from './scripted-server.ts';
import { connectTo, keys, personNamed, startScriptedStore } from './support/supabase.ts';
import { uuid } from './support/supabase-rows.ts';

const ada = personNamed('Ada');
const page = () => readPage({}, ada.key, 'list');
const agent = {
  id: '',
  name: 'clerk',
  version: null,
  enabled: true,
  description: null,
  model: null,
  tools: [],
  createdAt: null,
  syncedAt: null,
};
const conversation = {
  home: 'home',
  spaceKey: 's1',
  conversationKey: 'c1',
  as: 'USER',
  title: 'T',
} as const;
const run = {
  kind: 'TRAINING',
  service: 'chapkit',
  configKey: 'c1',
  modelKey: null,
  clientRunId: 'r1',
  contentHash: 'h',
  createdBy: null,
} as const;

const apiKey = { key: uuid(1), owner: ada.key };
const newKey = {
  name: 'nightly',
  prefix: 'mlg_abcdefgh',
  hash: 'h',
  scopes: ['READ'],
  requestsPerMinute: null,
  expiresAt: null,
} as const;

/** Every method, as one call of somebody. */
const methods: Record<keyof Store, (store: Store) => Promise<unknown>> = {
  see: (store) => store.see(ada),
  createUser: (store) =>
    store.createUser({ email: 'eve@contoso.example', name: null, role: 'MEMBER', identity: null }),
  listAgents: (store) => store.listAgents(),
  getAgent: (store) => store.getAgent('clerk'),
  replaceAgents: (store) => store.replaceAgents([agent]),
  createSession: (store) => store.createSession({ title: 'T', agentName: 'clerk', conversationId: null }),
  getSession: (store) => store.getSession(uuid(1)),
  listSessions: (store) => store.listSessions({}, page()),
  updateSession: (store) => store.updateSession(uuid(1), { title: 'T' }),
  deleteSession: (store) => store.deleteSession(uuid(1)),
  addExchange: (store) => store.addExchange({ sessionKey: uuid(1), content: 'Hi', clientMessageId: null }),
  getMessage: (store) => store.getMessage(uuid(1)),
  latestReply: (store) => store.latestReply(uuid(1)),
  openReplies: (store) => store.openReplies(),
  updateReply: (store) => store.updateReply(uuid(1), { content: 'x' }),
  updateReplies: (store) => store.updateReplies([{ key: uuid(1), change: { content: 'x' } }]),
  decideApproval: (store) => store.decideApproval(uuid(1), { id: 'a1', approve: true, reason: null }),
  continueReply: (store) => store.continueReply({ key: uuid(1), position: 1 }),
  listMessages: (store) => store.listMessages(uuid(1), page()),
  getConversation: (store) => store.getConversation('home', 'c1'),
  listConversations: (store) => store.listConversations('home', 's1', page()),
  rememberConversation: (store) => store.rememberConversation(conversation),
  claimQuestion: (store) => store.claimQuestion({ clientMessageId: 'm1', contentHash: 'h' }),
  settleQuestion: (store) => store.settleQuestion('m1', null),
  addServiceRun: (store) => store.addServiceRun(run),
  getServiceRun: (store) => store.getServiceRun(uuid(1)),
  findServiceRun: (store) => store.findServiceRun('once'),
  updateServiceRun: (store) => store.updateServiceRun(uuid(1), { jobKey: 'j1' }),
  listServiceRuns: (store) => store.listServiceRuns({ service: 'chapkit', after: null, limit: 10 }),
  serviceRunsOf: (store) => store.serviceRunsOf('chapkit', ['a1']),
  createApiKey: (store) => store.createApiKey(newKey),
  getApiKey: (store) => store.getApiKey(uuid(1)),
  listApiKeys: (store) => store.listApiKeys(page()),
  rotateApiKey: (store) =>
    store.rotateApiKey(apiKey, { hash: 'h', prefix: 'mlg_abcdefgh', graceUntil: new Date(0) }),
  revokeApiKey: (store) => store.revokeApiKey(apiKey, new Date(0)),
  apiKeyUsage: (store) => store.apiKeyUsage(uuid(1), '2026-11-01'),
  listUsers: (store) => store.listUsers(page()),
  getUser: (store) => store.getUser(ada.key),
  getAuditEvent: (store) => store.getAuditEvent(uuid(1)),
  listAuditEvents: (store) => store.listAuditEvents({}, page()),
};
const eachMethod = Object.entries(methods);

const failureOf = async (work: Promise<unknown>): Promise<MlgraphError> => {
  const failure = await work.then(
    () => 'no failure',
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(MlgraphError);
  return failure as MlgraphError;
};

/** As PostgREST speaks: of tables, columns and values. */
const said = {
  code: '23505',
  message: 'duplicate key value violates unique constraint "messages_one_open_reply"',
  details: 'Key (session_key)=(secret-value) already exists.',
  hint: 'Perhaps you meant the table people',
};

describe('an error of the database', () => {
  test.each([
    [400, '22P02', 'UPSTREAM_ERROR'],
    [400, '22P05', 'BAD_USER_INPUT'],
    [400, 'PGRST100', 'UPSTREAM_ERROR'],
    [401, 'PGRST301', 'UPSTREAM_ERROR'],
    [401, 'PGRST303', 'UPSTREAM_ERROR'],
    [403, '42501', 'FORBIDDEN'],
    [404, 'PGRST205', 'UPSTREAM_ERROR'],
    [404, '42P01', 'UPSTREAM_ERROR'],
    [404, 'PT404', 'NOT_FOUND'],
    [406, 'PGRST116', 'UPSTREAM_ERROR'],
    [409, '23505', 'CONFLICT'],
    [429, '', 'RATE_LIMITED'],
    [500, 'XX000', 'UPSTREAM_UNAVAILABLE'],
    [500, '57014', 'UPSTREAM_TIMEOUT'],
    [503, 'PGRST002', 'UPSTREAM_UNAVAILABLE'],
  ] as const)('%d %s is %s, in words of its own', async (status, code, expected) => {
    await using scripted = await startScriptedStore((_, response) =>
      json(response, status, { ...said, code }),
    );
    const failure = await failureOf(scripted.store.getSession(uuid(1)));
    expect(failure.code).toBe(expected);
    expect(failure.details.upstream).toBe('supabase');
    expect(failure.message).not.toMatch(/duplicate|messages|secret-value|people|127\.0\.0\.1/);
  });
});

/** What may go wrong on the wire, and what it is called. */
const mishaps = [
  ['a bare 404, which the client takes for success', 404, '', 'application/json', 'UPSTREAM_ERROR'],
  ['a list with status 404, which it takes for success too', 404, '[]', 'application/json', 'UPSTREAM_ERROR'],
  ['a page of a proxy', 200, '<html>sign in</html>', 'text/html', 'UPSTREAM_ERROR'],
  ['a page with an error', 502, '<html>bad gateway</html>', 'text/html', 'UPSTREAM_UNAVAILABLE'],
  ['half of a JSON', 200, '[{"key":', 'application/json', 'UPSTREAM_ERROR'],
  ['rows of another shape', 200, '[{"kee":1}]', 'application/json', 'UPSTREAM_ERROR'],
  ['an object in place of rows', 200, '{}', 'application/json', 'UPSTREAM_ERROR'],
] as const;

describe.each(eachMethod)('%s', (_, act) => {
  test.each(mishaps)('tells %s', async (_name, status, body, type, expected) => {
    await using scripted = await startScriptedStore((_request, response) =>
      response.writeHead(status, { 'content-type': type }).end(body),
    );
    const failure = await failureOf(act(scripted.store));
    expect(failure.code).toBe(expected);
    expect(failure.message).not.toContain('html');
  });

  test('asks in the name of the person, within the trace, and never with the key of the service', async () => {
    await using scripted = await startScriptedStore((_request, response) => json(response, 500, said));
    await failureOf(act(scripted.store));
    expect(scripted.server.received.length).toBeGreaterThan(0);
    for (const { headers, method, url } of scripted.server.received) {
      expect(headers.apikey).toBe(keys.anonKey);
      expect(headers.authorization).toMatch(/^Bearer eyJ/);
      expect(headers.traceparent).toMatch(/^00-a{32}-/);
      if (method === 'PATCH' || method === 'DELETE') expect(url).toMatch(/[?&]owner=eq\./);
    }
  });

  test('ends with the operation', async () => {
    await using scripted = await startScriptedStore(() => undefined);
    const operation = new AbortController();
    const acting = act(scripted.as(ada, operation.signal));
    const outcome = acting.catch((error: unknown) => error);
    await expect.poll(() => scripted.server.received.length).toBeGreaterThan(0);
    operation.abort(new Error('the client left'));
    expect(await outcome).toEqual(new Error('the client left'));
  });
});

test('what hangs is a timeout', async () => {
  await using scripted = await startScriptedStore(() => undefined, { deadlineMs: 50 });
  expect((await failureOf(scripted.store.openReplies())).code).toBe('UPSTREAM_TIMEOUT');
});

test('an answer that is cut is told, and no part of it believed', async () => {
  await using scripted = await startScriptedStore((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 });
    response.write('[]');
    void wait(10).then(() => response.destroy());
  });
  expect((await failureOf(scripted.store.openReplies())).code).toBe('UPSTREAM_ERROR');
});

test('a database that is not there is known for dead after a while', async () => {
  await using scripted = await startScriptedStore((_, response) => response.destroy(), {
    breaker: { failures: 2 },
  });
  for (const _ of [1, 2, 3, 4]) {
    expect((await failureOf(scripted.store.openReplies())).code).toBe('UPSTREAM_UNAVAILABLE');
  }
  expect(scripted.server.received).toHaveLength(2);
});

describe('what is sent again', () => {
  const busyOnce = (good: unknown) => (_: unknown, response: Parameters<typeof json>[0], count: number) =>
    count === 1 ? json(response, 503, said) : json(response, 200, good);
  const patient = { retries: 2, random: () => 0 };

  test('a read is', async () => {
    await using scripted = await startScriptedStore(busyOnce([]), patient);
    expect(await scripted.store.openReplies()).toEqual([]);
    expect(scripted.server.received).toHaveLength(2);
  });

  test('a change of a reply is: it sets what is, whatever was', async () => {
    await using scripted = await startScriptedStore(busyOnce([{ key: uuid(1) }]), patient);
    await scripted.store.updateReply(uuid(1), { content: 'x' });
    expect(scripted.server.received).toHaveLength(2);
  });

  test.each([
    'addExchange',
    'createSession',
    'deleteSession',
    'claimQuestion',
    'addServiceRun',
    'rememberConversation',
    'createApiKey',
  ] as const)('%s is not', async (method) => {
    await using scripted = await startScriptedStore(busyOnce([]), patient);
    expect((await failureOf(methods[method](scripted.store))).code).toBe('UPSTREAM_UNAVAILABLE');
    expect(scripted.server.received).toHaveLength(1);
  });
});

test('a trail whose answer was lost is sent again as it was, to be ignored where it is there', async () => {
  await using scripted = await startScriptedStore(
    (_, response, count) => (count === 1 ? response.destroy() : response.writeHead(201).end()),
    { retries: 2, random: () => 0 },
  );
  await scripted.connector.service.appendAudit([
    {
      key: uuid(7),
      at: new Date(),
      actor: ada.key,
      actorKind: 'USER',
      action: 'upstream.use',
      target: null,
      outcome: 'OK',
      upstream: 'AZURE_FOUNDRY',
      requestId: null,
      keyPrefix: null,
    },
  ]);
  const [first, second] = scripted.server.received;
  expect(JSON.parse(first?.body.toString() ?? '')).toMatchObject([{ id: uuid(7) }]);
  expect(second?.body.toString()).toBe(first?.body.toString());
  expect(second?.url).toContain('on_conflict=id');
  expect(second?.headers.prefer).toContain('resolution=ignore-duplicates');
  expect(first?.headers.authorization).toBe(`Bearer ${keys.serviceRoleKey}`);
});

test('an address with a slash at its end is the same', async () => {
  await using scripted = await startScriptedStore((_, response) => json(response, 200, []));
  await using connected = connectTo(`${scripted.server.url}/`);
  await connected.as(ada).openReplies();
  expect(scripted.server.received[0]?.url).toMatch(/^\/rest\/v1\/messages\?/);
});
