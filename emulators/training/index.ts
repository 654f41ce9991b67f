import type { Row } from './job.ts';
import { type Scored, type StoredModel, scoreRows } from './model.ts';

export { algorithmsFor } from './algorithms.ts';
export {
  type ForecastingSettings,
  type HeldOut,
  TrainingError,
  type TrainingErrorCode,
  type TrainingEvent,
  type TrainingJob,
  type TrainingTable,
  type TrainingTask,
} from './job.ts';
export { isMaximised, primaryMetricKey } from './metric-names.ts';
export { startTraining } from './start-training.ts';

const rowOf = (row: Record<string, unknown>): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value === null || value === undefined || value === '' ? null : String(value),
    ]),
  );

/** Scores rows by a stored model: labels or numbers, and for labels each class's probability. */
export function scoreWith(
  model: unknown,
  rows: Record<string, unknown>[],
): Scored & { classes: string[] | null } {
  const stored = model as StoredModel;
  return { ...scoreRows(stored, rows.map(rowOf)), classes: stored.classes };
}

/** What a stored model says of each row: its label, or a number. Loads the model's library when first called. */
export const predict = (model: unknown, rows: Record<string, unknown>[]): unknown[] =>
  scoreWith(model, rows).predicted;
