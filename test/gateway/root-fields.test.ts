import { type GraphQLField, isInputObjectType, isNonNullType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeId, localId } from '../../src/domain/ids.ts';
import { schema } from '../../src/schema/index.ts';
import { type Stack, startStack } from './support/stack.ts';

const home = 'elsewhere';
const idOf = (concept: string, provider = 'AZURE_ML') =>
  JSON.stringify(encodeId({ concept, provider, home, key: ['x', '1'] }));
const serviceModel = idOf('Model', 'CHAPKIT');
/** As good a guess as any. */
const uuid = '5f0c9d1e-3b1a-4d7e-8a55-2f1d4c6b7a80';
const ownId = (concept: 'Session' | 'Message' | 'ApiKey') => JSON.stringify(localId(concept, uuid));
const genieIds = ['GenieSpace', 'GenieConversation', 'GenieMessage'].map((concept) => idOf(concept));
const serviceIds = ['Service', 'ModelConfig', 'Artifact'].map((concept) => idOf(concept, 'CHAPKIT'));
const ids = [
  ...['Run', 'Dataset', 'Agent'].map((concept) => idOf(concept)),
  serviceModel,
  ...genieIds,
  ...serviceIds,
  idOf('Service', 'THREESCALE'),
  ...[ownId('Session'), ownId('Message'), ownId('ApiKey')],
];
const rows = '{ columns: ["x"], rows: [[1]] }';

/** Each root field once, as a client would ask for it. A field that is not here fails the build. */
const operations: Record<string, Record<string, string>> = {
  query: {
    me: '{ me { kind } }',
    node: `{ node(id: ${idOf('Run')}) { id } }`,
    nodes: `{ nodes(ids: [${idOf('Run')}]) { id } }`,
    health: '{ health { status } }',
    system: '{ system { version runtime platform hostname timezone currentTime startedAt } }',
    datasets: '{ datasets { nodes { id } } }',
    dataset: '{ dataset(name: "x") { id } }',
    experiments: '{ experiments { nodes { id } } }',
    experiment: '{ experiment(name: "x") { id } }',
    runs: '{ runs { nodes { id } } }',
    models: '{ models { nodes { id } } }',
    computes: '{ computes { nodes { id } } }',
    agents: '{ agents { nodes { id } } }',
    sessions: '{ sessions { nodes { id } } }',
    apiKeys: '{ apiKeys { nodes { id } } }',
    genieSpaces: '{ genieSpaces { nodes { id } } }',
    services: '{ services { nodes { id } } }',
    service: '{ service(name: "x") { id } }',
    users: '{ users { nodes { id } } }',
    roleAssignments: '{ roleAssignments { nodes { id } } }',
    auditEvents: '{ auditEvents { nodes { id } } }',
  },
  mutation: {
    uploadDataset: 'mutation { uploadDataset(input: { name: "x", file: null }) { dataset { id } } }',
    archiveDataset: `mutation { archiveDataset(input: { id: ${idOf('Dataset')} }) { dataset { id } } }`,
    startExperiment: `mutation { startExperiment(input: { experiment: "x", datasetId: ${idOf('Dataset')}, task: REGRESSION, targetColumn: "y" }) { run { id } } }`,
    cancelRun: `mutation { cancelRun(input: { id: ${idOf('Run')} }) { run { id } } }`,
    registerModel: `mutation { registerModel(input: { runId: ${idOf('Run')}, name: "x" }) { model { id } } }`,
    train: `mutation { train(input: { serviceId: ${idOf('Service', 'CHAPKIT')}, configId: ${idOf('ModelConfig', 'CHAPKIT')}, data: ${rows} }) { run { id } } }`,
    predict: `mutation { predict(input: { modelId: ${serviceModel}, future: ${rows} }) { run { id } } }`,
    createConfig: `mutation { createConfig(input: { serviceId: ${idOf('Service', 'CHAPKIT')}, name: "x", data: {} }) { config { id } } }`,
    updateConfig: `mutation { updateConfig(input: { id: ${idOf('ModelConfig', 'CHAPKIT')}, name: "x" }) { config { id } } }`,
    deleteConfig: `mutation { deleteConfig(input: { id: ${idOf('ModelConfig', 'CHAPKIT')} }) { id } }`,
    deleteArtifact: `mutation { deleteArtifact(input: { id: ${idOf('Artifact', 'CHAPKIT')} }) { id } }`,
    askGenie: `mutation { askGenie(input: { spaceId: ${idOf('GenieSpace')}, question: "x" }) { message { id } } }`,
    rerunGenieQuery: `mutation { rerunGenieQuery(input: { messageId: ${idOf('GenieMessage')} }) { message { id } } }`,
    rateGenieAnswer: `mutation { rateGenieAnswer(input: { messageId: ${idOf('GenieMessage')}, rating: NONE }) { message { id } } }`,
    syncAgents: 'mutation { syncAgents { added } }',
    createSession: `mutation { createSession(input: { agentId: ${idOf('Agent')} }) { session { id } } }`,
    deleteSession: `mutation { deleteSession(input: { id: ${ownId('Session')} }) { id } }`,
    sendMessage: `mutation { sendMessage(input: { sessionId: ${ownId('Session')}, content: "x" }) { reply { id } } }`,
    cancelReply: `mutation { cancelReply(input: { messageId: ${ownId('Message')} }) { reply { id } } }`,
    decideToolApproval: `mutation { decideToolApproval(input: { messageId: ${ownId('Message')}, approvalId: "x", approve: true }) { reply { id } } }`,
    resumeReply: `mutation { resumeReply(input: { messageId: ${ownId('Message')} }) { reply { id } } }`,
    createUser: 'mutation { createUser(input: { email: "eve@contoso.example" }) { user { id } } }',
    initServiceKey: `mutation { initServiceKey(input: { serviceId: ${idOf('Service', 'THREESCALE')} }) { isNew } }`,
    createApiKey: 'mutation { createApiKey(input: { name: "x", scopes: [READ] }) { apiKey { id } } }',
    rotateApiKey: `mutation { rotateApiKey(input: { id: ${ownId('ApiKey')} }) { apiKey { id } } }`,
    revokeApiKey: `mutation { revokeApiKey(input: { id: ${ownId('ApiKey')} }) { apiKey { id } } }`,
  },
  subscription: {
    runStatus: `subscription { runStatus(id: ${idOf('Run')}) { cursor } }`,
    runLogs: `subscription { runLogs(id: ${idOf('Run')}) { cursor } }`,
    genieReply: `subscription { genieReply(messageId: ${idOf('GenieMessage')}) { cursor } }`,
    chatReply: `subscription { chatReply(sessionId: ${ownId('Session')}) { cursor } }`,
  },
};
const open = new Set(['health']);

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ chat: { pace: 2 } });
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

async function codeOf(query: string, as: string | null): Promise<[number, unknown]> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (query.startsWith('subscription')) headers.accept = 'text/event-stream, application/json';
  if (as) headers.authorization = `Bearer ${stack.tokens[as] ?? as}`;
  const response = await fetch(stack.url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  const text = await response.text();
  return [response.status, /"code":"(\w+)"/.exec(text)?.[1] ?? null];
}

const fieldsOf = (kind: string): GraphQLField<unknown, unknown>[] => {
  const type = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  }[kind];
  return Object.values(type?.getFields() ?? {});
};

describe.each(Object.keys(operations))('%s', (kind) => {
  test('has every root field in the table', () => {
    expect(
      fieldsOf(kind)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(Object.keys(operations[kind] ?? {}).sort());
  });

  test.each(
    Object.entries(operations[kind] ?? {}).filter(([name]) => !open.has(name) && name !== 'uploadDataset'),
  )('%s needs a credential, one for this API', async (_, query) => {
    expect(await codeOf(query, null)).toEqual([401, 'UNAUTHENTICATED']);
    const foreign = stack.emulators.entra.issueUserToken('Ada', { aud: 'https://graph.microsoft.com' });
    expect(await codeOf(query, foreign)).toEqual([401, 'UNAUTHENTICATED']);
  });
});

test('what lives elsewhere, or nowhere, is not found, by every field that takes an id', async () => {
  for (const kind of Object.values(operations)) {
    for (const [name, query] of Object.entries(kind)) {
      if (!ids.some((id) => query.includes(id))) continue;
      expect([name, (await codeOf(query, 'Ada'))[1]]).toEqual([name, 'NOT_FOUND']);
    }
  }
});

test('the upstream refuses the outsider, by every field that asks it', async () => {
  for (const name of [
    'datasets',
    'dataset',
    'experiments',
    'experiment',
    'computes',
    'agents',
    'genieSpaces',
    'roleAssignments',
  ]) {
    expect([name, (await codeOf(operations.query?.[name] ?? '', 'Olaf'))[1]]).toEqual([name, 'FORBIDDEN']);
  }
});

test('what administrators may read is forbidden to others', async () => {
  for (const name of ['users', 'auditEvents']) {
    const query = operations.query?.[name] ?? '';
    expect([name, (await codeOf(query, 'Ada'))[1]]).toEqual([name, 'FORBIDDEN']);
    expect([name, await codeOf(query, 'Grace')]).toEqual([name, [200, null]]);
  }
});

test('inputs are required where nothing works without them', () => {
  for (const field of fieldsOf('mutation')) {
    if (field.args.length === 0) continue;
    const type = field.args[0]?.type;
    expect(isNonNullType(type) && isInputObjectType(type.ofType), field.name).toBe(true);
  }
});
