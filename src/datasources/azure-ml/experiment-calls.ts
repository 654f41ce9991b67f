import type { UpstreamPage } from '../../domain/paging.ts';
import { orNull, type Plane } from './connection.ts';
import {
  type MLflowExperiment,
  mlflowExperimentAnswer,
  mlflowExperimentPage,
  mlflowRunPage,
} from './wire-runs.ts';

const scanPageSize = 1_000;
const scanPages = 5;

export const isActive = ({ lifecycle_stage }: MLflowExperiment): boolean => lifecycle_stage !== 'deleted';

export async function searchExperiments(
  mlflow: Plane,
  token: string | null,
  size: number,
): Promise<UpstreamPage<MLflowExperiment>> {
  const json = { max_results: size, ...(token === null ? {} : { page_token: token }) };
  const request = { method: 'POST', path: '/experiments/search', json, idempotent: true } as const;
  const { experiments, next_page_token } = await mlflow({ ...request, schema: mlflowExperimentPage });
  return { items: experiments ?? [], next: next_page_token || null };
}

/** Of the whole workspace; at most 5,000. */
export async function allExperiments(mlflow: Plane): Promise<MLflowExperiment[]> {
  const found: MLflowExperiment[] = [];
  let token: string | null = null;
  for (let page = 0; page < scanPages; page++) {
    const { items, next } = await searchExperiments(mlflow, token, scanPageSize);
    found.push(...items.filter(isActive));
    if (next === null) break;
    token = next;
  }
  return found;
}

export async function experimentByName(mlflow: Plane, name: string): Promise<MLflowExperiment | null> {
  const request = {
    method: 'GET',
    path: '/experiments/get-by-name',
    query: { experiment_name: name },
  } as const;
  return (await orNull(mlflow({ ...request, schema: mlflowExperimentAnswer })))?.experiment ?? null;
}

/** Start of an experiment's newest run, trials included; null where it has none. */
export async function newestRunAt(mlflow: Plane, experimentId: string): Promise<Date | null> {
  const json = {
    experiment_ids: [experimentId],
    order_by: ['attributes.start_time DESC'],
    max_results: 1,
  };
  const request = { method: 'POST', path: '/runs/search', json, idempotent: true } as const;
  const { runs } = await mlflow({ ...request, schema: mlflowRunPage });
  const startedAt = runs?.[0]?.info.start_time;
  return startedAt == null ? null : new Date(startedAt);
}
