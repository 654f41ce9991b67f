/** Ranks from 1, ties sharing their mean rank (scipy.stats.rankdata, "average"). */
export function ranks(values: number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const result = new Array<number>(values.length).fill(0);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === values[order[start] ?? 0]) end += 1;
    for (const index of order.slice(start, end)) result[index] = (start + 1 + end) / 2;
    start = end;
  }
  return result;
}

/**
 * Area under the ROC curve of one class against the rest, by the rank sum (Mann–Whitney U), which equals
 * sklearn.metrics.roc_auc_score; NaN where either side has no row.
 */
export function rocAuc(positive: boolean[], scores: number[]): number {
  const positives = positive.filter(Boolean).length;
  const negatives = positive.length - positives;
  if (positives === 0 || negatives === 0) return Number.NaN;
  const rankSum = ranks(scores).reduce((sum, rank, index) => sum + (positive[index] ? rank : 0), 0);
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/**
 * Σ (Rₙ − Rₙ₋₁)·Pₙ over the distinct scores from high to low (sklearn.metrics.average_precision_score);
 * NaN without a positive row.
 */
export function averagePrecision(positive: boolean[], scores: number[]): number {
  const positives = positive.filter(Boolean).length;
  if (positives === 0) return Number.NaN;
  const order = scores.map((_, index) => index).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  let hits = 0;
  let counted = 0;
  let sum = 0;
  for (const [place, index] of order.entries()) {
    if (positive[index]) hits += 1;
    const next = order[place + 1];
    if (next !== undefined && scores[next] === scores[index]) continue;
    sum += ((hits - counted) / positives) * (hits / (place + 1));
    counted = hits;
  }
  return sum;
}

/** Pearson's correlation; NaN where one side does not vary. */
export function pearson(a: number[], b: number[]): number {
  const meanA = a.reduce((sum, value) => sum + value, 0) / a.length;
  const meanB = b.reduce((sum, value) => sum + value, 0) / b.length;
  const covariance = a.reduce((sum, value, index) => sum + (value - meanA) * ((b[index] ?? 0) - meanB), 0);
  const spread = (values: number[], mean: number) =>
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return covariance / Math.sqrt(spread(a, meanA) * spread(b, meanB));
}
