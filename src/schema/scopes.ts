import { defaultFieldResolver, type GraphQLField, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import type { Context } from '../context.ts';
import type { Scope } from '../domain/callers.ts';
import { assertScope } from '../resolvers/viewer.ts';

/** PUBLIC: without a credential. ANY: with one, whatever its scopes. */
export type Need = Scope | 'PUBLIC' | 'ANY';

/** What each root field needs: the one table. */
const needs: Record<string, Readonly<Record<string, Need>>> = {
  Query: {
    me: 'ANY',
    health: 'PUBLIC',
    system: 'ANY',
    node: 'READ',
    nodes: 'READ',
    datasets: 'READ',
    dataset: 'READ',
    experiments: 'READ',
    experiment: 'READ',
    runs: 'READ',
    models: 'READ',
    endpoints: 'READ',
    endpoint: 'READ',
    computes: 'READ',
    agents: 'READ',
    genieSpaces: 'READ',
    sessions: 'CHAT',
    services: 'READ',
    service: 'READ',
    apiKeys: 'KEYS',
    users: 'ADMIN',
    roleAssignments: 'READ',
    auditEvents: 'ADMIN',
  },
  Mutation: {
    uploadDataset: 'TRAIN',
    beginDatasetUpload: 'TRAIN',
    completeDatasetUpload: 'TRAIN',
    archiveDataset: 'TRAIN',
    profileDataset: 'TRAIN',
    startExperiment: 'TRAIN',
    cancelRun: 'TRAIN',
    registerModel: 'TRAIN',
    train: 'TRAIN',
    createConfig: 'TRAIN',
    updateConfig: 'TRAIN',
    deleteConfig: 'TRAIN',
    deleteArtifact: 'TRAIN',
    predict: 'PREDICT',
    invokeEndpoint: 'PREDICT',
    deployModel: 'DEPLOY',
    setEndpointTraffic: 'DEPLOY',
    deleteDeployment: 'DEPLOY',
    deleteEndpoint: 'DEPLOY',
    syncAgents: 'CHAT',
    createSession: 'CHAT',
    deleteSession: 'CHAT',
    sendMessage: 'CHAT',
    cancelReply: 'CHAT',
    decideToolApproval: 'CHAT',
    resumeReply: 'CHAT',
    askGenie: 'CHAT',
    rerunGenieQuery: 'CHAT',
    rateGenieAnswer: 'CHAT',
    initServiceKey: 'KEYS',
    createApiKey: 'KEYS',
    rotateApiKey: 'KEYS',
    revokeApiKey: 'KEYS',
    createUser: 'ADMIN',
  },
  Subscription: {
    runStatus: 'READ',
    runLogs: 'READ',
    endpointTraffic: 'READ',
    chatReply: 'CHAT',
    genieReply: 'CHAT',
  },
};

/** Throws Error for a root field that the table does not name. */
export function needOf(type: string, field: string): Need {
  const need = new Map(Object.entries(needs[type] ?? {})).get(field);
  if (!need) throw new Error(`${type}.${field} has no scope: src/schema/scopes.ts says what it needs.`);
  return need;
}

/** Makes every root field refuse whom it is not for, before it does anything. */
export function scoped(schema: GraphQLSchema): GraphQLSchema {
  for (const type of [schema.getQueryType(), schema.getMutationType()]) eachField(type, guardResolve);
  eachField(schema.getSubscriptionType(), guardSubscribe);
  return schema;
}

type RootField = GraphQLField<unknown, Context>;

function eachField(
  type: GraphQLObjectType | null | undefined,
  guard: (field: RootField, need: Need) => void,
): void {
  if (!type) return;
  for (const field of Object.values(type.getFields())) guard(field, needOf(type.name, field.name));
}

function guardResolve(field: RootField, need: Need): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (source, args, context, info) =>
    after(assertMay(need, context), () => resolve(source, args, context, info));
}

/** What was subscribed to is not asked again for each event. */
function guardSubscribe(field: RootField, need: Need): void {
  const { subscribe } = field;
  if (!subscribe) throw new Error(`Subscription.${field.name} has no source.`);
  field.subscribe = (source, args, context, info) =>
    after(assertMay(need, context), () => subscribe(source, args, context, info));
}

/** @throws UNAUTHENTICATED for nobody, FORBIDDEN naming the scope that lacks. */
function assertMay(need: Need, context: Context): void | Promise<void> {
  if (need === 'PUBLIC') return;
  if (need !== 'ANY') return assertScope(need, context);
  // To read it is what refuses nobody.
  context.signedIn;
}

/** At once where nothing had to be asked: reads of one tick stay in one batch. */
const after = (allowed: void | Promise<void>, act: () => unknown): unknown =>
  allowed ? allowed.then(act) : act();
