/** A value as it stands in a row: text of the file, or a number made from it. */
export type Cell = string | number | null | undefined;
export type Cells = Record<string, Cell>;

/** How one column becomes numbers; learned on the training rows alone. */
export type Feature =
  | { kind: 'numeric'; name: string; mean: number; deviation: number; min: number; max: number }
  | { kind: 'categorical'; name: string; categories: string[] };
export type FeaturePlan = Feature[];
export type SkippedColumn = { name: string; reason: string };

/** `standard`: mean 0, deviation 1. `unit`: between 0 and 1, for algorithms that count. */
export type Scaling = 'standard' | 'unit';

/** Categories beyond the most frequent ones share the zero vector. */
const maxCategories = 20;

const numberOf = (cell: Cell): number => (cell === null || cell === undefined ? Number.NaN : Number(cell));

function numericFeature(name: string, values: number[]): Feature | SkippedColumn {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const min = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const max = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (min === max) return { name, reason: 'it has one value only' };
  return { kind: 'numeric', name, mean, deviation: Math.sqrt(variance), min, max };
}

function categoricalFeature(name: string, values: string[]): Feature | SkippedColumn {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  if (counts.size < 2) return { name, reason: 'it has one value only' };
  if (counts.size > maxCategories && counts.size > values.length / 2) {
    return { name, reason: 'nearly every row has its own value' };
  }
  const byCount = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return { kind: 'categorical', name, categories: byCount.slice(0, maxCategories).map(([value]) => value) };
}

function featureOf(name: string, rows: Cells[]): Feature | SkippedColumn {
  const present = rows.map((row) => row[name]).filter((cell) => cell !== null && cell !== undefined);
  if (present.length === 0) return { name, reason: 'it is empty' };
  const numbers = present.map(numberOf);
  return numbers.every(Number.isFinite)
    ? numericFeature(name, numbers)
    : categoricalFeature(name, present.map(String));
}

/** A column is numeric if all its values are; those that can tell nothing are skipped, with the reason. */
export function learnFeatures(
  names: string[],
  rows: Cells[],
): { plan: FeaturePlan; skipped: SkippedColumn[] } {
  const learned = names.map((name) => featureOf(name, rows));
  return {
    plan: learned.filter((feature) => 'kind' in feature),
    skipped: learned.filter((feature) => 'reason' in feature),
  };
}

function numericValue(feature: Extract<Feature, { kind: 'numeric' }>, cell: Cell, scaling: Scaling): number {
  const given = numberOf(cell);
  const value = Number.isFinite(given) ? given : feature.mean;
  if (scaling === 'standard') return (value - feature.mean) / feature.deviation;
  return Math.min(1, Math.max(0, (value - feature.min) / (feature.max - feature.min)));
}

/** One row as numbers: a missing number is the mean, a missing or unknown category all zeros. */
export const vectorOf = (plan: FeaturePlan, row: Cells, scaling: Scaling): number[] =>
  plan.flatMap((feature) =>
    feature.kind === 'numeric'
      ? [numericValue(feature, row[feature.name], scaling)]
      : feature.categories.map((category) => (String(row[feature.name]) === category ? 1 : 0)),
  );
