import { elasticNet } from './estimators/elastic-net.ts';
import type { Classifier, Parameters, Regressor } from './estimators/estimator.ts';
import { logistic } from './estimators/logistic-regression.ts';
import { bernoulliBayes, multinomialBayes } from './estimators/naive-bayes.ts';
import { knnClassifier, knnRegressor } from './estimators/nearest-neighbours.ts';
import { forestClassifier, forestRegressor, treeClassifier, treeRegressor } from './estimators/trees.ts';
import { TrainingError, type TrainingSettings, type TrainingTask } from './job.ts';

/** One trial to be: an algorithm by Azure's name, and its parameters. */
export type Candidate = { algorithm: string; parameters: Parameters };

export const classifiers: Record<string, Classifier> = {
  LogisticRegression: logistic,
  DecisionTree: treeClassifier,
  RandomForest: forestClassifier,
  KNN: knnClassifier,
  MultinomialNaiveBayes: multinomialBayes,
  BernoulliNaiveBayes: bernoulliBayes,
};

export const regressors: Record<string, Regressor> = {
  ElasticNet: elasticNet,
  DecisionTree: treeRegressor,
  RandomForest: forestRegressor,
  KNN: knnRegressor,
};

/** Forecasts that need nothing but the series itself. */
export const baselines = ['Naive', 'SeasonalNaive', 'Average', 'SeasonalAverage'] as const;
export type Baseline = (typeof baselines)[number];
export const isBaseline = (algorithm: string): algorithm is Baseline =>
  baselines.some((baseline) => baseline === algorithm);

/** What each algorithm is tried with, one round after the other. */
const variants: Record<string, Parameters[]> = {
  LogisticRegression: [{ steps: 400 }, { steps: 100 }, { steps: 1600 }],
  DecisionTree: [{ maxDepth: 10 }, { maxDepth: 4 }, { maxDepth: 20, minNumSamples: 8 }],
  RandomForest: [{ trees: 15 }, { trees: 25, featureShare: 0.5 }, { trees: 15, featureShare: 1 }],
  KNN: [{ neighbours: 5 }, { neighbours: 11 }, { neighbours: 1 }],
  ElasticNet: [
    { alpha: 0.01, l1Ratio: 0.5 },
    { alpha: 0.1, l1Ratio: 0.5 },
    { alpha: 0.001, l1Ratio: 0.95 },
  ],
};

/** The algorithms the emulator can train for a task, in the order in which they are tried. */
export function algorithmsFor(task: TrainingTask): string[] {
  if (task === 'Classification') return Object.keys(classifiers);
  return task === 'Regression' ? Object.keys(regressors) : [...baselines, ...Object.keys(regressors)];
}

/** The name of the step before the algorithm, as Azure writes it in `run_preprocessor`. */
export function preprocessorOf(task: TrainingTask, algorithm: string): string {
  if (isBaseline(algorithm)) return '';
  const scaling = (task === 'Classification' ? classifiers : regressors)[algorithm]?.scaling;
  return scaling === 'unit' ? 'MinMaxScaler' : 'StandardScalerWrapper';
}

function permitted(settings: TrainingSettings): string[] {
  const { allowedAlgorithms: allowed, blockedAlgorithms: blocked } = settings;
  const here = algorithmsFor(settings.task);
  const left = here.filter(
    (name) => (!allowed?.length || allowed.includes(name)) && !blocked?.includes(name),
  );
  if (left.length > 0) return left;
  throw new TrainingError('NoAlgorithm', `No algorithm is left to train with; there are ${here.join(', ')}.`);
}

/** The trials of a job: every permitted algorithm once, then again with other parameters, at most `maxTrials`. */
export function planTrials(settings: TrainingSettings): Candidate[] {
  const names = permitted(settings);
  const rounds = Math.max(...names.map((name) => variants[name]?.length ?? 1));
  const candidates = Array.from({ length: rounds }, (_, round) =>
    names.flatMap((algorithm) => {
      const parameters = variants[algorithm] ? variants[algorithm][round] : round === 0 ? {} : undefined;
      return parameters ? [{ algorithm, parameters }] : [];
    }),
  ).flat();
  return candidates.slice(0, Math.max(1, settings.maxTrials));
}
