import { knn } from '../libraries.ts';
import {
  type Classifier,
  copyOf,
  type Examples,
  type Parameters,
  type Regressor,
  stateOf,
  voteShares,
} from './estimator.ts';

type State = { neighbours: number; model: unknown };

function fit({ x, y }: Examples, { neighbours = 5 }: Parameters): State {
  const k = Math.min(neighbours, x.length);
  return { neighbours: k, model: stateOf(new (knn())(x, y, { k })) };
}

/** The targets of each row's nearest neighbours: the library keeps a point's target as its last coordinate. */
function neighbourTargets(state: unknown, x: number[][]): number[][] {
  const { neighbours, model } = state as State;
  const { kdTree } = knn().load(copyOf(model));
  return x.map((row) => kdTree.nearest(row, neighbours).map(([point]) => point.at(-1) ?? Number.NaN));
}

/** Probabilities are the shares of the neighbours' classes. */
export const knnClassifier: Classifier = {
  scaling: 'standard',
  fit,
  predict: (state, x, classes) => neighbourTargets(state, x).map((labels) => voteShares(labels, classes)),
};

/** The mean of the neighbours' values. */
export const knnRegressor: Regressor = {
  scaling: 'standard',
  fit,
  predict: (state, x) =>
    neighbourTargets(state, x).map((values) => values.reduce((sum, value) => sum + value, 0) / values.length),
};
