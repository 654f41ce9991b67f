import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { writeSecretFile } from '../kit/secret-file.ts';
import { type GraphQLClient, GraphQLFailure } from './gateway-client.ts';
import { seedGenie } from './seed-genie.ts';
import { seedService } from './seed-service.ts';

/** How far the sample has come: ids as the gateway gave them. */
export type Sample = {
  datasetId: string | null;
  runId: string | null;
  /** A chat with the storyteller. */
  sessionId: string | null;
  /** A space of Genie, and an answered question in it. */
  spaceId: string | null;
  questionId: string | null;
  /** A Chapkit service, a configuration of it, and a model that it trained. */
  serviceId: string | null;
  configId: string | null;
  modelId: string | null;
  finished: boolean;
};

export type SeedOptions = {
  home: string;
  graphql: GraphQLClient;
  signal: AbortSignal;
  /** After each step. */
  onProgress(sample: Sample): void;
};

const sampleFile = new URL('../../samples/iris.csv', import.meta.url);
const pollMs = 500;

/** Whether nothing is left to do. */
export const isPlanted = (sample: Sample): boolean =>
  sample.finished && sample.sessionId !== null && sample.questionId !== null && sample.modelId !== null;

/** What earlier starts have done. */
export function readSample(home: string): Sample {
  try {
    return { ...nothing, ...(JSON.parse(readFileSync(markerOf(home), 'utf8')) as Partial<Sample>) };
  } catch {
    return nothing;
  }
}

export const nothing: Sample = {
  datasetId: null,
  runId: null,
  sessionId: null,
  spaceId: null,
  questionId: null,
  serviceId: null,
  configId: null,
  modelId: null,
  finished: false,
};

const markerOf = (home: string) => join(home, 'seed.json');

/**
 * Opens a chat, uploads the sample, asks Genie, has a service train, and finishes one AutoML run on the sample, through
 * the gateway, as anybody would. It goes on where an earlier start stopped. Throws GraphQLFailure, or Error when the run
 * did not complete.
 */
export async function seed(options: SeedOptions): Promise<Sample> {
  let sample = readSample(options.home);
  const step: Step = (change) => {
    sample = { ...sample, ...change };
    writeSecretFile(markerOf(options.home), sample);
    options.onProgress(sample);
  };
  if (sample.sessionId === null) step({ sessionId: await startChat(options.graphql) });
  if (sample.runId === null) await startSampleRun(options.graphql, sample, step);
  await seedGenie(options.graphql, sample, step);
  await seedService(options, sample, step);
  if (!sample.finished && sample.runId !== null) await finish(options, sample.runId, step);
  return sample;
}

export type Step = (change: Partial<Sample>) => void;

async function startSampleRun(graphql: GraphQLClient, { datasetId }: Sample, step: Step): Promise<void> {
  const dataset = datasetId ?? (await sampleDataset(graphql));
  if (datasetId === null) step({ datasetId: dataset });
  step({ runId: await startRun(graphql, dataset) });
}

async function finish(options: SeedOptions, runId: string, step: Step): Promise<void> {
  const status = await finalStatus(options, runId);
  if (status === 'COMPLETED') return step({ finished: true });
  step({ runId: null });
  throw new Error(`The run on the sample ended as ${status}.`);
}

async function startChat(graphql: GraphQLClient): Promise<string> {
  const { agents } = await graphql<{ agents: { nodes: { id: string; name: string }[] } }>(
    '{ agents(first: 100) { nodes { id name } } }',
    {},
  );
  const agentId = agents.nodes.find(({ name }) => name === 'storyteller')?.id;
  const { createSession } = await graphql<{ createSession: { session: { id: string } } }>(
    'mutation ($input: CreateSessionInput!) { createSession(input: $input) { session { id } } }',
    { input: { agentId, title: 'A first chat' } },
  );
  return createSession.session.id;
}

async function sampleDataset(graphql: GraphQLClient): Promise<string> {
  const existing = await graphql<{ dataset: { id: string } | null }>(
    '{ dataset(name: "iris") { id } }',
    {},
  ).catch((error) => {
    if (error instanceof GraphQLFailure && error.code === 'NOT_FOUND') return { dataset: null };
    throw error;
  });
  return existing.dataset?.id ?? (await upload(graphql));
}

async function upload(graphql: GraphQLClient): Promise<string> {
  const input = {
    name: 'iris',
    description: "Fisher's iris: 150 flowers of three species, measured in centimetres.",
    tags: [{ name: 'source', value: 'UCI' }],
    file: null,
  };
  const { uploadDataset } = await graphql<{ uploadDataset: { dataset: { id: string } } }>(
    'mutation ($input: UploadDatasetInput!) { uploadDataset(input: $input) { dataset { id } } }',
    { input },
    { variable: 'input.file', name: 'iris.csv', content: readFileSync(sampleFile) },
  );
  return uploadDataset.dataset.id;
}

async function startRun(graphql: GraphQLClient, datasetId: string): Promise<string> {
  const input = {
    experiment: 'iris',
    datasetId,
    task: 'CLASSIFICATION',
    targetColumn: 'species',
    primaryMetric: 'Accuracy',
    maxTrials: 5,
    displayName: 'The first run on the sample',
  };
  const { startExperiment } = await graphql<{ startExperiment: { run: { id: string } } }>(
    'mutation ($input: StartExperimentInput!) { startExperiment(input: $input) { run { id } } }',
    { input },
  );
  return startExperiment.run.id;
}

const finals = new Set(['COMPLETED', 'FAILED', 'CANCELED']);

/** The status that a run ends with. */
export async function finalStatus(
  { graphql, signal }: Pick<SeedOptions, 'graphql' | 'signal'>,
  id: string,
): Promise<string> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(10 * 60_000)]);
  for (;;) {
    const { node } = await graphql<{ node: { status: string } | null }>(
      'query ($id: ID!) { node(id: $id) { ... on Run { status } } }',
      { id },
    );
    if (node === null) return 'missing';
    if (finals.has(node.status)) return node.status;
    await wait(pollMs, undefined, { signal: until });
  }
}
