import type { Baseline } from './algorithms.ts';
import type { Cells } from './features.ts';
import { type ForecastingSettings, type Row, TrainingError } from './job.ts';

type Series = { times: number[]; values: number[] };

/** What a forecast needs of the past: every series' known values in order of time. */
export type SeriesMemory = ForecastingSettings & {
  targetColumn: string;
  calendar: boolean;
  /** The usual distance of two time points, in the time column's unit (dates: milliseconds). */
  interval: number;
  /** Time points after which the pattern repeats; 1: none known. */
  season: number;
  byKey: Record<string, Series>;
};

const day = 86_400_000;
const hasZone = /(Z|[+-]\d\d:?\d\d)$/i;

/** A number as it is, a date as UTC milliseconds whatever this machine's zone; NaN for anything else. */
export function timeOf(text: string | null | undefined): number {
  if (!text) return Number.NaN;
  const number = Number(text);
  if (!Number.isNaN(number)) return number;
  if (hasZone.test(text) || /^\d{4}-\d\d(-\d\d)?$/.test(text)) return Date.parse(text);
  const utc = Date.parse(`${text}Z`);
  return Number.isNaN(utc) ? Date.parse(`${text} UTC`) : utc;
}

/** Which series a row belongs to. */
export const seriesKey = (idColumns: string[], row: Row): string =>
  JSON.stringify(idColumns.map((column) => row[column] ?? null));

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 1;

/** Hours repeat by the day, days by the week, weeks, months and quarters by the year. */
function seasonOf(interval: number, calendar: boolean): number {
  if (!calendar) return 1;
  const seasons: [longest: number, season: number][] = [
    [day / 24, 24],
    [day, 7],
    [7 * day, 52],
    [31 * day, 12],
    [92 * day, 4],
  ];
  return seasons.find(([longest]) => interval <= longest && interval >= longest * 0.9)?.[1] ?? 1;
}

function remember(byKey: Record<string, Series>, key: string, time: number, value: number): void {
  byKey[key] ??= { times: [], values: [] };
  byKey[key].times.push(time);
  byKey[key].values.push(value);
}

/** Learns the series of the rows, which are in order of time. */
export function learnSeries(settings: ForecastingSettings, targetColumn: string, rows: Row[]): SeriesMemory {
  const byKey: Record<string, Series> = {};
  for (const row of rows) {
    const time = timeOf(row[settings.timeColumn]);
    remember(byKey, seriesKey(settings.timeSeriesIdColumns, row), time, Number(row[targetColumn]));
  }
  const steps = Object.values(byKey).flatMap(({ times }) =>
    times.slice(1).map((time, i) => time - (times[i] ?? 0)),
  );
  const calendar = rows.some((row) => Number.isNaN(Number(row[settings.timeColumn])));
  const interval = median(steps);
  return { ...settings, targetColumn, calendar, interval, season: seasonOf(interval, calendar), byKey };
}

type Place = { series: Series; time: number; position: number };

/** Where a row stands in its series: a known time point, or so many intervals behind the last one. */
function placeOf(memory: SeriesMemory, row: Row): Place {
  const key = seriesKey(memory.timeSeriesIdColumns, row);
  const series = memory.byKey[key];
  if (!series) throw new TrainingError('TooFewRows', `The model knows no series ${key}.`);
  const time = timeOf(row[memory.timeColumn]);
  if (Number.isNaN(time)) throw new TrainingError('BadTime', `A row has no time in ${memory.timeColumn}.`);
  const known = series.times.indexOf(time);
  const last = series.times.length - 1;
  const ahead = Math.max(1, Math.round((time - (series.times[last] ?? time)) / memory.interval));
  return { series, time, position: known >= 0 ? known : last + ahead };
}

/** Behind the horizon the newest values are not known yet: the last known one stands for them. */
const valueAt = ({ values }: Series, position: number): number | null =>
  position < 0 ? null : (values[Math.min(position, values.length - 1)] ?? null);

function calendarCells(time: number): Cells {
  const date = new Date(time);
  return {
    month: `month ${date.getUTCMonth() + 1}`,
    weekday: `weekday ${date.getUTCDay()}`,
    hour: `hour ${date.getUTCHours()}`,
    dayOfMonth: date.getUTCDate(),
  };
}

/** The newest values a forecast of the whole horizon can know: one horizon back, its season, and their mean. */
function lagCells({ horizon, season }: SeriesMemory, { series, position }: Place): Cells {
  const seasonalLag = Math.ceil(horizon / season) * season;
  const window = Array.from({ length: Math.max(season, 3) }, (_, i) =>
    valueAt(series, position - horizon - i),
  );
  const known = window.filter((value) => value !== null);
  return {
    [`lag ${horizon}`]: window[0],
    [`lag ${horizon + 1}`]: window[1],
    [`seasonal lag ${seasonalLag}`]: season > 1 ? valueAt(series, position - seasonalLag) : null,
    'rolling mean': known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null,
  };
}

/** A row with what its time tells instead of the time: calendar, trend and lags. The target is not among them. */
export function seriesCells(memory: SeriesMemory, row: Row): Cells {
  const place = placeOf(memory, row);
  const { [memory.timeColumn]: _time, [memory.targetColumn]: _target, ...others } = row;
  const calendar = memory.calendar ? calendarCells(place.time) : {};
  return { ...others, ...calendar, trend: place.position, ...lagCells(memory, place) };
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A forecast by the series alone. Without a whole season known, the seasonal ones are the plain ones. */
export function baselineForecast(baseline: Baseline, memory: SeriesMemory, row: Row): number {
  const { series, position } = placeOf(memory, row);
  const { values } = series;
  const season = values.length >= memory.season ? memory.season : 1;
  if (baseline === 'Average') return mean(values);
  if (baseline === 'SeasonalAverage') {
    return mean(season > 1 ? values.filter((_, index) => (position - index) % season === 0) : values);
  }
  const back = baseline === 'SeasonalNaive' ? season : 1;
  const seasons = Math.max(1, Math.ceil((position - values.length + 1) / back));
  return values[position - seasons * back] ?? values[0] ?? Number.NaN;
}
