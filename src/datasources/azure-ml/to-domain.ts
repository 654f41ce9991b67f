import { encodeId } from '../../domain/ids.ts';
import {
  type AutoMLRun,
  type AzureRun,
  isFinal,
  type Metric,
  type MetricPoint,
  type RunError,
  type RunStatus,
} from '../../domain/runs.ts';
import { automlFacts, taskOf } from './automl-record.ts';
import { metricName } from './metric-names.ts';
import { jobTypeOf, kindOf, parentOf } from './run-kind.ts';
import { toDate, toMilliseconds, toNumber, toTags } from './values.ts';
import type { Job } from './wire.ts';
import type { MLflowMetric, RunRecord } from './wire-runs.ts';

/** The status words of contract section 6; `Scheduled` is seen in examples. An unknown word is UNKNOWN. */
const statuses = new Map<string, RunStatus>([
  ['notstarted', 'PENDING'],
  ['queued', 'PENDING'],
  ['scheduled', 'PENDING'],
  ['starting', 'PREPARING'],
  ['provisioning', 'PREPARING'],
  ['preparing', 'PREPARING'],
  ['running', 'RUNNING'],
  ['finalizing', 'FINALIZING'],
  ['paused', 'PAUSED'],
  ['cancelrequested', 'CANCELING'],
  ['completed', 'COMPLETED'],
  ['failed', 'FAILED'],
  ['canceled', 'CANCELED'],
  ['notresponding', 'UNRESPONSIVE'],
]);
export const toStatus = (word: string): RunStatus => statuses.get(word.toLowerCase()) ?? 'UNKNOWN';

/** What mapping needs beside the record: where the ids live, and the name of the experiment, which it lacks. */
export type RunSurroundings = { home: string; experiment: string | null };

export const runId = (home: string, name: string): string =>
  encodeId({ concept: 'Run', provider: 'AZURE_ML', home, key: [name] });

export function toRun(record: RunRecord, { home, experiment }: RunSurroundings): AzureRun {
  const base = baseOf(record, home);
  switch (kindOf(record)) {
    case 'AUTOML':
      return { ...base, kind: 'AUTOML', experiment, ...automlFacts(record) };
    case 'TRIAL':
      return { ...base, kind: 'TRIAL', parent: parentOf(record), ...trialFacts(record) };
    case 'JOB':
      return { ...base, kind: 'JOB', experiment, jobType: jobTypeOf(record) };
  }
}

function baseOf(record: RunRecord, home: string) {
  const status = toStatus(record.status);
  const startedAt = toDate(record.startTimeUtc);
  return {
    id: runId(home, record.runId),
    provider: 'AZURE_ML' as const,
    name: record.runId,
    displayName: record.displayName ?? null,
    status,
    rawStatus: record.status,
    createdAt: toDate(record.createdUtc),
    startedAt,
    finishedAt: toDate(record.endTimeUtc) ?? endOf(status, startedAt, record.duration),
    createdBy: record.createdBy?.userName ?? record.createdBy?.upn ?? null,
    tags: toTags(record.tags),
    error: toError(record),
  };
}

/** A finished run without an end time still says how long it took. */
function endOf(status: RunStatus, startedAt: Date | null, duration: string | null | undefined): Date | null {
  const took = toMilliseconds(duration);
  return isFinal(status) && startedAt && took !== null ? new Date(startedAt.getTime() + took) : null;
}

/**
 * The useful code is the innermost one: the outer says UserError or ServiceError (contract section 2). The text may
 * quote a storage address with its signature, which would let anybody in.
 */
function toError(record: RunRecord): RunError | null {
  const error = record.error?.error;
  if (!error?.message) return null;
  let code = error.code ?? null;
  for (let inner = error.innerError; inner; inner = inner.innerError) code = inner.code ?? code;
  return { code, message: error.message.replace(/\bsig=[^&\s'"]+/gi, 'sig=…') };
}

/** Older trials tag what newer ones hold as properties (contract section 8). */
function trialFacts({ properties, tags }: RunRecord) {
  return {
    algorithm: properties?.run_algorithm || tags?.run_algorithm || null,
    score: toNumber(properties?.score || tags?.score),
  };
}

/** An AutoML run as ARM answers its creation: history may not know it yet. */
export function jobToRun(job: Job, home: string): AutoMLRun {
  const { properties, systemData } = job;
  const { taskDetails } = properties;
  const record: RunRecord = {
    runId: job.name,
    status: properties.status ?? 'NotStarted',
    createdUtc: systemData?.createdAt,
    displayName: properties.displayName,
    tags: properties.tags,
    properties: properties.properties,
    createdBy: { userName: systemData?.createdBy },
  };
  const facts = automlFacts(record);
  return {
    ...baseOf(record, home),
    kind: 'AUTOML',
    experiment: properties.experimentName ?? null,
    ...facts,
    task: taskOf(taskDetails?.taskType),
    targetColumn: taskDetails?.targetColumnName ?? null,
    primaryMetric: metricName(taskDetails?.primaryMetric ?? null),
    progress: { ...facts.progress, totalTrials: taskDetails?.limitSettings?.maxTrials ?? null },
  };
}

export const toMetrics = (metrics: readonly MLflowMetric[] | null | undefined): Metric[] =>
  (metrics ?? []).map(({ key, value }) => ({ name: key, value: toNumber(value) }));

export const toPoints = (metrics: readonly MLflowMetric[] | null | undefined): MetricPoint[] =>
  (metrics ?? []).map(({ step, value, timestamp }) => ({
    step: step ?? 0,
    value: toNumber(value),
    at: new Date(timestamp ?? 0),
  }));
