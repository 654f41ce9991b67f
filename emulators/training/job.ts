/** A CSV or TSV file as the emulator stores it. `delimiter` is the one its MLTable names, if it has one. */
export type TrainingTable = { name: string; delimiter?: string; bytes(): Promise<Buffer> };

export const trainingTasks = ['Classification', 'Regression', 'Forecasting'] as const;
export type TrainingTask = (typeof trainingTasks)[number];

/** Forecasting: the column of time, those that tell the series apart, and how many time points to forecast. */
export type ForecastingSettings = { timeColumn: string; timeSeriesIdColumns: string[]; horizon: number };

/** What of a job tells how to train; plain data, so that it can go to a worker. */
export type TrainingSettings = {
  /** The seed of everything drawn by lot comes from it: the same job trains the same models. */
  runId: string;
  task: TrainingTask;
  targetColumn: string;
  /** Azure's enum (`AUCWeighted`) or the metric's key (`AUC_weighted`); null is the task's default. */
  primaryMetric: string | null;
  maxTrials: number;
  maxConcurrentTrials: number;
  /** Milliseconds for the whole job; trials done by then stand. */
  timeoutMs: number;
  allowedAlgorithms?: string[] | null;
  blockedAlgorithms?: string[] | null;
  /** 2 or more: scores are the mean over so many folds, and the model is fitted on all rows. */
  crossValidations?: number | null;
  forecasting?: ForecastingSettings | null;
};

/** One AutoML job. With `validation`, its rows are the held-out ones. */
export type TrainingJob = TrainingSettings & { table: TrainingTable; validation?: TrainingTable | null };

/** One row of the table by column name; null where the file has no value. */
export type Row = Record<string, string | null>;

/** The rows a trial was scored on, in the order of `truth`, `predicted` and `probabilities`. */
export type HeldOut = {
  rows: Row[];
  truth: (string | number)[];
  predicted: (string | number)[];
  /** Classification: the columns of `probabilities`. */
  classes: string[] | null;
  probabilities: number[][] | null;
  /** Regression and forecasting: least and greatest target of all rows, by which normalised metrics are divided. */
  targetRange: [number, number] | null;
  /** Cross-validation only: the model that scored rows `start` to `end` (exclusive). */
  folds: { start: number; end: number; model: unknown }[] | null;
};

/** What happens while a job trains, in order. `index` counts trials from 0; log lines begin with their time. */
export type TrainingEvent =
  | { kind: 'setupLog'; line: string }
  | { kind: 'trialStarted'; index: number; algorithm: string; preprocessor: string }
  | { kind: 'trialLog'; index: number; line: string }
  | { kind: 'trialMetric'; index: number; name: string; value: number; step: number }
  | {
      kind: 'trialCompleted';
      index: number;
      /** The primary metric on the held-out rows; NaN where it is not defined on them. */
      score: number;
      fitSeconds: number;
      model: unknown;
      heldOut: HeldOut;
    }
  | { kind: 'trialFailed'; index: number; error: string };

export const trainingErrorCodes = [
  'MalformedTable',
  'MissingColumn',
  'TooFewRows',
  'BadTarget',
  'BadTime',
  'NoFeatures',
  'NoAlgorithm',
  'BadMetric',
  'TimedOut',
  'AllTrialsFailed',
  'Internal',
] as const;
export type TrainingErrorCode = (typeof trainingErrorCodes)[number];

/** Why a job cannot train; `message` is for the person who started it. */
export class TrainingError extends Error {
  readonly code: TrainingErrorCode;

  constructor(code: TrainingErrorCode, message: string) {
    super(message);
    this.name = 'TrainingError';
    this.code = code;
  }
}
