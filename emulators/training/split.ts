import { type ForecastingSettings, type Row, TrainingError } from './job.ts';
import { type Random, shuffled } from './random.ts';
import { seriesKey, timeOf } from './series.ts';

/** Row indices a model is fitted to, and those it is scored on. */
export type Fold = { train: number[]; heldOut: number[] };

/** The share of rows held out where the job says nothing else. */
const heldOutShare = 0.2;

const indicesOf = (rows: Row[]): number[] => rows.map((_, index) => index);

/** Rows grouped by a label, each group shuffled; groups in order of their first row. */
function groups(rows: Row[], labelOf: (row: Row) => string, random: Random): number[][] {
  const byLabel = Map.groupBy(indicesOf(rows), (index) => labelOf(rows[index] as Row));
  return [...byLabel.values()].map((group) => shuffled(group, random));
}

const without = (all: number[], taken: number[]): number[] => {
  const left = new Set(taken);
  return all.filter((index) => !left.has(index));
};

/** One fold: a fifth of each group is held out, and at least one row stays to train on. */
export function holdOut(rows: Row[], labelOf: (row: Row) => string, random: Random): Fold[] {
  const heldOut = groups(rows, labelOf, random)
    .flatMap((group) =>
      group.slice(0, Math.min(group.length - 1, Math.max(1, Math.round(group.length * heldOutShare)))),
    )
    .sort((a, b) => a - b);
  return [{ train: without(indicesOf(rows), heldOut), heldOut }];
}

/** `count` folds that share the rows, each group dealt out evenly. */
export function crossFolds(
  rows: Row[],
  count: number,
  labelOf: (row: Row) => string,
  random: Random,
): Fold[] {
  const dealt = groups(rows, labelOf, random).flat();
  return Array.from({ length: count }, (_, fold) => {
    const heldOut = dealt.filter((_row, place) => place % count === fold).sort((a, b) => a - b);
    return { train: without(indicesOf(rows), heldOut), heldOut };
  });
}

/** Each series' row indices in order of time. Throws TrainingError for a time that stands twice in a series. */
export function seriesOf(
  rows: Row[],
  { timeColumn, timeSeriesIdColumns }: ForecastingSettings,
): Map<string, number[]> {
  const at = (index: number) => timeOf(rows[index]?.[timeColumn]);
  const series = Map.groupBy(indicesOf(rows), (index) => seriesKey(timeSeriesIdColumns, rows[index] as Row));
  for (const [key, indices] of series) {
    indices.sort((a, b) => at(a) - at(b));
    const twice = indices.find((index, place) => place > 0 && at(index) === at(indices[place - 1] as number));
    if (twice === undefined) continue;
    const where =
      timeSeriesIdColumns.length > 0 ? ` in series ${key}` : '; name the columns that tell series apart';
    throw new TrainingError('BadTime', `Time ${rows[twice]?.[timeColumn]} stands twice${where}.`);
  }
  return series;
}

/**
 * The last `horizon` time points of every series, after `count - 1` earlier origins, each forecast from what was known
 * before it (rolling origin). Series too short for all of them are left out.
 */
export function rollingFolds(series: Iterable<number[]>, horizon: number, count: number): Fold[] {
  const long = [...series].filter((indices) => indices.length > horizon * (count + 1));
  return Array.from({ length: long.length === 0 ? 0 : count }, (_, fold) => {
    const back = (count - fold) * horizon;
    return {
      train: long.flatMap((indices) => indices.slice(0, -back)),
      heldOut: long.flatMap((indices) => indices.slice(-back, indices.length - back + horizon)),
    };
  });
}
