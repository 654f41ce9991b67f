import type { UpstreamPage } from '../../domain/paging.ts';
import type { RunFilter, RunStatus } from '../../domain/runs.ts';
import { datasetTag } from './automl-record.ts';
import type { Plane } from './connection.ts';
import { type MLflowRun, mlflowRunPage } from './wire-runs.ts';

/** What `listRuns` may be narrowed by. */
export type RunNarrowing = RunFilter & { dataset?: { name: string; version: string } | null };

/** Trials stand between what people started, so a page of 10 runs needs far more than 10. */
const pageSize = 200;

/** One page of runs of all kinds, those that began last first, with their last metrics. */
export async function searchRuns(
  mlflow: Plane,
  search: { experimentIds: string[]; filter: string; token: string | null; size?: number },
): Promise<UpstreamPage<MLflowRun>> {
  const json = {
    experiment_ids: search.experimentIds,
    filter: search.filter,
    order_by: ['attributes.start_time DESC'],
    max_results: search.size ?? pageSize,
    ...(search.token === null ? {} : { page_token: search.token }),
  };
  const request = { method: 'POST', path: '/runs/search', json, idempotent: true } as const;
  const { runs, next_page_token } = await mlflow({ ...request, schema: mlflowRunPage });
  return { items: runs ?? [], next: next_page_token || null };
}

/** The filter, and when the runs began: milliseconds since the epoch, both included. */
export const begun = (filter: string, { from, since }: { from?: number; since?: number }): string =>
  [
    filter,
    from !== undefined && `attributes.start_time <= ${from}`,
    since !== undefined && `attributes.start_time >= ${since}`,
  ]
    .filter(Boolean)
    .join(' and ');

/** MLflow's word where it means one status of ours exactly; its others are coarser. */
const mlflowStatus: Partial<Record<RunStatus, string>> = {
  COMPLETED: 'FINISHED',
  FAILED: 'FAILED',
  CANCELED: 'KILLED',
};

/**
 * What Azure's MLflow can filter: it knows no OR. A run starts after it was made, so `createdAfter` holds for its
 * start too; `createdBefore` does not.
 */
export function filterOf({ status, createdAfter, dataset }: RunNarrowing): string {
  const only = status?.length === 1 ? status[0] : undefined;
  const word = only && mlflowStatus[only];
  return [
    word && `attributes.status = '${word}'`,
    createdAfter && `attributes.start_time >= ${createdAfter.getTime()}`,
    dataset && `tags.${datasetTag} = '${dataset.name}:${dataset.version}'`,
  ]
    .filter(Boolean)
    .join(' and ');
}

/** What people started: a trial, a step or a helper names its parent. */
export const isTopLevel = ({ data }: MLflowRun): boolean =>
  !data?.tags?.some(({ key, value }) => key === 'mlflow.parentRunId' && value);
