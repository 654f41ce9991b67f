import { randomUUID } from 'node:crypto';
import type { Principal } from '../access.ts';
import type { Collection, Store } from './store.ts';
import { guidFor } from './workspace.ts';

export const finalStatuses = new Set(['Completed', 'Failed', 'Canceled']);
export type RunStatus =
  | 'NotStarted'
  | 'Preparing'
  | 'Queued'
  | 'Running'
  | 'Finalizing'
  | 'CancelRequested'
  | 'Completed'
  | 'Failed'
  | 'Canceled';
export type Creator = Pick<Principal, 'name' | 'objectId' | 'tenantId' | 'clientName' | 'kind'>;
/** `code` says whose fault it was, `inner` what it was. */
export type RunFailure = { code: 'UserError' | 'ServiceError'; inner: string; message: string };

/** A run as run history keeps it; jobs, trials and MLflow runs are all runs. Times in milliseconds since the epoch. */
export type RunRecord = {
  runId: string;
  runUuid: string;
  runNumber: number;
  parentRunId: string | null;
  rootRunId: string;
  experiment: string;
  status: RunStatus;
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
  displayName: string | null;
  description: string | null;
  hidden: boolean;
  tags: Record<string, string>;
  properties: Record<string, string>;
  parameters: Record<string, string>;
  target: string | null;
  traits: string[];
  createdBy: Creator;
  error: RunFailure | null;
  warnings: string[];
  outputs: Record<string, { assetId: string; type: string }>;
  inputs: Record<string, { assetId: string; type: string }>;
  /** Paths of its log files among its artifacts. */
  logFiles: string[];
  primaryMetric: string | null;
  revision: number;
};

export type ExperimentRecord = {
  name: string;
  experimentId: string;
  createdAt: number;
  tags: Record<string, string>;
};
export type MetricPoint = { value: number | null; step: number; at: number };
export type NewRun = Pick<RunRecord, 'runId' | 'experiment' | 'createdBy'> & Partial<RunRecord>;

/** Runs, their metrics and the experiments that group them. */
export type RunBook = {
  get(runId: string): RunRecord | undefined;
  all(): RunRecord[];
  /** Direct children, oldest first. */
  children(runId: string): RunRecord[];
  /** Creates the experiment too, if it is the first run of that name. */
  create(run: NewRun): RunRecord;
  /** Changes a run that still exists, unless it is final and the status would change. */
  update(runId: string, change: Partial<RunRecord>): void;
  /** Adds to the tags; those given replace those of the same name. */
  tag(runId: string, tags: Record<string, string>): void;
  /** With all its descendants. */
  remove(runId: string): void;
  metrics(runId: string): Record<string, MetricPoint[]>;
  logMetric(runId: string, name: string, point: MetricPoint): void;
  experiments: Collection<ExperimentRecord>;
  ensureExperiment(name: string): ExperimentRecord;
};

export function openRunBook(store: Store, now: () => number): RunBook {
  const runs = store.collection<RunRecord>('run');
  const metrics = store.collection<Record<string, MetricPoint[]>>('metrics');
  const experiments = store.collection<ExperimentRecord>('experiment');
  let lastNumber = Math.max(0, ...[...runs.values()].map((run) => run.runNumber));
  const ensureExperiment = (name: string) =>
    experiments.get(name) ??
    experiments.put(name, { name, experimentId: guidFor(`experiment ${name}`), createdAt: now(), tags: {} });
  const children = (runId: string) =>
    [...runs.values()].filter((run) => run.parentRunId === runId).sort((a, b) => a.runNumber - b.runNumber);
  const remove = (runId: string) => {
    for (const child of children(runId)) remove(child.runId);
    runs.delete(runId);
    metrics.delete(runId);
  };
  const update = (runId: string, change: Partial<RunRecord>) => {
    const run = runs.get(runId);
    if (!run) return;
    const status = finalStatuses.has(run.status) ? run.status : (change.status ?? run.status);
    runs.put(runId, { ...run, ...change, status, revision: run.revision + 1 });
  };
  return {
    get: (runId) => runs.get(runId),
    all: () => [...runs.values()],
    children,
    create: (run) => {
      ensureExperiment(run.experiment);
      lastNumber += 1;
      return runs.put(run.runId, { ...blankRun(run.runId, now()), ...run, runNumber: lastNumber });
    },
    update,
    tag: (runId, tags) => update(runId, { tags: { ...runs.get(runId)?.tags, ...tags } }),
    remove,
    metrics: (runId) => metrics.get(runId) ?? {},
    logMetric: (runId, name, point) => {
      const known = metrics.get(runId) ?? {};
      metrics.put(runId, { ...known, [name]: [...(known[name] ?? []), point] });
    },
    experiments,
    ensureExperiment,
  };
}

const blankRun = (
  runId: string,
  createdAt: number,
): Omit<RunRecord, 'experiment' | 'createdBy' | 'runNumber'> => ({
  runId,
  runUuid: randomUUID(),
  parentRunId: null,
  rootRunId: runId,
  status: 'NotStarted',
  createdAt,
  startedAt: null,
  endedAt: null,
  displayName: null,
  description: null,
  hidden: false,
  tags: {},
  properties: {},
  parameters: {},
  target: null,
  traits: [],
  error: null,
  warnings: [],
  outputs: {},
  inputs: {},
  logFiles: [],
  primaryMetric: null,
  revision: 1,
});
