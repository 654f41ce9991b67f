import type { GraphQLClient } from './gateway-client.ts';
import { finalStatus, type Sample, type Step } from './seed.ts';

type Seeding = { graphql: GraphQLClient; signal: AbortSignal };
/** Weather and cases of a disease, as the guide of Chapkit has them. */
export const cases = {
  columns: ['rainfall', 'mean_temperature', 'disease_cases'],
  rows: [
    [100.5, 25.3, 12],
    [85.2, 27.1, 8],
    [120.8, 24.5, 15],
    [95.3, 26.2, 10],
    [110, 26, 13],
    [75.5, 28, 6],
    [130.2, 23.8, 18],
    [88.9, 27.5, 9],
  ],
};

/** Finds a service, gives it a configuration, and has it train a model. */
export async function seedService(seeding: Seeding, sample: Sample, step: Step): Promise<void> {
  const { graphql } = seeding;
  const serviceId = sample.serviceId ?? (await findService(graphql));
  if (sample.serviceId === null) step({ serviceId });
  const configId = sample.configId ?? (await configure(graphql, serviceId));
  if (sample.configId === null) step({ configId });
  if (sample.modelId === null) step({ modelId: await train(seeding, serviceId, configId) });
}

async function findService(graphql: GraphQLClient): Promise<string> {
  const { service } = await graphql<{ service: { id: string } }>(
    '{ service(name: "disease-forecast") { id } }',
    {},
  );
  return service.id;
}

async function configure(graphql: GraphQLClient, serviceId: string): Promise<string> {
  const { createConfig } = await graphql<{ createConfig: { config: { id: string } } }>(
    'mutation ($input: CreateConfigInput!) { createConfig(input: $input) { config { id } } }',
    { input: { serviceId, name: 'sample', data: {} } },
  );
  return createConfig.config.id;
}

async function train(seeding: Seeding, serviceId: string, configId: string): Promise<string | null> {
  const { train } = await seeding.graphql<{ train: { run: { id: string } } }>(
    'mutation ($input: TrainInput!) { train(input: $input) { run { id } } }',
    { input: { serviceId, configId, data: cases, clientRunId: `sample ${configId}` } },
  );
  if ((await finalStatus(seeding, train.run.id)) !== 'COMPLETED') return null;
  const { node } = await seeding.graphql<{ node: { models: { id: string }[] } }>(
    'query ($id: ID!) { node(id: $id) { ... on Run { models { id } } } }',
    { id: train.run.id },
  );
  return node.models[0]?.id ?? null;
}
