import type { Provider, Tag } from './providers.ts';

export const runStatuses = [
  'PENDING',
  'PREPARING',
  'RUNNING',
  'FINALIZING',
  'PAUSED',
  'CANCELING',
  'COMPLETED',
  'FAILED',
  'CANCELED',
  'UNRESPONSIVE',
  'UNKNOWN',
] as const;
export type RunStatus = (typeof runStatuses)[number];

/** A final status never changes again. UNKNOWN is a word the gateway does not know: not final. */
export const isFinal = (status: RunStatus): boolean =>
  status === 'COMPLETED' || status === 'FAILED' || status === 'CANCELED';

export type RunError = { code: string | null; message: string };

type RunBase = {
  id: string;
  provider: Provider;
  /** The upstream's own name of the run: its key there. */
  name: string;
  displayName: string | null;
  status: RunStatus;
  rawStatus: string;
  createdAt: Date | null;
  startedAt: Date | null;
  finishedAt: Date | null;
  createdBy: string | null;
  tags: Tag[];
  error: RunError | null;
};

export const autoMLTasks = ['CLASSIFICATION', 'REGRESSION', 'FORECASTING'] as const;
export type AutoMLTask = (typeof autoMLTasks)[number];

/** How far an AutoML run is, as its own record tells. `bestScore` is in the primary metric's unit. */
export type TrialProgress = {
  completedTrials: number | null;
  totalTrials: number | null;
  bestScore: number | null;
  /** Name of the best trial so far. */
  bestTrial: string | null;
};

export type AutoMLRun = RunBase & {
  kind: 'AUTOML';
  experiment: string | null;
  /** Null for an image or text task. */
  task: AutoMLTask | null;
  targetColumn: string | null;
  primaryMetric: string | null;
  dataset: { name: string; version: string } | null;
  progress: TrialProgress;
};
export type TrialRun = RunBase & {
  kind: 'TRIAL';
  /** Name of the AutoML run or sweep it belongs to. */
  parent: string;
  algorithm: string | null;
  score: number | null;
};
/** Any other Azure ML job: command, sweep, pipeline. */
export type JobRun = RunBase & { kind: 'JOB'; experiment: string | null; jobType: string };
/** A job of a Chapkit service that was started here, as mlgraph remembers it: `key` is its own, `name` the job's there. */
type ServiceRunBase = RunBase & {
  key: string;
  service: string;
  /** Key of the artifact it makes: reserved from the start, there once it has completed. Null before it was accepted. */
  artifact: string | null;
};
export type TrainingRun = ServiceRunBase & { kind: 'TRAINING'; config: string };
/** `model`: key of the training's artifact it predicts with. */
export type PredictionRun = ServiceRunBase & { kind: 'PREDICTION'; model: string };
export type ServiceRun = TrainingRun | PredictionRun;
export type AzureRun = AutoMLRun | TrialRun | JobRun;
export type Run = AzureRun | ServiceRun;

export const durationSeconds = (run: Pick<RunBase, 'startedAt' | 'finishedAt'>): number | null =>
  run.startedAt && run.finishedAt ? (run.finishedAt.getTime() - run.startedAt.getTime()) / 1000 : null;

/** `value` is null where the upstream says nan or infinity. */
export type Metric = { name: string; value: number | null };
export type MetricPoint = { step: number; value: number | null; at: Date };
/**
 * What a run turned to, at the moment the gateway saw it. `previousStatus` is what this reader was told before, null in
 * its first event; the trial figures are null but for AutoML runs. `cursor` goes on behind this event and never expires.
 */
export type RunStatusEvent = {
  cursor: string;
  at: Date;
  run: Run;
  status: RunStatus;
  previousStatus: RunStatus | null;
  completedTrials: number | null;
  totalTrials: number | null;
  bestScore: number | null;
};
/** `cursor` goes on behind `text`; `complete` when the run is final and read to the end. */
export type LogChunk = { text: string; cursor: string; complete: boolean };

export type RunFilter = {
  provider?: Provider[] | null;
  status?: RunStatus[] | null;
  experiment?: string | null;
  service?: string | null;
  createdAfter?: Date | null;
  createdBefore?: Date | null;
};

/** A checked request to start AutoML. Limits are the gateway's where the caller gave none. */
export type AutoMLRequest = {
  /** The run's name upstream; the same name again is the same run. */
  name: string;
  experiment: string;
  dataset: { name: string; version: string };
  validationDataset: { name: string; version: string } | null;
  crossValidations: number | null;
  task: AutoMLTask;
  targetColumn: string;
  primaryMetric: string | null;
  /** Null: serverless. */
  compute: string | null;
  maxTrials: number;
  maxConcurrentTrials: number;
  timeoutMinutes: number;
  allowedAlgorithms: string[] | null;
  blockedAlgorithms: string[] | null;
  timeColumn: string | null;
  timeSeriesIdColumns: string[] | null;
  horizon: number | null;
  displayName: string | null;
  tags: Tag[];
  /** Hash of everything the caller asked for: tells a repeated clientRunId from a reused one. */
  contentHash: string;
};
