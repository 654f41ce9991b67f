import { forests, type Matrix, trees } from '../libraries.ts';
import { type Classifier, type Parameters, type Regressor, stateOf, voteShares } from './estimator.ts';

const treeOptions = ({ maxDepth = 10, minNumSamples = 3 }: Parameters) => ({ maxDepth, minNumSamples });

/** Probabilities are the classes' shares in the leaf; the library leaves out the classes behind its last one. */
export const treeClassifier: Classifier = {
  scaling: 'standard',
  fit({ x, y }, parameters) {
    const tree = new (trees().DecisionTreeClassifier)(treeOptions(parameters));
    tree.train(x, y);
    return stateOf(tree);
  },
  predict(state, x, classes) {
    const { root } = trees().DecisionTreeClassifier.load(state);
    return x.map((row) => {
      const leaf = (root.classify(row) as Matrix).getRow(0);
      return Array.from({ length: classes }, (_, index) => leaf[index] ?? 0);
    });
  },
};

export const treeRegressor: Regressor = {
  scaling: 'standard',
  fit({ x, y }, parameters) {
    const tree = new (trees().DecisionTreeRegression)(treeOptions(parameters));
    tree.train(x, y);
    return stateOf(tree);
  },
  predict: (state, x) => trees().DecisionTreeRegression.load(state).predict(x),
};

/** `featureShare` of the features for each tree; rounded up, since the library takes 1.0 for one feature. */
const forestOptions = (parameters: Parameters, seed: number, features: number) => ({
  // The library's generator takes signed 32-bit seeds.
  seed: seed | 0,
  nEstimators: parameters.trees ?? 15,
  maxFeatures: Math.max(1, Math.ceil(features * (parameters.featureShare ?? 0.7))),
  replacement: false,
  useSampleBagging: true,
  noOOB: true,
  treeOptions: treeOptions(parameters),
});

/** Probabilities are the shares of the trees' votes. */
export const forestClassifier: Classifier = {
  scaling: 'standard',
  fit({ x, y, seed }, parameters) {
    const forest = new (forests().RandomForestClassifier)(forestOptions(parameters, seed, x[0]?.length ?? 0));
    forest.train(x, y);
    return stateOf(forest);
  },
  predict(state, x, classes) {
    const votes = forests().RandomForestClassifier.load(state).predictionValues(x).to2DArray();
    return votes.map((labels) => voteShares(labels, classes));
  },
};

export const forestRegressor: Regressor = {
  scaling: 'standard',
  fit({ x, y, seed }, parameters) {
    const forest = new (forests().RandomForestRegression)(forestOptions(parameters, seed, x[0]?.length ?? 0));
    forest.train(x, y);
    return stateOf(forest);
  },
  predict: (state, x) => forests().RandomForestRegression.load(state).predict(x),
};
