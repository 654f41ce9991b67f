import { averagePrecision, rocAuc } from './ranking.ts';

/** Held-out rows: the true class of each, and the probability of every class. Classes are indices. */
export type Classified = { truth: number[]; probabilities: number[][] };

type ClassCounts = { support: number; hits: number; predicted: number };

/** The most probable class; the first of equals, as numpy.argmax. */
export const likeliest = (probabilities: number[]): number =>
  probabilities.reduce((best, value, index) => (value > (probabilities[best] ?? 0) ? index : best), 0);

/** 0/0 is 0, as sklearn's `zero_division` default. */
const ratio = (a: number, b: number): number => (b === 0 ? 0 : a / b);

function countsOf({ truth, probabilities }: Classified): ClassCounts[] {
  const predicted = probabilities.map(likeliest);
  return (probabilities[0] ?? []).map((_, label) => ({
    support: truth.filter((value) => value === label).length,
    predicted: predicted.filter((value) => value === label).length,
    hits: truth.filter((value, row) => value === label && predicted[row] === label).length,
  }));
}

/** Mean over the classes where the value is defined, each with its weight (Azure: macro 1, weighted its support). */
function average(values: number[], weights: number[]): number {
  const defined = values
    .map((_, index) => index)
    .filter((index) => !Number.isNaN(values[index] ?? Number.NaN));
  const total = defined.reduce((sum, index) => sum + (weights[index] ?? 0), 0);
  if (total === 0) return Number.NaN;
  return defined.reduce((sum, index) => sum + (values[index] ?? 0) * (weights[index] ?? 0), 0) / total;
}

const recall = (count: ClassCounts) => ratio(count.hits, count.support);
const precision = (count: ClassCounts) => ratio(count.hits, count.predicted);
const f1 = (count: ClassCounts) => ratio(2 * count.hits, count.support + count.predicted);

/** Mean −ln of the true class's probability, clipped by the machine epsilon (sklearn.metrics.log_loss). */
function logLoss({ truth, probabilities }: Classified): number {
  const clipped = (value: number) => Math.min(Math.max(value, Number.EPSILON), 1 - Number.EPSILON);
  return (
    truth.reduce((sum, label, row) => sum - Math.log(clipped(probabilities[row]?.[label] ?? 0)), 0) /
    truth.length
  );
}

/** sklearn.metrics.matthews_corrcoef for many classes (Gorodkin's R_K); 0 where it is not defined. */
function matthews(counts: ClassCounts[], rows: number): number {
  const hits = counts.reduce((sum, count) => sum + count.hits, 0);
  const product = counts.reduce((sum, count) => sum + count.predicted * count.support, 0);
  const predicted = counts.reduce((sum, count) => sum + count.predicted ** 2, 0);
  const support = counts.reduce((sum, count) => sum + count.support ** 2, 0);
  return ratio(hits * rows - product, Math.sqrt((rows ** 2 - predicted) * (rows ** 2 - support)));
}

/** One class against the rest, for every class, by a measure of how well its probability ranks the rows. */
const perClass = (of: Classified, measure: (positive: boolean[], scores: number[]) => number): number[] =>
  (of.probabilities[0] ?? []).map((_, label) =>
    measure(
      of.truth.map((value) => value === label),
      of.probabilities.map((row) => row[label] ?? 0),
    ),
  );

/**
 * Azure's classification metrics by their keys, as "Evaluate automated machine learning experiment results" defines
 * them (learn.microsoft.com, how-to-understand-automated-ml) on top of scikit-learn. Classes that no held-out row has
 * do not count in macro means.
 */
export function classificationMetrics(of: Classified): Record<string, number> {
  const counts = countsOf(of);
  const support = counts.map((count) => count.support);
  const present = support.map((count) => (count > 0 ? 1 : 0));
  const macro = (values: number[]) => average(values, present);
  const weighted = (values: number[]) => average(values, support);
  const hits = counts.reduce((sum, count) => sum + count.hits, 0);
  const auc = perClass(of, rocAuc);
  const averagePrecisions = perClass(of, averagePrecision);
  const macroRecall = macro(counts.map(recall));
  // Of random guesses among C classes, 1/C is right: norm_macro_recall is 0 for them and 1 for perfection.
  const random = 1 / counts.length;
  return {
    accuracy: ratio(hits, of.truth.length),
    AUC_macro: macro(auc),
    AUC_weighted: weighted(auc),
    average_precision_score_macro: macro(averagePrecisions),
    average_precision_score_weighted: weighted(averagePrecisions),
    balanced_accuracy: macroRecall,
    f1_score_macro: macro(counts.map(f1)),
    f1_score_weighted: weighted(counts.map(f1)),
    log_loss: logLoss(of),
    matthews_correlation: matthews(counts, of.truth.length),
    norm_macro_recall: (macroRecall - random) / (1 - random),
    precision_score_macro: macro(counts.map(precision)),
    precision_score_weighted: weighted(counts.map(precision)),
    recall_score_macro: macroRecall,
    recall_score_weighted: weighted(counts.map(recall)),
  };
}
