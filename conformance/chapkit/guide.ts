import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { createChapkitConnector } from '../../src/datasources/chapkit/connector.ts';
import type { Chapkit } from '../../src/datasources/chapkit/index.ts';
import { codeOf } from '../../src/domain/errors.ts';
import { readPage } from '../../src/domain/paging.ts';
import type { ServiceJob } from '../../src/domain/services.ts';
import type { Cell, TableInput } from '../../src/domain/tables.ts';
import type { Service } from './ask.ts';
import { history, newWeather, unknownKey } from './samples.ts';

/** What the gateway's own datasource found, without what differs from service to service. */
export type Guide = Record<string, unknown>;

const tableOf = ({ columns, data }: { columns: string[]; data: Cell[][] }): TableInput => ({
  columns,
  rows: data,
});
const rows = tableOf(history);
const weather = tableOf(newWeather);

const systemName = 'forecast';
const everybody = { read: null, train: null, predict: null };
const endsWithin = 30_000;

/** The Chapkit guide, from its configuration to its predictions, through the gateway's datasource. */
export async function followGuide({ url, key }: Service): Promise<Guide> {
  // As in the middle of a rotation: the first one is not taken yet.
  const keys = { fixed: ['sk_the_next_key', key] };
  const connector = createChapkitConnector([{ systemName, url, keys, roles: everybody }]);
  const call = { signal: AbortSignal.timeout(120_000), requestId: randomUUID(), traceparent: '' };
  try {
    return await guide(() => connector.connect(systemName, { call }));
  } finally {
    await connector.close();
  }
}

/** Connects for each step, as an operation does. */
async function guide(connect: () => Chapkit): Promise<Guide> {
  const config = await connect().createConfig({ name: 'guide', data: {}, tags: ['guide'] });
  const training = await connect().train({ configKey: config.key, data: rows, geo: null });
  const trained = await ended(connect, training.jobKey);
  const prediction = await connect().predict({
    artifactKey: training.artifactKey,
    historic: rows,
    future: weather,
    geo: null,
  });
  const predicted = await ended(connect, prediction.jobKey);
  return {
    health: (await connect().health()).status,
    keyPrefix: connect().keyPrefix(),
    output: await connect().outputOf(training.artifactKey),
    description: await connect().describe(),
    schema: await connect().configSchema(),
    config: [config.name, config.data, config.tags],
    configs: (await connect().listConfigs(page())).edges.map(({ node }) => node.name),
    changed: (await connect().updateConfig(config.key, { name: 'renamed', data: {}, tags: [] })).name,
    jobs: [trained, predicted].map(({ rawStatus, error }) => [rawStatus, error]),
    children: (await connect().childrenOf(training.artifactKey)).map(({ type, level }) => [type, level]),
    trained: (await connect().listTrained()).map((artifact) => artifact.key === training.artifactKey),
    table: await connect().predictions(prediction.artifactKey),
    ...(await refusals(connect, config.key)),
    ...(await undone(connect, { config: config.key, artifact: training.artifactKey })),
  };
}

const page = () => readPage({ first: 10 }, 'conformance', ['configs']);

async function ended(connect: () => Chapkit, job: string): Promise<ServiceJob> {
  for (const deadline = Date.now() + endsWithin; Date.now() < deadline; await wait(50)) {
    const found = await connect().getJob(job);
    if (!found || ['completed', 'failed'].includes(found.rawStatus)) return found ?? lost();
  }
  throw new Error('a job does not end');
}

function lost(): never {
  throw new Error('a job is lost');
}

const codeFrom = (refused: Promise<unknown>): Promise<string> =>
  refused.then(
    () => 'not refused',
    (error) => codeOf(error),
  );

/** What cannot be, by the codes that clients of the gateway get. */
async function refusals(connect: () => Chapkit, configKey: string): Promise<Guide> {
  const wrong = { name: 'wrong', data: { min_training_rows: 1 }, tags: [] };
  const narrow: TableInput = { columns: ['rainfall'], rows: [[1], [2], [3]] };
  const failing = await connect().train({ configKey, data: narrow, geo: null });
  const { rawStatus, error } = await ended(connect, failing.jobKey);
  const empty = { columns: ['rainfall'], rows: [] };
  return {
    wrongConfig: await codeFrom(connect().createConfig(wrong)),
    unknownConfig: await codeFrom(connect().getConfig(unknownKey)),
    unknownArtifact: await codeFrom(connect().getArtifact(unknownKey)),
    unknownJob: await connect().getJob(unknownKey),
    unknownTraining: await codeFrom(
      connect().checkTraining({ configKey: unknownKey, data: rows, geo: null }),
    ),
    emptyTraining: await codeFrom(connect().checkTraining({ configKey, data: empty, geo: null })),
    failed: [rawStatus, error],
    ofFailed: await codeFrom(
      connect().checkPrediction({
        artifactKey: failing.artifactKey,
        historic: rows,
        future: weather,
        geo: null,
      }),
    ),
  };
}

/** A job stopped, an artifact and a configuration deleted. */
async function undone(
  connect: () => Chapkit,
  { config, artifact }: { config: string; artifact: string },
): Promise<Guide> {
  const { jobKey } = await connect().train({ configKey: config, data: rows, geo: null });
  await connect().cancelJob(jobKey);
  const canceled = await connect().getJob(jobKey);
  await connect().cancelJob(jobKey);
  await connect().deleteArtifact(artifact);
  const artifactAfter = await codeFrom(connect().getArtifact(artifact));
  await connect().deleteConfig(config);
  return { canceled, artifactAfter, configAfter: await codeFrom(connect().getConfig(config)) };
}
