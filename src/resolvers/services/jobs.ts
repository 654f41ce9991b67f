import { badInput, codeOf, conflict } from '../../domain/errors.ts';
import { isFinal, type PredictionRun, type TrainingRun } from '../../domain/runs.ts';
import { naming } from '../keys.ts';
import { readPartId, readServiceId } from './ids.ts';
import { assertRight, open } from './rights.ts';
import { lastSeen } from './runs.ts';
import { type StartContext, startRun } from './start-run.ts';
import { type GivenTable, readGeo, readRows, readTable } from './tables.ts';

export type TrainInput = {
  serviceId: string;
  configId: string;
  data: GivenTable;
  geo?: unknown;
  clientRunId?: string | null;
};
export type PredictInput = {
  modelId: string;
  historic?: GivenTable | null;
  future: GivenTable;
  geo?: unknown;
  clientRunId?: string | null;
};

/** Has a service train a model with one of its configurations. */
export async function train(input: TrainInput, context: StartContext): Promise<{ run: TrainingRun }> {
  const service = readServiceId(input.serviceId, 'input.serviceId', context);
  assertRight(service, 'train', 'input.serviceId', context);
  const config = readPartId(input.configId, 'input.configId', 'ModelConfig', context);
  if (config.service !== service)
    throw badInput('input.configId', 'input.configId: one of the same service was expected.');
  const job = {
    configKey: config.key,
    data: readRows('input.data', input.data),
    geo: readGeo('input.geo', input.geo),
  };
  const chapkit = open(service, 'input.serviceId', context);
  const run = await startRun(
    {
      kind: 'TRAINING',
      service,
      configKey: config.key,
      modelKey: null,
      clientRunId: input.clientRunId ?? null,
      content: job,
      check: () => chapkit.checkTraining(job),
      submit: () => chapkit.train(job),
    },
    context,
  );
  return { run: run as TrainingRun };
}

/** Has a service predict with a model of its own; without past rows, with none of them. */
export async function predict(input: PredictInput, context: StartContext): Promise<{ run: PredictionRun }> {
  const { service, key } = readPartId(input.modelId, 'input.modelId', 'Model', context);
  assertRight(service, 'predict', 'input.modelId', context);
  const future = readRows('input.future', input.future);
  const job = {
    artifactKey: key,
    historic: input.historic
      ? readTable('input.historic', input.historic)
      : { columns: future.columns, rows: [] },
    future,
    geo: readGeo('input.geo', input.geo),
  };
  const chapkit = open(service, 'input.modelId', context);
  const run = await startRun(
    {
      kind: 'PREDICTION',
      service,
      configKey: null,
      modelKey: key,
      clientRunId: input.clientRunId ?? null,
      content: job,
      check: async () => {
        await naming(field, checkModel(service, key, context));
        await chapkit.checkPrediction(job);
      },
      submit: () => chapkit.predict(job),
    },
    context,
  );
  return { run: run as PredictionRun };
}

const field = 'input.modelId';
const failedTraining = () =>
  badInput(field, `${field}: the training of this model failed; train another one to predict with.`);

/** @throws BAD_USER_INPUT where its training failed, CONFLICT while it trains, NOT_FOUND where there is none. */
async function checkModel(service: string, key: string, context: StartContext): Promise<void> {
  try {
    if ((await open(service, field, context).getArtifact(key)).failed) throw failedTraining();
  } catch (error) {
    if (codeOf(error) !== 'NOT_FOUND') throw error;
    const [row] = await context.store.serviceRunsOf(service, [key]);
    const run = row ? await lastSeen(row, context) : null;
    if (run?.status === 'FAILED') throw failedTraining();
    if (run && !isFinal(run.status))
      throw conflict('The training of this model has not completed yet.', { field });
    throw error;
  }
}
