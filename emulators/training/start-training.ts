import { type Candidate, planTrials, preprocessorOf } from './algorithms.ts';
import {
  TrainingError,
  type TrainingEvent,
  type TrainingJob,
  type TrainingSettings,
  type TrainingTable,
} from './job.ts';
import type { Prepared } from './prepare.ts';
import type { TableBytes } from './read-table.ts';
import { runWorker } from './run-worker.ts';

type Emit = (event: TrainingEvent) => void;
type Stop = { signal: AbortSignal; timeout: AbortSignal };

/** Node's timers hold no more than this. */
const longestTimeout = 2 ** 31 - 1;

const bytesOf = async (table: TrainingTable): Promise<TableBytes> => ({
  name: table.name,
  delimiter: table.delimiter,
  bytes: await table.bytes(),
});

function settingsOf({ table: _table, validation: _validation, ...settings }: TrainingJob): TrainingSettings {
  return settings;
}

const timedOut = (settings: TrainingSettings): TrainingError =>
  new TrainingError('TimedOut', `The job ran longer than its ${settings.timeoutMs / 1000} s.`);

async function prepareJob(job: TrainingJob, { signal }: Stop, emit: Emit): Promise<Prepared> {
  const table = await bytesOf(job.table);
  const validation = job.validation ? await bytesOf(job.validation) : null;
  const task = { kind: 'prepare', settings: settingsOf(job), table, validation } as const;
  const result = await runWorker(task, signal, (message) => {
    if (message.kind === 'log') emit({ kind: 'setupLog', line: message.line });
  });
  if (result.kind === 'prepared') return result.prepared;
  throw new TrainingError('Internal', 'The worker did not prepare the data.');
}

async function runTrial(
  settings: TrainingSettings,
  prepared: Prepared,
  trial: Candidate & { index: number },
  signal: AbortSignal,
  emit: Emit,
): Promise<void> {
  const { index, ...candidate } = trial;
  const { algorithm } = candidate;
  emit({ kind: 'trialStarted', index, algorithm, preprocessor: preprocessorOf(settings.task, algorithm) });
  const result = await runWorker(
    { kind: 'trial', settings, prepared, candidate, index },
    signal,
    (message) => {
      if (message.kind === 'log') emit({ kind: 'trialLog', index, line: message.line });
      else emit({ ...message, kind: 'trialMetric', index });
    },
  );
  if (result.kind !== 'trained') throw new TrainingError('Internal', 'The worker did not train.');
  emit({ ...result, kind: 'trialCompleted', index });
}

/** Runs the trials, so many at once; a trial that fails does not end the others. Returns how many were completed. */
async function runTrials(
  settings: TrainingSettings,
  prepared: Prepared,
  stop: Stop,
  emit: Emit,
): Promise<number> {
  const waiting = planTrials(settings).map((candidate, index) => ({ ...candidate, index }));
  let completed = 0;
  const lane = async () => {
    for (let trial = waiting.shift(); trial && !stop.signal.aborted; trial = waiting.shift()) {
      const { index } = trial;
      try {
        await runTrial(settings, prepared, trial, stop.signal, emit);
        completed += 1;
      } catch (error) {
        const cause = stop.timeout.aborted ? timedOut(settings) : error;
        emit({ kind: 'trialFailed', index, error: cause instanceof Error ? cause.message : String(cause) });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, settings.maxConcurrentTrials) }, lane));
  return completed;
}

async function train(job: TrainingJob, caller: AbortSignal, stop: Stop, emit: Emit): Promise<void> {
  try {
    const prepared = await prepareJob(job, stop, emit);
    const completed = await runTrials(settingsOf(job), prepared, stop, emit);
    caller.throwIfAborted();
    if (completed > 0) return;
    if (stop.timeout.aborted) throw timedOut(job);
    throw new TrainingError('AllTrialsFailed', 'Every trial failed; their logs say why.');
  } catch (error) {
    throw stop.timeout.aborted && !caller.aborted ? timedOut(job) : error;
  }
}

/**
 * Trains a job in worker threads and tells what happens as it does. Ends after the last trial, or when the job's time
 * is up and at least one trial is done. Throws TrainingError for a job that cannot train, and the signal's reason when
 * it aborts; workers are ended at once then, and also when the reader leaves.
 */
export async function* startTraining(
  job: TrainingJob,
  { signal: caller }: { signal: AbortSignal },
): AsyncGenerator<TrainingEvent, void, undefined> {
  const left = new AbortController();
  const timeout = AbortSignal.timeout(Math.min(job.timeoutMs, longestTimeout));
  const stop = { signal: AbortSignal.any([caller, timeout, left.signal]), timeout };
  const events: TrainingEvent[] = [];
  let news = Promise.withResolvers<void>();
  let running = true;
  const emit: Emit = (event) => {
    events.push(event);
    news.resolve();
  };
  const training = train(job, caller, stop, emit).finally(() => {
    running = false;
    news.resolve();
  });
  training.catch(() => {});
  try {
    while (running || events.length > 0) {
      await news.promise;
      news = Promise.withResolvers<void>();
      yield* events.splice(0);
    }
    await training;
  } finally {
    left.abort();
    await training.catch(() => {});
  }
}
