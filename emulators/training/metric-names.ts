import { TrainingError, type TrainingTask } from './job.ts';

const classification: Record<string, string> = {
  AUCWeighted: 'AUC_weighted',
  Accuracy: 'accuracy',
  NormMacroRecall: 'norm_macro_recall',
  AveragePrecisionScoreWeighted: 'average_precision_score_weighted',
  PrecisionScoreWeighted: 'precision_score_weighted',
};

const regression: Record<string, string> = {
  NormalizedRootMeanSquaredError: 'normalized_root_mean_squared_error',
  SpearmanCorrelation: 'spearman_correlation',
  R2Score: 'r2_score',
  NormalizedMeanAbsoluteError: 'normalized_mean_absolute_error',
};

const namesOf = (task: TrainingTask) => (task === 'Classification' ? classification : regression);

/**
 * The snake-case key of a task's primary metric, by Azure's enum or by the key itself; null is the API's default.
 * Throws TrainingError BadMetric for one the task does not have.
 */
export function primaryMetricKey(task: TrainingTask, primaryMetric: string | null): string {
  const names = namesOf(task);
  const wanted =
    primaryMetric ?? (task === 'Classification' ? 'AUCWeighted' : 'NormalizedRootMeanSquaredError');
  const key = names[wanted] ?? Object.values(names).find((name) => name === wanted);
  if (key) return key;
  throw new TrainingError(
    'BadMetric',
    `${wanted} is no primary metric of ${task}; there are ${Object.keys(names).join(', ')}.`,
  );
}

/** Whether more is better: errors and losses are minimised, everything else maximised. */
export const isMaximised = (metricKey: string): boolean => !/error|loss/.test(metricKey);
