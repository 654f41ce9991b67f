import type { Generation } from '../call.ts';
import type { Config } from '../state/configs.ts';
import type { Frame } from './frame.ts';
import { info } from './info.ts';

export type Horizon = { periods: number; source: 'future' | 'config' };

/**
 * How many periods are to be predicted: 1.x says what the configuration says; 2.x what the future frame holds, where
 * it has a `time_period`.
 */
export function horizonOf(config: Config, future: Frame | null, generation: Generation): Horizon {
  const held = generation === 2 && future ? periodsIn(future) : null;
  return held === null
    ? { periods: config.data.prediction_periods, source: 'config' }
    : { periods: held, source: 'future' };
}

/** The most periods that a place has; null for a frame without rows or periods. */
function periodsIn({ columns, data }: Frame): number | null {
  const [time, place] = [columns.indexOf('time_period'), columns.indexOf('location')];
  if (time < 0 || data.length === 0) return null;
  const places = Map.groupBy(data, (row) => (place < 0 ? null : row[place]));
  return Math.max(...[...places.values()].map((rows) => new Set(rows.map((row) => row[time])).size));
}

/** What is wrong with a horizon, as jobs and $validate say it; null: nothing. */
export function horizonProblem({ periods, source }: Horizon, generation: Generation): string | null {
  const said = `prediction_periods (${periods}${generation === 2 ? `, from ${source}` : ''})`;
  if (periods < info.min_prediction_periods)
    return `${said} is below the minimum allowed value (${info.min_prediction_periods})`;
  if (periods > info.max_prediction_periods)
    return `${said} exceeds the maximum allowed value (${info.max_prediction_periods})`;
  return null;
}
