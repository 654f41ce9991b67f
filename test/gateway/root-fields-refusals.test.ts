import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeApiKeySecret } from '../../src/domain/api-key-secret.ts';
import { scopes } from '../../src/domain/callers.ts';
import { schema } from '../../src/schema/index.ts';
import { needOf } from '../../src/schema/scopes.ts';
import type { UpstreamName } from '../support/emulators.ts';
import { heard, openSession, send } from './support/chat.ts';
import { type Stack, startStack } from './support/stack.ts';

/** A key of the settings for each scope: it has all the others. */
const lacking = Object.fromEntries(scopes.map((scope) => [scope, makeApiKeySecret()]));
const keyLines = scopes.map((scope) => {
  const others = scopes.filter((other) => other !== scope);
  return `without-${scope.toLowerCase()} ${others.join(',')} ${lacking[scope]}`;
});

/** What is Ada's, by the names that the operations below give it. */
type Ids = Record<
  | 'dataset'
  | 'run'
  | 'serviceRun'
  | 'service'
  | 'config'
  | 'artifact'
  | 'model'
  | 'agent'
  | 'space'
  | 'conversation'
  | 'genieMessage'
  | 'session'
  | 'message'
  | 'apiKey'
  | 'product',
  string
>;
/** Who may not although they are signed in, and how that is said; `calls`: the upstream says it, and not this gateway. */
type Refused = { as: string; code: string; calls?: readonly UpstreamName[]; query?: string };
type Row = {
  query: string;
  /** Null: it is for everybody who is signed in. */
  role: Refused | null;
  /** Ben, by what is Ada's alone; 'UNLISTED': it is in no list of his; null: it takes and shows nothing of one person. */
  foreign: Refused | 'UNLISTED' | null;
};

const rows = 'columns: ["x"], rows: [[1]]';
const noEntra: Refused = { as: 'Kim', code: 'FORBIDDEN' };
const noAdministrator: Refused = { as: 'Ada', code: 'FORBIDDEN' };
const noMember: Refused = { as: 'Olaf', code: 'NOT_FOUND' };
const adas: Refused = { as: 'Ben', code: 'NOT_FOUND' };
/** Whose a conversation is, Databricks knows: it may have begun there. */
const adasGenie: Refused = { ...adas, calls: ['entra', 'databricks'] };
const by = (query: string): Refused => ({ ...adas, query });

/** Each root field as a client would ask for it of what is Ada's. A field that is not here fails the build. */
const operations: Record<'Query' | 'Mutation' | 'Subscription', Record<string, Row>> = {
  Query: {
    me: { query: '{ me { kind } }', role: null, foreign: null },
    health: { query: '{ health { status } }', role: null, foreign: null },
    system: { query: '{ system { version } }', role: null, foreign: null },
    node: {
      query: '{ node(id: $run) { id } }',
      role: noEntra,
      foreign: by('{ node(id: $session) { id } }'),
    },
    nodes: {
      query: '{ nodes(ids: [$run]) { id } }',
      role: noEntra,
      foreign: by('{ nodes(ids: [$apiKey, $message, $serviceRun]) { id } }'),
    },
    datasets: { query: '{ datasets { nodes { id } } }', role: noEntra, foreign: null },
    dataset: { query: '{ dataset(name: "adas") { id } }', role: noEntra, foreign: null },
    experiments: { query: '{ experiments { nodes { id } } }', role: noEntra, foreign: null },
    experiment: { query: '{ experiment(name: "adas") { id } }', role: noEntra, foreign: null },
    runs: { query: '{ runs { nodes { id } } }', role: null, foreign: 'UNLISTED' },
    models: { query: '{ models { nodes { id } } }', role: null, foreign: null },
    computes: { query: '{ computes { nodes { id } } }', role: noEntra, foreign: null },
    agents: { query: '{ agents { nodes { id } } }', role: noEntra, foreign: null },
    genieSpaces: { query: '{ genieSpaces { nodes { id } } }', role: noEntra, foreign: null },
    sessions: { query: '{ sessions { nodes { id } } }', role: null, foreign: 'UNLISTED' },
    services: { query: '{ services { nodes { id } } }', role: null, foreign: null },
    service: {
      query: '{ service(name: "climate-health") { id } }',
      role: { ...noMember, calls: ['threescale'] },
      foreign: null,
    },
    apiKeys: { query: '{ apiKeys { nodes { id } } }', role: null, foreign: 'UNLISTED' },
    users: { query: '{ users { nodes { id } } }', role: noAdministrator, foreign: null },
    auditEvents: { query: '{ auditEvents { nodes { id } } }', role: noAdministrator, foreign: null },
    roleAssignments: { query: '{ roleAssignments { nodes { id } } }', role: noEntra, foreign: null },
  },
  Mutation: {
    uploadDataset: {
      query:
        'mutation ($file: File!) { uploadDataset(input: { name: "x", file: $file }) { dataset { id } } }',
      role: noEntra,
      foreign: null,
    },
    archiveDataset: {
      query: 'mutation { archiveDataset(input: { id: $dataset }) { dataset { id } } }',
      role: noEntra,
      foreign: null,
    },
    startExperiment: {
      query:
        'mutation { startExperiment(input: { experiment: "x", datasetId: $dataset, task: REGRESSION, targetColumn: "y" }) { run { id } } }',
      role: noEntra,
      foreign: null,
    },
    cancelRun: {
      query: 'mutation { cancelRun(input: { id: $run }) { run { id } } }',
      role: noEntra,
      foreign: by('mutation { cancelRun(input: { id: $serviceRun }) { run { id } } }'),
    },
    registerModel: {
      query: 'mutation { registerModel(input: { runId: $run, name: "x" }) { model { id } } }',
      role: noEntra,
      foreign: null,
    },
    train: {
      query: `mutation { train(input: { serviceId: $service, configId: $config, data: { ${rows} } }) { run { id } } }`,
      role: noMember,
      foreign: null,
    },
    predict: {
      query: `mutation { predict(input: { modelId: $model, future: { ${rows} } }) { run { id } } }`,
      role: noMember,
      foreign: null,
    },
    createConfig: {
      query:
        'mutation { createConfig(input: { serviceId: $service, name: "x", data: {} }) { config { id } } }',
      role: noMember,
      foreign: null,
    },
    updateConfig: {
      query: 'mutation { updateConfig(input: { id: $config, name: "x" }) { config { id } } }',
      role: noMember,
      foreign: null,
    },
    deleteConfig: {
      query: 'mutation { deleteConfig(input: { id: $config }) { id } }',
      role: noMember,
      foreign: null,
    },
    deleteArtifact: {
      query: 'mutation { deleteArtifact(input: { id: $artifact }) { id } }',
      role: noMember,
      foreign: null,
    },
    askGenie: {
      query: 'mutation { askGenie(input: { spaceId: $space, question: "x" }) { message { id } } }',
      role: noEntra,
      foreign: {
        ...adasGenie,
        query:
          'mutation { askGenie(input: { spaceId: $space, conversationId: $conversation, question: "x" }) { message { id } } }',
      },
    },
    rerunGenieQuery: {
      query: 'mutation { rerunGenieQuery(input: { messageId: $genieMessage }) { message { id } } }',
      role: noEntra,
      foreign: adasGenie,
    },
    rateGenieAnswer: {
      query:
        'mutation { rateGenieAnswer(input: { messageId: $genieMessage, rating: NONE }) { message { id } } }',
      role: noEntra,
      foreign: adasGenie,
    },
    syncAgents: { query: 'mutation { syncAgents { added } }', role: noEntra, foreign: null },
    createSession: {
      query: 'mutation { createSession(input: { agentId: $agent }) { session { id } } }',
      role: noEntra,
      foreign: null,
    },
    deleteSession: {
      query: 'mutation { deleteSession(input: { id: $session }) { id } }',
      role: null,
      foreign: adas,
    },
    sendMessage: {
      query: 'mutation { sendMessage(input: { sessionId: $session, content: "x" }) { reply { id } } }',
      role: null,
      foreign: adas,
    },
    cancelReply: {
      query: 'mutation { cancelReply(input: { messageId: $message }) { reply { id } } }',
      role: null,
      foreign: adas,
    },
    decideToolApproval: {
      query:
        'mutation { decideToolApproval(input: { messageId: $message, approvalId: "x", approve: true }) { reply { id } } }',
      role: null,
      foreign: adas,
    },
    resumeReply: {
      query: 'mutation { resumeReply(input: { messageId: $message }) { reply { id } } }',
      role: null,
      foreign: adas,
    },
    createUser: {
      query: 'mutation { createUser(input: { email: "eve@contoso.example" }) { user { id } } }',
      role: noAdministrator,
      foreign: null,
    },
    initServiceKey: {
      query: 'mutation { initServiceKey(input: { serviceId: $product }) { isNew } }',
      role: { as: 'Olaf', code: 'NOT_FOUND', calls: ['threescale'] },
      foreign: null,
    },
    createApiKey: {
      query: 'mutation { createApiKey(input: { name: "x", scopes: [READ] }) { secret } }',
      role: {
        ...noAdministrator,
        query: 'mutation { createApiKey(input: { name: "x", scopes: [READ, ADMIN] }) { secret } }',
      },
      foreign: null,
    },
    rotateApiKey: {
      query: 'mutation { rotateApiKey(input: { id: $apiKey }) { secret } }',
      role: null,
      foreign: adas,
    },
    revokeApiKey: {
      query: 'mutation { revokeApiKey(input: { id: $apiKey }) { apiKey { id } } }',
      role: null,
      foreign: adas,
    },
  },
  Subscription: {
    runStatus: {
      query: 'subscription { runStatus(id: $run) { cursor } }',
      role: noEntra,
      foreign: by('subscription { runStatus(id: $serviceRun) { cursor } }'),
    },
    runLogs: {
      query: 'subscription { runLogs(id: $run) { cursor } }',
      role: noEntra,
      foreign: by('subscription { runLogs(id: $serviceRun) { cursor } }'),
    },
    genieReply: {
      query: 'subscription { genieReply(messageId: $genieMessage) { cursor } }',
      role: noEntra,
      foreign: adasGenie,
    },
    chatReply: {
      query: 'subscription { chatReply(sessionId: $session) { cursor } }',
      role: null,
      foreign: adas,
    },
  },
};
const table = Object.entries(operations).flatMap(([type, fields]) =>
  Object.entries(fields).map(([name, row]) => ({ type, name, ...row })),
);
const closed = table.filter(({ type, name }) => needOf(type, name) !== 'PUBLIC');

let stack: Stack;
let ids: Ids;
let revoked: string;
let expired: Record<string, string>;
beforeAll(async () => {
  stack = await startStack({ chat: { pace: 2 }, settings: { MLGRAPH_API_KEYS: keyLines.join(';') } });
  ids = await makeAll();
  revoked = await makeRevoked();
  const { entra, keycloak } = stack.emulators;
  const exp = Math.floor(Date.now() / 1_000) - 3_600;
  expired = {
    Entra: entra.issueUserToken('Ada', { exp }),
    Keycloak: keycloak.issueUserToken('Kim', { exp }),
  };
  // Everybody has been here once, so that neither signing keys nor rows of people are still to be fetched.
  for (const as of ['Ada', 'Ben', 'Grace', 'Kim', 'Olaf'])
    expect((await ask('{ me { user { id } } }', { as })).code).toBeNull();
}, 60_000);
afterAll(() => stack[Symbol.asyncDispose]());

type Credential = { as?: string; key?: string; token?: string };
type Answer = { status: number; code: string | null; text: string };

/** Over real HTTP, subscriptions as server-sent events; an upload as multipart. */
async function ask(query: string, { as, key, token }: Credential = {}): Promise<Answer> {
  const bearer = token ?? (as && stack.tokens[as]);
  const headers = {
    accept: query.startsWith('subscription') ? 'text/event-stream' : 'application/json',
    ...(bearer && { authorization: `Bearer ${bearer}` }),
    ...(key && { 'x-api-key': key }),
  };
  const filled = query.replaceAll(/\$(\w+)\b(?!:)/g, (all, name) => {
    const id = ids?.[name as keyof Ids];
    return id === undefined ? all : JSON.stringify(id);
  });
  const response = await fetch(stack.url, { method: 'POST', ...(await bodyOf(filled, headers)) });
  const text = await response.text();
  return { status: response.status, code: /"code":"(\w+)"/.exec(text)?.[1] ?? null, text };
}

async function bodyOf(query: string, headers: Record<string, string>) {
  if (!query.includes('$file'))
    return { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify({ query }) };
  const form = new FormData();
  form.append('operations', JSON.stringify({ query, variables: { file: null } }));
  form.append('map', '{"0":["variables.file"]}');
  form.append('0', new File(['a,b\n1,2\n'], 'x.csv'));
  return { headers, body: form };
}

async function made<T>(query: string, as = 'Ada'): Promise<T> {
  const { text, code } = await ask(query, { as });
  expect([query, code, text.slice(0, 200)]).toEqual([query, null, expect.anything()]);
  return JSON.parse(text).data as T;
}

const firstId = async (list: string, field = 'id') =>
  Object.values(await made<Record<string, { nodes: Record<string, string>[] }>>(list))[0]?.nodes[0]?.[
    field
  ] ?? '';

async function makeAll(): Promise<Ids> {
  ids = { service: '', config: '' } as Ids;
  const file = await made<{ uploadDataset: { dataset: { id: string } } }>(
    'mutation ($file: File!) { uploadDataset(input: { name: "adas", file: $file }) { dataset { id } } }',
  );
  ids.dataset = file.uploadDataset.dataset.id;
  const started = await made<{ startExperiment: { run: { id: string } } }>(
    'mutation { startExperiment(input: { experiment: "adas", datasetId: $dataset, task: REGRESSION, targetColumn: "b" }) { run { id } } }',
  );
  ids.run = started.startExperiment.run.id;
  Object.assign(ids, await makeOfService());
  Object.assign(ids, await makeOfGenie());
  ids.agent = await firstId('{ agents { nodes { id } } }');
  ids.session = await openSession(stack);
  ids.message = await send(stack, ids.session, 'Tell me of the chestnuts');
  await heard(stack, ids.session);
  const key = await made<{ createApiKey: { apiKey: { id: string } } }>(
    'mutation { createApiKey(input: { name: "adas", scopes: [READ] }) { apiKey { id } } }',
  );
  ids.apiKey = key.createApiKey.apiKey.id;
  ids.product = (
    await made<{ service: { id: string } }>('{ service(name: "document_vision") { id } }')
  ).service.id;
  await settled('run', 'serviceRun');
  return ids;
}

const observations =
  'columns: ["rainfall", "mean_temperature", "disease_cases"], rows: [[1, 2, 3], [2, 3, 4], [3, 5, 6], [4, 4, 9]]';
async function makeOfService(): Promise<Partial<Ids>> {
  const { service } = await made<{ service: { id: string } }>('{ service(name: "climate-health") { id } }');
  ids.service = service.id;
  const { createConfig } = await made<{ createConfig: { config: { id: string } } }>(
    'mutation { createConfig(input: { serviceId: $service, name: "adas", data: {} }) { config { id } } }',
  );
  ids.config = createConfig.config.id;
  const { train } = await made<{ train: { run: { id: string } } }>(
    `mutation { train(input: { serviceId: $service, configId: $config, data: { ${observations} } }) { run { id } } }`,
  );
  ids.serviceRun = train.run.id;
  await settled('serviceRun');
  const { node } = await made<{ node: { artifact: { id: string }; models: { id: string }[] } }>(
    '{ node(id: $serviceRun) { ... on TrainingRun { artifact { id } models { id } } } }',
  );
  return { artifact: node.artifact.id, model: node.models[0]?.id ?? '' };
}

async function makeOfGenie(): Promise<Partial<Ids>> {
  ids.space = await firstId('{ genieSpaces { nodes { id } } }');
  const { askGenie } = await made<{ askGenie: { message: { id: string } } }>(
    'mutation { askGenie(input: { spaceId: $space, question: "What is the revenue by region?" }) { message { id } } }',
  );
  ids.genieMessage = askGenie.message.id;
  await settled('genieMessage');
  const { node } = await made<{ node: { conversation: { id: string } } }>(
    '{ node(id: $genieMessage) { ... on GenieMessage { conversation { id } } } }',
  );
  return { conversation: node.conversation.id };
}

/** Until nothing of it goes on by itself, which would be counted. */
async function settled(...names: (keyof Ids)[]): Promise<void> {
  for (const name of names)
    await vi.waitFor(
      async () => {
        const { text } = await ask(
          `{ node(id: $${name}) { ... on Run { status } ... on GenieMessage { genie: status } } }`,
          { as: 'Ada' },
        );
        expect(text).toMatch(/COMPLETED|FAILED/);
      },
      { timeout: 30_000, interval: 200 },
    );
}

async function makeRevoked(): Promise<string> {
  const { createApiKey } = await made<{ createApiKey: { secret: string; apiKey: { id: string } } }>(
    `mutation { createApiKey(input: { name: "all", scopes: [${scopes.join(', ')}] }) { secret apiKey { id } } }`,
    'Grace',
  );
  const { secret, apiKey } = createApiKey;
  expect((await ask('{ me { kind } }', { key: secret })).status).toBe(200);
  await made(`mutation { revokeApiKey(input: { id: "${apiKey.id}" }) { apiKey { id } } }`, 'Grace');
  return secret;
}

const upstreams = (): UpstreamName[] =>
  (Object.keys(stack.emulators.urls) as UpstreamName[]).filter((name) => name !== 'supabase');
/** What is written off a request's path: the trail, and the counts of keys. */
const offPath = /\/(audit_events|rpc\/count_usage)$/;

/** The answer, and which upstreams were called for it; of the database what it was asked, too. */
async function counted(query: string, by: Credential) {
  for (const name of [...upstreams(), 'supabase'] as const) await stack.emulators.forgetCalls(name);
  const answer = await ask(query, by);
  const called = await Promise.all(
    upstreams().map(async (name) => ((await stack.emulators.calls(name)).length > 0 ? [name] : [])),
  );
  const stored = (await stack.emulators.calls('supabase')).filter(({ path }) => !offPath.test(path));
  return { ...answer, called: called.flat(), stored: stored.map(({ path }) => path.split('/').at(-1)) };
}

test.each(['Query', 'Mutation', 'Subscription'] as const)('every field of %s is in the table', (type) => {
  const fields = Object.keys(schema.getRootType(type.toLowerCase() as never)?.getFields() ?? {});
  expect(Object.keys(operations[type]).sort()).toEqual(fields.sort());
});

describe.each(closed)('$type $name refuses', ({ type, name, query, role, foreign }) => {
  const need = needOf(type, name);
  const nothing = { called: [], stored: [] };

  test('nobody', async () => {
    expect(await counted(query, {})).toMatchObject({ status: 401, code: 'UNAUTHENTICATED', ...nothing });
  });

  if (need !== 'ANY')
    test('a key that has every scope but this', async () => {
      const { text, ...answer } = await counted(query, { key: lacking[need] });
      expect(answer).toMatchObject({ status: 200, code: 'FORBIDDEN', ...nothing });
      expect(text).toContain(`scope ${need}`);
    });

  if (role)
    test('whose role it is not for', async () => {
      const { as, code, calls = [], query: own = query } = role as Refused;
      const { called, ...answer } = await counted(own, { as });
      expect(answer).toMatchObject({ status: 200, code });
      expect(calls).toEqual(expect.arrayContaining(called));
    });

  if (foreign)
    test('to show or touch what is another’s', async () => {
      if (foreign === 'UNLISTED') {
        const { text, code } = await ask(query, { as: 'Ben' });
        expect(code).toBeNull();
        for (const own of [ids.session, ids.apiKey, ids.serviceRun]) expect(text).not.toContain(own);
        expect((await ask(query, { as: 'Ada' })).text).toMatch(
          new RegExp([ids.session, ids.apiKey, ids.serviceRun].join('|')),
        );
        return;
      }
      const { as, code, calls = [], query: own = query } = foreign as Refused;
      const { called, text, ...answer } = await counted(own, { as });
      expect([text, answer]).toEqual([text, expect.objectContaining({ status: 200, code })]);
      expect(calls).toEqual(expect.arrayContaining(called));
    });

  test('a revoked key', async () => {
    const { stored, ...answer } = await counted(query, { key: revoked });
    expect(answer).toMatchObject({ status: 401, code: 'UNAUTHENTICATED', called: [] });
    expect(['find_api_key']).toEqual(expect.arrayContaining(stored));
  });

  test.each(['Entra', 'Keycloak'])('a token of %s that has expired', async (issuer) => {
    const answer = await counted(query, { token: expired[issuer] });
    expect(answer).toMatchObject({ status: 401, code: 'UNAUTHENTICATED', ...nothing });
    expect(answer.text).toContain('expired');
  });
});
