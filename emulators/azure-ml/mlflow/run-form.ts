import type { Platform } from '../state/platform.ts';
import type { RunRecord, RunStatus } from '../state/runs.ts';

const coarse: Record<RunStatus, string> = {
  NotStarted: 'SCHEDULED',
  Preparing: 'SCHEDULED',
  Queued: 'SCHEDULED',
  Running: 'RUNNING',
  Finalizing: 'RUNNING',
  CancelRequested: 'RUNNING',
  Completed: 'FINISHED',
  Failed: 'FAILED',
  Canceled: 'KILLED',
};
export const coarseStatus = (run: RunRecord): string => coarse[run.status];

/** A run in the form of MLflow: coarser status, times in milliseconds, last values of its metrics. */
export function renderMlflowRun(platform: Platform, run: RunRecord) {
  const { runs, workspace } = platform;
  const experimentId = runs.experiments.get(run.experiment)?.experimentId;
  const metrics = Object.entries(runs.metrics(run.runId)).map(([key, points]) => metric(key, points.at(-1)));
  return {
    info: {
      run_id: run.runId,
      run_uuid: run.runId,
      run_name: run.displayName ?? run.runId,
      experiment_id: experimentId,
      user_id: run.createdBy.name,
      status: coarseStatus(run),
      start_time: run.startedAt ?? run.createdAt,
      ...(run.endedAt === null ? {} : { end_time: run.endedAt }),
      artifact_uri: `${workspace.urls.azureml.replace(/^https?:/, 'azureml:')}/mlflow/v2.0${workspace.id}/experiments/${experimentId}/runs/${run.runId}/artifacts`,
      lifecycle_stage: run.hidden ? 'deleted' : 'active',
    },
    data: { metrics, params: pairs(run.parameters), tags: pairs(mlflowTags(run)) },
    inputs: {},
  };
}

export const metric = (key: string, point?: { value: number | null; step: number; at: number }) => ({
  key,
  value: point?.value ?? 'NaN',
  timestamp: point?.at ?? 0,
  step: point?.step ?? 0,
});

/** The run's own tags and those that MLflow gives every run. */
export function mlflowTags(run: RunRecord): Record<string, string> {
  return {
    ...run.tags,
    'mlflow.runName': run.displayName ?? run.runId,
    'mlflow.user': run.createdBy.name,
    'mlflow.rootRunId': run.rootRunId,
    ...(run.parentRunId === null ? {} : { 'mlflow.parentRunId': run.parentRunId }),
  };
}

const pairs = (map: Record<string, string>) => Object.entries(map).map(([key, value]) => ({ key, value }));
