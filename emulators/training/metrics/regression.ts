import { pearson, ranks } from './ranking.ts';

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const variance = (values: number[]): number => {
  const middle = mean(values);
  return mean(values.map((value) => (value - middle) ** 2));
};

/** The middle value, or the mean of the two middle ones. */
function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2;
}

/**
 * Azure's regression and forecasting metrics by their keys, as "Evaluate automated machine learning experiment
 * results" defines them (learn.microsoft.com, how-to-understand-automated-ml) on top of scikit-learn: normalised ones
 * are divided by the range of the whole table's targets; r2_score is capped at −1 from below. NaN where a metric is
 * not defined, such as by a range of 0.
 */
export function regressionMetrics(
  truth: number[],
  predicted: number[],
  [least, greatest]: [number, number],
): Record<string, number> {
  const errors = truth.map((value, row) => value - (predicted[row] ?? Number.NaN));
  const absolute = errors.map(Math.abs);
  const rootMeanSquare = Math.sqrt(mean(errors.map((error) => error * error)));
  const normalised = (value: number) => (greatest > least ? value / (greatest - least) : Number.NaN);
  const squares = errors.reduce((sum, error) => sum + error * error, 0);
  const r2 = 1 - squares / (variance(truth) * truth.length);
  return {
    explained_variance: 1 - variance(errors) / variance(truth),
    mean_absolute_error: mean(absolute),
    median_absolute_error: median(absolute),
    normalized_mean_absolute_error: normalised(mean(absolute)),
    normalized_median_absolute_error: normalised(median(absolute)),
    normalized_root_mean_squared_error: normalised(rootMeanSquare),
    r2_score: Number.isFinite(r2) ? Math.max(-1, r2) : Number.NaN,
    root_mean_squared_error: rootMeanSquare,
    spearman_correlation: pearson(ranks(truth), ranks(predicted)),
  };
}
