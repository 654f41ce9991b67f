import type { Scaling } from '../features.ts';

/** Parameters of one candidate, as they stand in its log. */
export type Parameters = Record<string, number>;

/** Examples as numbers. Classification: `y` are class indices from 0 without gaps. */
export type Examples = { x: number[][]; y: number[]; classes: number; seed: number };

/** Reports how the fit goes on: a metric of the training rows after `step` steps. */
export type OnProgress = (name: string, value: number, step: number) => void;

/**
 * An algorithm whose state is JSON: what `fit` gives is stored, and `predict` works from the stored copy alone.
 * A classifier predicts each class's probability, a regressor one value.
 */
export type Estimator<Prediction> = {
  scaling: Scaling;
  fit(examples: Examples, parameters: Parameters, onProgress: OnProgress): unknown;
  predict(state: unknown, x: number[][], classes: number): Prediction[];
};
export type Classifier = Estimator<number[]>;
export type Regressor = Estimator<number>;

/** The JSON of a library's model, as it will be read back. */
export const stateOf = (model: unknown): unknown => JSON.parse(JSON.stringify(model));

/** A copy for a library whose `load` changes what it is given (ml-knn makes it circular). */
export const copyOf = (state: unknown): unknown => structuredClone(state);

/** Shares of `counts` in their sum. */
export function shares(counts: number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / total);
}

/** How often each class stands in `labels`, as shares. */
export function voteShares(labels: number[], classes: number): number[] {
  const votes = new Array<number>(classes).fill(0);
  for (const label of labels) votes[label] = (votes[label] ?? 0) + 1;
  return shares(votes);
}
