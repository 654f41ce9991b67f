import { planTrials } from './algorithms.ts';
import { type Row, TrainingError, type TrainingSettings } from './job.ts';
import { isMaximised, primaryMetricKey } from './metric-names.ts';
import { learnInputs, type ModelSpec } from './model.ts';
import { randomOf, seedOf } from './random.ts';
import { type ReadTable, readTable, rowLimit, type TableBytes } from './read-table.ts';
import { crossFolds, type Fold, holdOut, rollingFolds, seriesOf } from './split.ts';

/** Everything the trials of a job share; plain data. */
export type Prepared = {
  spec: ModelSpec;
  rows: Row[];
  folds: Fold[];
  /** Cross-validation: after scoring, the model is fitted again to all rows. */
  refit: boolean;
  /** Least and greatest target; null for labels. */
  targetRange: [number, number] | null;
};

type Log = (text: string) => void;

const minimumRows = 10;
const maximumClasses = 100;

function logTable(table: ReadTable, name: string, settings: TrainingSettings, log: Log): void {
  log(`${name}: read ${table.read} rows, ${table.header.length} columns`);
  if (table.withoutTarget > 0)
    log(`dropped ${table.withoutTarget} rows that have no ${settings.targetColumn}`);
  const usable = table.read - table.withoutTarget;
  if (usable <= rowLimit) return;
  const which = settings.forecasting ? 'the most recent' : 'a seeded sample of';
  log(
    `keeping ${which} ${table.rows.length} of ${usable} rows: training time grows with the square of the rows`,
  );
}

function labelsOf(rows: Row[], { task, targetColumn }: TrainingSettings): string[] | null {
  if (task !== 'Classification') return null;
  const labels = [...new Set(rows.map((row) => row[targetColumn] ?? ''))].sort();
  if (labels.length >= 2 && labels.length <= maximumClasses) return labels;
  const wanted = `classification needs from 2 to ${maximumClasses}`;
  throw new TrainingError(
    'BadTarget',
    `Target column ${targetColumn} has ${labels.length} classes; ${wanted}.`,
  );
}

function rangeOf(rows: Row[], targetColumn: string): [number, number] {
  const targets = rows.map((row) => Number(row[targetColumn]));
  return [
    targets.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    targets.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  ];
}

function forecastFolds(rows: Row[], settings: TrainingSettings, count: number, log: Log): Fold[] {
  const { forecasting } = settings;
  if (!forecasting) throw new TrainingError('BadTime', 'Forecasting needs the name of the time column.');
  const series = seriesOf(rows, forecasting);
  const folds = rollingFolds(series.values(), forecasting.horizon, count);
  const long = (folds[0]?.heldOut.length ?? 0) / forecasting.horizon;
  if (long < series.size)
    log(`left out ${series.size - long} of ${series.size} series: too short for the horizon`);
  if (folds.length > 0) return folds;
  const needed = forecasting.horizon * (count + 1) + 1;
  throw new TrainingError(
    'TooFewRows',
    `No series has the ${needed} time points that a horizon of ${forecasting.horizon} needs.`,
  );
}

function foldsOf(rows: Row[], settings: TrainingSettings, log: Log): Fold[] {
  const count = settings.crossValidations ?? 1;
  if (settings.task === 'Forecasting') return forecastFolds(rows, settings, Math.max(1, count), log);
  const random = randomOf(seedOf(settings.runId));
  const labelOf = (row: Row) =>
    settings.task === 'Classification' ? (row[settings.targetColumn] ?? '') : '';
  return count > 1
    ? crossFolds(rows, Math.min(count, rows.length), labelOf, random)
    : holdOut(rows, labelOf, random);
}

/** The validation table's rows behind the training ones, as the only fold. */
const givenFold = (train: Row[], validation: Row[]): Fold => ({
  train: train.map((_, index) => index),
  heldOut: validation.map((_, index) => train.length + index),
});

function logColumns(prepared: Prepared, log: Log): void {
  const { spec, rows, folds, refit, targetRange } = prepared;
  const train = (folds[0]?.train ?? []).map((index) => rows[index] as Row);
  const { plan, skipped } = learnInputs(spec, train);
  const kinds = plan.map((f) =>
    f.kind === 'numeric' ? `${f.name} numeric` : `${f.name} ${f.categories.length} categories`,
  );
  log(`features: ${kinds.join(', ')}`);
  for (const { name, reason } of skipped) log(`column ${name} is not used: ${reason}`);
  const target = spec.classes
    ? `classes ${spec.classes.join(', ')}`
    : `numbers from ${targetRange?.join(' to ')}`;
  log(`target ${spec.targetColumn}: ${target}`);
  const held = folds.map((fold) => fold.heldOut.length).join(', ');
  if (refit)
    log(`cross-validation in ${folds.length} folds of ${held} rows, then fitted to all ${rows.length} rows`);
  else log(`${train.length} rows to train on, ${held} held out`);
}

/** Reads and checks the tables, splits the rows and says all of it in the log. Throws TrainingError. */
export function prepare(
  settings: TrainingSettings,
  table: TableBytes,
  validation: TableBytes | null,
  log: Log,
): Prepared {
  const metric = primaryMetricKey(settings.task, settings.primaryMetric);
  const training = readTable(settings, table);
  logTable(training, table.name, settings, log);
  if (training.rows.length < minimumRows) {
    const message = `${table.name} has ${training.rows.length} rows with a target; at least ${minimumRows} are needed.`;
    throw new TrainingError('TooFewRows', message);
  }
  const given = validation ? readTable(settings, validation) : null;
  if (given && validation) logTable(given, validation.name, settings, log);
  if (given?.rows.length === 0)
    throw new TrainingError('TooFewRows', `${validation?.name} has no row with a target.`);
  const rows = [...training.rows, ...(given?.rows ?? [])];
  const { task, targetColumn, forecasting = null } = settings;
  const classes = labelsOf(rows, settings);
  const prepared: Prepared = {
    spec: { task, targetColumn, classes, forecasting },
    rows,
    folds: given ? [givenFold(training.rows, given.rows)] : foldsOf(training.rows, settings, log),
    refit: !given && (settings.crossValidations ?? 1) > 1,
    targetRange: classes ? null : rangeOf(rows, targetColumn),
  };
  logColumns(prepared, log);
  const names = [...new Set(planTrials(settings).map((candidate) => candidate.algorithm))];
  log(`algorithms: ${names.join(', ')}`);
  log(`primary metric: ${metric}, ${isMaximised(metric) ? 'maximize' : 'minimize'}`);
  return prepared;
}
