import { codeOf } from '../../domain/errors.ts';
import type { UpstreamPage } from '../../domain/paging.ts';
import type { Metric, MetricPoint } from '../../domain/runs.ts';
import { orNotFound, type Plane } from './connection.ts';
import { searchRuns } from './run-search.ts';
import { toMetrics, toPoints } from './to-domain.ts';
import { type MLflowRun, mlflowHistory, mlflowRunAnswer } from './wire-runs.ts';

const searchSize = 500;
const searchPages = 4;
const seriesSize = 1_000;
const seriesPages = 25;

/**
 * Metrics of the runs that `filter` finds, until `names` are all there or four pages are read. Nothing where the
 * service refuses the filter: it is not documented which attributes it can filter by.
 */
export async function metricsByRun(
  mlflow: Plane,
  search: { experimentIds: string[]; filter: string; names: string[] },
): Promise<Map<string, Metric[]>> {
  const found = new Map<string, Metric[]>();
  if (search.experimentIds.length === 0) return found;
  let token: string | null = null;
  for (let page = 0; page < searchPages; page++) {
    const asked = { ...search, token, size: searchSize };
    const answer: UpstreamPage<MLflowRun> = await searchRuns(mlflow, asked).catch(refused);
    for (const { info, data } of answer.items) found.set(info.run_id, toMetrics(data?.metrics));
    token = answer.next;
    if (token === null || search.names.every((name) => found.has(name))) break;
  }
  return found;
}

function refused(error: unknown) {
  if (codeOf(error) === 'BAD_USER_INPUT') return { items: [], next: null };
  throw error;
}

export async function metricsOfRun(mlflow: Plane, runName: string): Promise<Metric[]> {
  const request = { method: 'GET', path: '/runs/get', query: { run_id: runName } } as const;
  const answer = mlflow({ ...request, schema: mlflowRunAnswer });
  const { run } = await orNotFound(answer, `There is no run "${runName}" in this workspace.`);
  return toMetrics(run.data?.metrics);
}

export async function metricSeries(mlflow: Plane, runName: string, metric: string): Promise<MetricPoint[]> {
  const points: MetricPoint[] = [];
  let token: string | null = null;
  for (let page = 0; page < seriesPages; page++) {
    const answer = await seriesPage(mlflow, runName, metric, token);
    points.push(...toPoints(answer.metrics));
    token = answer.next_page_token || null;
    if (token === null) break;
  }
  return points;
}

function seriesPage(mlflow: Plane, runName: string, metric: string, token: string | null) {
  const query = {
    run_id: runName,
    metric_key: metric,
    max_results: seriesSize,
    page_token: token ?? undefined,
  };
  const answer = mlflow({ method: 'GET', path: '/metrics/get-history', query, schema: mlflowHistory });
  return orNotFound(answer, `There is no run "${runName}" in this workspace.`);
}
