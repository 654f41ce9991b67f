import { type Candidate, preprocessorOf } from './algorithms.ts';
import type { OnProgress } from './estimators/estimator.ts';
import { type HeldOut, type Row, TrainingError, type TrainingSettings } from './job.ts';
import { primaryMetricKey } from './metric-names.ts';
import { classificationMetrics } from './metrics/classification.ts';
import { regressionMetrics } from './metrics/regression.ts';
import { fitModel, type ModelSpec, type Scored, type StoredModel, scoreRows } from './model.ts';
import type { Prepared } from './prepare.ts';
import { seedOf } from './random.ts';

export type TrialResult = { score: number; fitSeconds: number; model: StoredModel; heldOut: HeldOut };

/** Where a trial says what it does. */
export type TrialReport = { log(text: string): void; metric: OnProgress };

type Part = {
  start: number;
  end: number;
  model: StoredModel;
  rows: Row[];
  scored: Scored;
  fitSeconds: number;
};

const truthOf = ({ task, targetColumn }: ModelSpec, rows: Row[]): (string | number)[] =>
  rows.map((row) => (task === 'Classification' ? (row[targetColumn] ?? '') : Number(row[targetColumn])));

/**
 * All metrics of a task on held-out rows. A trial's score is its primary metric among these (in cross-validation the
 * mean over the folds), so that anyone who has the stored model and the rows can compute it again.
 */
export function metricsOf(held: Omit<HeldOut, 'folds' | 'rows'>): Record<string, number> {
  const { classes, probabilities, truth, predicted, targetRange } = held;
  if (classes && probabilities) {
    return classificationMetrics({
      truth: truth.map((label) => classes.indexOf(String(label))),
      probabilities,
    });
  }
  if (!targetRange)
    throw new TrainingError('BadTarget', 'Numbers cannot be scored without the range of the targets.');
  return regressionMetrics(truth.map(Number), predicted.map(Number), targetRange);
}

function partsOf(
  { spec, rows, folds }: Prepared,
  candidate: Candidate & { seed: number },
  { log, metric }: TrialReport,
): Part[] {
  let start = 0;
  return folds.map((fold, place) => {
    const pick = (indices: number[]) => indices.map((index) => rows[index] as Row);
    const began = performance.now();
    const model = fitModel(spec, pick(fold.train), candidate, place === 0 ? metric : () => {});
    const fitSeconds = (performance.now() - began) / 1000;
    log(`fitted to ${fold.train.length} rows in ${fitSeconds.toFixed(2)} s`);
    const heldOut = pick(fold.heldOut);
    const part = {
      start,
      end: start + heldOut.length,
      model,
      rows: heldOut,
      scored: scoreRows(model, heldOut),
      fitSeconds,
    };
    start = part.end;
    return part;
  });
}

function heldOutOf({ spec, targetRange, refit }: Prepared, parts: Part[]): HeldOut {
  const rows = parts.flatMap((part) => part.rows);
  return {
    rows,
    truth: truthOf(spec, rows),
    predicted: parts.flatMap((part) => part.scored.predicted),
    classes: spec.classes,
    probabilities: spec.classes ? parts.flatMap((part) => part.scored.probabilities ?? []) : null,
    targetRange,
    folds: refit ? parts.map(({ start, end, model }) => ({ start, end, model })) : null,
  };
}

/** Each metric's mean over the parts. */
function meanMetrics(heldOut: HeldOut, parts: Part[]): Record<string, number> {
  const all = parts.map(({ start, end }) =>
    metricsOf({
      ...heldOut,
      truth: heldOut.truth.slice(start, end),
      predicted: heldOut.predicted.slice(start, end),
      probabilities: heldOut.probabilities?.slice(start, end) ?? null,
    }),
  );
  const mean = (name: string) => all.reduce((sum, one) => sum + (one[name] ?? Number.NaN), 0) / all.length;
  return Object.fromEntries(Object.keys(all[0] ?? {}).map((name) => [name, mean(name)]));
}

/** Fits one candidate, scores it on the held-out rows and reports every metric. */
export function runTrial(
  settings: TrainingSettings,
  prepared: Prepared,
  candidate: Candidate,
  index: number,
  report: TrialReport,
): TrialResult {
  const preprocessor = preprocessorOf(settings.task, candidate.algorithm);
  report.log(`trial ${index}: ${[preprocessor, candidate.algorithm].filter(Boolean).join(', ')}`);
  report.log(`parameters ${JSON.stringify(candidate.parameters)}`);
  const seeded = { ...candidate, seed: seedOf(`${settings.runId} ${index}`) };
  const parts = partsOf(prepared, seeded, report);
  const heldOut = heldOutOf(prepared, parts);
  const metrics = meanMetrics(heldOut, parts);
  for (const [name, value] of Object.entries(metrics)) report.metric(name, value, 0);
  const key = primaryMetricKey(settings.task, settings.primaryMetric);
  const score = metrics[key] ?? Number.NaN;
  report.log(`${key} ${score.toFixed(6)} on ${heldOut.rows.length} rows held out`);
  const model = prepared.refit ? fitModel(prepared.spec, prepared.rows, seeded, () => {}) : parts[0]?.model;
  if (!model) throw new TrainingError('TooFewRows', 'There is nothing to train on.');
  return { score, model, heldOut, fitSeconds: parts.reduce((sum, part) => sum + part.fitSeconds, 0) };
}
