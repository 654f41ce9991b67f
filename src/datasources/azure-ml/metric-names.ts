/** `AUCWeighted`, as ARM takes it, is `AUC_weighted` among the metrics of a run. */
const metricNames = new Map([
  ['AUCWeighted', 'AUC_weighted'],
  ['Accuracy', 'accuracy'],
  ['NormMacroRecall', 'norm_macro_recall'],
  ['AveragePrecisionScoreWeighted', 'average_precision_score_weighted'],
  ['PrecisionScoreWeighted', 'precision_score_weighted'],
  ['NormalizedRootMeanSquaredError', 'normalized_root_mean_squared_error'],
  ['NormalizedMeanAbsoluteError', 'normalized_mean_absolute_error'],
  ['SpearmanCorrelation', 'spearman_correlation'],
  ['R2Score', 'r2_score'],
]);
export const metricName = (word: string | null): string | null => (word && metricNames.get(word)) ?? word;
/** The other way; a word that is no metric's name stays as it is, for the service to judge. */
export const armMetric = (name: string): string =>
  [...metricNames].find(([, known]) => known === name)?.[0] ?? name;
