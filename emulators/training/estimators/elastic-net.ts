import type { Regressor } from './estimator.ts';

type State = { intercept: number; weights: number[] };

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const softThreshold = (value: number, by: number): number =>
  Math.sign(value) * Math.max(Math.abs(value) - by, 0);

type Sweep = {
  columns: number[][];
  norms: number[];
  residual: number[];
  weights: number[];
  l1: number;
  l2: number;
};

/** One pass over the coordinates; `residual` and `weights` change in place. Returns the greatest change of a weight. */
function sweep({ columns, norms, residual, weights, l1, l2 }: Sweep): number {
  let greatest = 0;
  for (const [index, column] of columns.entries()) {
    const norm = norms[index] ?? 0;
    const old = weights[index] ?? 0;
    const correlation = column.reduce((sum, value, row) => sum + value * (residual[row] ?? 0), 0);
    const weight = softThreshold(correlation + norm * old, l1) / (norm + l2);
    for (const [row, value] of column.entries())
      residual[row] = (residual[row] ?? 0) + value * (old - weight);
    weights[index] = weight;
    greatest = Math.max(greatest, Math.abs(weight - old));
  }
  return greatest;
}

/**
 * Elastic net by coordinate descent, with scikit-learn's objective (linear_model.ElasticNet):
 * ‖y − Xw‖² / 2n + α·ρ·‖w‖₁ + α·(1 − ρ)·‖w‖² / 2. `alpha` is in units of the target's deviation. The features come
 * with mean 0, so the intercept is the target's mean.
 */
export const elasticNet: Regressor = {
  scaling: 'standard',
  fit({ x, y }, { alpha = 0.01, l1Ratio = 0.5, sweeps = 200 }, onProgress) {
    const intercept = mean(y);
    const deviation = Math.sqrt(mean(y.map((value) => (value - intercept) ** 2))) || 1;
    const columns = (x[0] ?? []).map((_, index) => x.map((row) => row[index] ?? 0));
    const penalty = alpha * x.length;
    const state: Sweep = {
      columns,
      norms: columns.map((column) => column.reduce((sum, value) => sum + value * value, 0)),
      residual: y.map((value) => value - intercept),
      weights: columns.map(() => 0),
      l1: penalty * l1Ratio * deviation,
      l2: penalty * (1 - l1Ratio),
    };
    for (let step = 1; step <= sweeps; step++) {
      const change = sweep(state);
      const last = step === sweeps || change < 1e-6 * deviation;
      if (last || Number.isInteger(Math.log2(step))) {
        onProgress('train_mean_squared_error', mean(state.residual.map((value) => value * value)), step);
      }
      if (last) break;
    }
    return { intercept, weights: state.weights } satisfies State;
  },
  predict(state, x) {
    const { intercept, weights } = state as State;
    return x.map((row) =>
      weights.reduce((sum, weight, index) => sum + weight * (row[index] ?? 0), intercept),
    );
  },
};
