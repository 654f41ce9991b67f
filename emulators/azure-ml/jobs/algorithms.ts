import type { TrainingTask } from '../../training/job.ts';

const shared = [
  'SGD',
  'KNN',
  'DecisionTree',
  'RandomForest',
  'ExtremeRandomTrees',
  'LightGBM',
  'GradientBoosting',
];
const regression = [...shared, 'ElasticNet', 'LassoLars', 'XGBoostRegressor'];

/** What the service knows by name; the trainer here has a part of them. */
export const knownAlgorithms: Record<TrainingTask, readonly string[]> = {
  Classification: [
    ...shared,
    'LogisticRegression',
    'MultinomialNaiveBayes',
    'BernoulliNaiveBayes',
    'SVM',
    'LinearSVM',
    'XGBoostClassifier',
  ],
  Regression: regression,
  Forecasting: [
    ...regression,
    'AutoArima',
    'Prophet',
    'Naive',
    'SeasonalNaive',
    'Average',
    'SeasonalAverage',
    'ExponentialSmoothing',
    'Arimax',
    'TCNForecaster',
  ],
};
