import { TrainingError } from '../../training/job.ts';
import type { Platform } from '../state/platform.ts';
import type { Creator, RunFailure } from '../state/runs.ts';
import type { AutoMLSettings } from './automl-settings.ts';
import { MLTableError } from './mltable.ts';
import { finishParent } from './parent-run.ts';
import { finishSetup, setupLog, startSetup } from './setup-run.ts';
import { openTable, type TrainingInput } from './training-data.ts';
import { createTrials } from './trials.ts';

/** An accepted AutoML job: its parent run exists, as NotStarted. */
export type AutoMLJob = {
  platform: Platform;
  runId: string;
  experiment: string;
  createdBy: Creator;
  /** Name of the compute, or Serverless. */
  target: string;
  settings: AutoMLSettings;
  training: TrainingInput;
  validation: TrainingInput | null;
};

/** Why a job is aborted when the process stops, which leaves it as it is; for any other reason it is Canceled. */
export const shutdown = Symbol('shutdown');

/** Carries the job out, from its data to its best model; how that went stands in its runs. Never rejects. */
export async function runAutoML(job: AutoMLJob, signal: AbortSignal): Promise<void> {
  try {
    await prepare(job, signal);
    if (signal.aborted) return end(job, signal, null);
    await finishParent(job);
  } catch (error) {
    end(job, signal, signal.aborted ? null : failureOf(error));
  }
}

async function prepare(job: AutoMLJob, signal: AbortSignal): Promise<void> {
  const { platform, runId } = job;
  platform.runs.update(runId, { status: platform.nodes.free() > 0 ? 'Preparing' : 'Queued' });
  const giveBack = await platform.nodes.take(signal);
  try {
    startSetup(job);
    platform.runs.update(runId, { status: 'Preparing', startedAt: platform.now() });
    await train(job, signal);
  } finally {
    giveBack();
  }
}

async function train(job: AutoMLJob, signal: AbortSignal): Promise<void> {
  const { platform, runId, settings } = job;
  setupLog(job, 'Reading the training data.');
  const table = await openTable(platform, job.training);
  const validation = job.validation && (await openTable(platform, job.validation));
  const trials = createTrials(job);
  platform.runs.update(runId, { status: 'Running' });
  for await (const event of platform.train({ ...settings, runId, table, validation }, { signal })) {
    if (signal.aborted) return;
    if (event.kind === 'setupLog') setupLog(job, event.line);
    else {
      finishSetup(job, 'Completed', null);
      await trials.apply(event);
    }
  }
  if (signal.aborted) return;
  finishSetup(job, 'Completed', null);
  platform.runs.update(runId, { status: 'Finalizing' });
}

/** Ends every run of the tree that is still under way: Canceled without a failure, else Failed. */
function end(job: AutoMLJob, signal: AbortSignal, failure: RunFailure | null): void {
  if (signal.reason === shutdown) return;
  const { platform, runId } = job;
  const status = failure ? 'Failed' : 'Canceled';
  if (failure) setupLog(job, `ERROR ${failure.message}`);
  finishSetup(job, status, failure);
  const endedAt = platform.now();
  for (const trial of platform.runs.children(runId))
    if (trial.endedAt === null) platform.runs.update(trial.runId, { status, endedAt });
  platform.runs.update(runId, { status, endedAt, error: failure });
}

function failureOf(error: unknown): RunFailure {
  if (error instanceof TrainingError) return { code: 'UserError', inner: error.code, message: error.message };
  if (error instanceof MLTableError)
    return { code: 'UserError', inner: 'MLTableInvalid', message: error.message };
  console.error('azure-ml: a job failed unexpectedly', error);
  return {
    code: 'ServiceError',
    inner: 'Unexpected',
    message: 'The job failed for a reason of the service itself.',
  };
}
