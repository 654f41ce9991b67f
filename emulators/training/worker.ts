import { parentPort, workerData } from 'node:worker_threads';
import type { Candidate } from './algorithms.ts';
import { TrainingError, type TrainingErrorCode, type TrainingSettings } from './job.ts';
import { type Prepared, prepare } from './prepare.ts';
import type { TableBytes } from './read-table.ts';
import { runTrial, type TrialResult } from './trial.ts';

/** What a worker is started for. */
export type WorkerTask =
  | { kind: 'prepare'; settings: TrainingSettings; table: TableBytes; validation: TableBytes | null }
  | { kind: 'trial'; settings: TrainingSettings; prepared: Prepared; candidate: Candidate; index: number };

/** What it says; `prepared`, `trained` and `failed` are its last words. */
export type WorkerMessage =
  | { kind: 'log'; line: string }
  | { kind: 'metric'; name: string; value: number; step: number }
  | { kind: 'prepared'; prepared: Prepared }
  | ({ kind: 'trained' } & TrialResult)
  | { kind: 'failed'; code: TrainingErrorCode; message: string };

const send = (message: WorkerMessage): void => parentPort?.postMessage(message);
const log = (text: string): void =>
  send({ kind: 'log', line: `${new Date().toISOString()} - INFO - ${text}` });

function work(task: WorkerTask): void {
  if (task.kind === 'prepare') {
    send({ kind: 'prepared', prepared: prepare(task.settings, task.table, task.validation, log) });
    return;
  }
  const metric = (name: string, value: number, step: number) => send({ kind: 'metric', name, value, step });
  send({
    kind: 'trained',
    ...runTrial(task.settings, task.prepared, task.candidate, task.index, { log, metric }),
  });
}

try {
  work(workerData as WorkerTask);
} catch (error) {
  const code = error instanceof TrainingError ? error.code : 'Internal';
  send({ kind: 'failed', code, message: error instanceof Error ? error.message : String(error) });
}
