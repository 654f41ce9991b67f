import { expect, test } from 'vitest';
import { isMaximised, primaryMetricKey } from '../../emulators/training/index.ts';
import { classificationMetrics } from '../../emulators/training/metrics/classification.ts';
import { averagePrecision, ranks, rocAuc } from '../../emulators/training/metrics/ranking.ts';
import { regressionMetrics } from '../../emulators/training/metrics/regression.ts';

test('ranks share their mean among ties', () => {
  expect(ranks([10, 20, 20, 5])).toEqual([2, 3.5, 3.5, 1]);
});

test('AUC and average precision are those of the scikit-learn documentation', () => {
  // roc_auc_score and average_precision_score: y_true [0, 0, 1, 1], y_scores [0.1, 0.4, 0.35, 0.8].
  const positive = [false, false, true, true];
  expect(rocAuc(positive, [0.1, 0.4, 0.35, 0.8])).toBe(0.75);
  expect(averagePrecision(positive, [0.1, 0.4, 0.35, 0.8])).toBeCloseTo(0.8333, 4);
  expect(rocAuc(positive, [0.5, 0.5, 0.5, 0.5])).toBe(0.5);
  expect(averagePrecision(positive, [0.5, 0.5, 0.5, 0.5])).toBe(0.5);
  expect(rocAuc([true, true], [0.1, 0.2])).toBeNaN();
});

test('classification metrics of six rows, computed by hand', () => {
  // Truth 0 0 0 1 1 2, predicted 0 0 1 1 1 0.
  const row = (label: number) => [0, 1, 2].map((index) => (index === label ? 0.8 : 0.1));
  const metrics = classificationMetrics({
    truth: [0, 0, 0, 1, 1, 2],
    probabilities: [0, 0, 1, 1, 1, 0].map(row),
  });
  // Recalls 2/3, 1, 0; precisions 2/3, 2/3, 0; F1 2/3, 4/5, 0; supports 3, 2, 1.
  expect(metrics.accuracy).toBeCloseTo(4 / 6);
  expect(metrics.balanced_accuracy).toBeCloseTo((2 / 3 + 1 + 0) / 3);
  expect(metrics.norm_macro_recall).toBeCloseTo(((2 / 3 + 1) / 3 - 1 / 3) / (1 - 1 / 3));
  expect(metrics.precision_score_weighted).toBeCloseTo((3 * (2 / 3) + 2 * (2 / 3)) / 6);
  expect(metrics.recall_score_weighted).toBeCloseTo(4 / 6);
  expect(metrics.f1_score_macro).toBeCloseTo((2 / 3 + 4 / 5) / 3);
  expect(metrics.f1_score_weighted).toBeCloseTo((3 * (2 / 3) + 2 * (4 / 5)) / 6);
  expect(metrics.log_loss).toBeCloseTo((-4 * Math.log(0.8) - 2 * Math.log(0.1)) / 6);
  expect(metrics.AUC_weighted).toBeCloseTo((3 * aucByPairs(0) + 2 * aucByPairs(1) + aucByPairs(2)) / 6);
  expect(metrics.AUC_macro).toBeCloseTo((aucByPairs(0) + aucByPairs(1) + aucByPairs(2)) / 3);

  function aucByPairs(label: number): number {
    const truth = [0, 0, 0, 1, 1, 2];
    const scores = [0, 0, 1, 1, 1, 0].map((predicted) => (predicted === label ? 0.8 : 0.1));
    const side = (positive: boolean) => scores.filter((_, index) => (truth[index] === label) === positive);
    const pairs = side(true).flatMap((a) => side(false).map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
    return pairs.reduce<number>((sum, pair) => sum + pair, 0) / pairs.length;
  }
});

test('Matthews correlation is that of the scikit-learn documentation', () => {
  // matthews_corrcoef: y_true [+1, +1, +1, -1], y_pred [+1, -1, +1, +1] gives -0.33.
  const row = (label: number) => (label === 1 ? [0.1, 0.9] : [0.9, 0.1]);
  const metrics = classificationMetrics({ truth: [1, 1, 1, 0], probabilities: [1, 0, 1, 1].map(row) });
  expect(metrics.matthews_correlation).toBeCloseTo(-1 / 3);
});

test('a class without held-out rows does not count in macro means', () => {
  const probabilities = [
    [0.9, 0.05, 0.05],
    [0.05, 0.9, 0.05],
  ];
  const metrics = classificationMetrics({ truth: [0, 1], probabilities });
  expect(metrics.balanced_accuracy).toBe(1);
  expect(metrics.AUC_macro).toBe(1);
});

test('regression metrics are those of the scikit-learn documentation', () => {
  // r2_score, mean_absolute_error, mean_squared_error: y_true [3, -0.5, 2, 7], y_pred [2.5, 0.0, 2, 8].
  const metrics = regressionMetrics([3, -0.5, 2, 7], [2.5, 0, 2, 8], [-0.5, 7]);
  expect(metrics.r2_score).toBeCloseTo(0.9486, 4);
  expect(metrics.explained_variance).toBeCloseTo(0.9572, 4);
  expect(metrics.mean_absolute_error).toBe(0.5);
  expect(metrics.median_absolute_error).toBe(0.5);
  expect(metrics.root_mean_squared_error).toBeCloseTo(Math.sqrt(0.375));
  expect(metrics.normalized_mean_absolute_error).toBeCloseTo(0.5 / 7.5);
  expect(metrics.normalized_root_mean_squared_error).toBeCloseTo(Math.sqrt(0.375) / 7.5);
  expect(metrics.spearman_correlation).toBeCloseTo(1);
});

test('spearman correlation is that of the scipy documentation, and r2 is capped as Azure caps it', () => {
  // scipy.stats.spearmanr([1, 2, 3, 4, 5], [5, 6, 7, 8, 7]) gives 0.82078.
  expect(regressionMetrics([1, 2, 3, 4, 5], [5, 6, 7, 8, 7], [1, 5]).spearman_correlation).toBeCloseTo(
    0.82078,
    5,
  );
  expect(regressionMetrics([1, 2, 3], [30, 20, 10], [1, 3]).r2_score).toBe(-1);
  expect(regressionMetrics([2, 2], [2, 3], [2, 2]).normalized_root_mean_squared_error).toBeNaN();
});

test('primary metrics by either name, with their direction', () => {
  expect(primaryMetricKey('Classification', null)).toBe('AUC_weighted');
  expect(primaryMetricKey('Classification', 'Accuracy')).toBe('accuracy');
  expect(primaryMetricKey('Regression', 'r2_score')).toBe('r2_score');
  expect(primaryMetricKey('Forecasting', null)).toBe('normalized_root_mean_squared_error');
  expect(() => primaryMetricKey('Regression', 'Accuracy')).toThrow(
    'Accuracy is no primary metric of Regression',
  );
  expect(isMaximised('AUC_weighted')).toBe(true);
  expect(isMaximised('spearman_correlation')).toBe(true);
  expect(isMaximised('normalized_mean_absolute_error')).toBe(false);
  expect(isMaximised('log_loss')).toBe(false);
});
