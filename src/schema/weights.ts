import { type GraphQLField, type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';
import type { Weight } from './cost.ts';

/**
 * What each field that calls upstream weighs: about as many calls as it makes. A field of an interface weighs the same
 * in every type that has it, but for those named here themselves. What is not named weighs as `cost.ts` says.
 */
const weights: Record<string, Readonly<Record<string, Weight>>> = {
  Query: { me: 0, system: 0, health: 5, runs: 2, models: 3, services: 2, service: 1, roleAssignments: 2 },
  Mutation: { uploadDataset: 20, sendMessage: 20, resumeReply: 20, decideToolApproval: 20, askGenie: 20 },
  ApiKey: { owner: { page: 1 }, usage: { page: 1 } },
  Artifact: { children: 1, data: 1, parent: 1, service: 1 },
  AutoMLRun: { logs: 3, bestTrial: 1, dataset: 1, experiment: 1, trials: 1 },
  Dataset: { runs: 1, uri: { page: 1 }, versions: 1 },
  Experiment: { lastRunAt: 1, runs: 2 },
  GenieConversation: { messages: 1, space: 1 },
  GenieMessage: { conversation: 1 },
  GenieQuery: { result: 1 },
  GenieSpace: { conversations: 1 },
  JobRun: { children: 1, experiment: 1 },
  Message: { streamCursor: 0 },
  Metric: { history: 1 },
  Model: { run: 1 },
  ModelConfig: { service: 1 },
  PageInfo: { startCursor: 0 },
  PredictionRun: { artifact: 1, predictions: 1, service: 1 },
  RegisteredModel: { run: { page: 1 }, versions: 1 },
  RoleAssignment: { actions: { page: 1 }, roleDescription: { page: 1 }, roleName: { page: 1 } },
  Run: { durationSeconds: 0, logs: 2, metrics: { page: 1 }, models: 2 },
  Service: {
    artifacts: 1,
    configSchema: 1,
    configs: 1,
    endpoint: { page: 1 },
    hasKey: { page: 1 },
    health: 1,
    key: { page: 1 },
    models: 2,
    runs: 1,
  },
  ServiceKey: { service: 1 },
  ServiceModel: { artifact: 1, run: 1, service: 1 },
  Session: { agent: { page: 1 }, messages: 1 },
  TrainingRun: { artifact: 1, service: 1 },
  TrialRun: { parent: { page: 1 } },
  Viewer: { apiKey: 1, user: 1 },
};

/** Writes its weight on each field that the table names. Throws Error for a name that the schema does not have. */
export function weighted(schema: GraphQLSchema): GraphQLSchema {
  for (const [type, fields] of Object.entries(weights)) {
    for (const [name, weight] of Object.entries(fields)) {
      const found = fieldsNamed(schema, type, name);
      if (found.length === 0) throw new Error(`${type}.${name} has a weight, but there is no such field.`);
      for (const field of found) field.extensions = { ...field.extensions, cost: weight };
    }
  }
  return schema;
}

/** The field itself; of an interface, also in the types that the table does not give a weight of their own. */
function fieldsNamed(
  schema: GraphQLSchema,
  typeName: string,
  name: string,
): GraphQLField<unknown, unknown>[] {
  const type = schema.getType(typeName);
  const objects = isInterfaceType(type) ? schema.getPossibleTypes(type) : [];
  const heirs = objects.filter((object) => weights[object.name]?.[name] === undefined);
  const types = isInterfaceType(type) || isObjectType(type) ? [type, ...heirs] : [];
  return types.flatMap((each) => each.getFields()[name] ?? []);
}
