/** The value below which that share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/**
 * Milliseconds by which each word of one stream came later than its turn. The turns are `paceMs` apart; when the first
 * was is told by the word that came soonest after its own.
 */
export function lateness(arrivals: readonly number[], paceMs: number): number[] {
  const offsets = arrivals.map((at, index) => at - index * paceMs);
  const soonest = offsets.reduce((least, offset) => Math.min(least, offset), Number.POSITIVE_INFINITY);
  return offsets.map((offset) => offset - soonest);
}

export const ms = (value: number) => `${value.toFixed(1)} ms`;
