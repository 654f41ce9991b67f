import type { AutoMLTask, TrialProgress } from '../../domain/runs.ts';
import { chunkedList, toNumber } from './values.ts';
import type { RunRecord } from './wire-runs.ts';

/** Tag that this gateway writes on a job: `name:version` of the training data. */
export const datasetTag = 'mlgraph.dataset';
/** Property (immutable) that this gateway writes on a job: hash of what the caller asked for. */
export const contentHashProperty = 'mlgraph.contentHash';

/** What AutoML keeps about itself in the tags and properties of the parent run (contract section 8). */
export type AutoMLFacts = {
  task: AutoMLTask | null;
  targetColumn: string | null;
  primaryMetric: string | null;
  dataset: { name: string; version: string } | null;
  progress: TrialProgress;
};

export function automlFacts(record: RunRecord): AutoMLFacts {
  const properties = record.properties ?? {};
  const settings = jsonObject(properties.AMLSettingsJsonString);
  const primaryMetric = properties.primary_metric ?? stringOf(settings.primary_metric);
  return {
    task: taskOf(stringOf(settings.task_type) ?? properties.task_type, settings.is_timeseries === true),
    targetColumn: properties.target ?? stringOf(settings.label_column_name),
    primaryMetric,
    dataset: datasetOf(record),
    progress: progressOf(record, lowerIsBetter(stringOf(settings.metric_operation), primaryMetric)),
  };
}

/** The tabular tasks; AutoML's own settings call forecasting a regression over a time series. */
export function taskOf(word: string | null | undefined, timeSeries = false): AutoMLTask | null {
  const task = word?.toLowerCase();
  if (task === 'classification') return 'CLASSIFICATION';
  if (task === 'forecasting') return 'FORECASTING';
  if (task === 'regression') return timeSeries ? 'FORECASTING' : 'REGRESSION';
  return null;
}

/** Without the operation, errors and losses are minimised and every other metric maximised. */
export const lowerIsBetter = (operation: string | null, metric: string | null): boolean =>
  operation ? operation.toLowerCase() === 'minimize' : /error|loss/i.test(metric ?? '');

function progressOf(record: RunRecord, lower: boolean): TrialProgress {
  const { tags, properties } = record;
  const iterations = chunkedList(tags, 'iteration');
  const scores = chunkedList(tags, 'score').map(toNumber);
  const best = bestIndex(scores, lower);
  const bestIteration = best === null ? undefined : iterations[best];
  return {
    completedTrials: iterations.length,
    totalTrials: toNumber(properties?.num_iterations),
    bestScore: best === null ? null : (scores[best] ?? null),
    bestTrial: tags?.automl_best_child_run_id || (bestIteration ? `${record.runId}_${bestIteration}` : null),
  };
}

function bestIndex(scores: (number | null)[], lower: boolean): number | null {
  let best: number | null = null;
  for (const [index, score] of scores.entries()) {
    const leader = best === null ? null : (scores[best] ?? null);
    if (score !== null && (leader === null || (lower ? score < leader : score > leader))) best = index;
  }
  return best;
}

/** The training data: as tagged here, else the first data asset among the run's inputs or AutoML's own settings. */
export function datasetOf({ tags, inputs, properties }: RunRecord): AutoMLFacts['dataset'] {
  const tagged = /^(.+):([^:]+)$/.exec(tags?.[datasetTag] ?? '');
  if (tagged?.[1] && tagged[2]) return { name: tagged[1], version: tagged[2] };
  const assets = Object.values(inputs ?? {}).map((input) => input?.assetId ?? '');
  for (const text of [...assets, properties?.mltable_data_json ?? '']) {
    const asset = /\/data\/([A-Za-z0-9._-]+)\/versions\/([A-Za-z0-9._-]+)/.exec(text);
    if (asset?.[1] && asset[2]) return { name: asset[1], version: asset[2] };
  }
  return null;
}

function jsonObject(text: string | null | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const stringOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
