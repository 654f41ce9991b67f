import type { PlaneRoute } from '../data-plane/call.ts';
import { createExperiment, getByName, getExperiment, searchExperiments } from './experiments.ts';
import {
  createRun,
  getRun,
  listArtifacts,
  logBatch,
  logMetric,
  logParameter,
  metricHistory,
  setTag,
  updateRun,
} from './runs.ts';
import { searchRuns } from './search.ts';

const route = (method: string, path: string, action: string, handle: PlaneRoute['handle']): PlaneRoute => ({
  method,
  path: `api/2.0/mlflow/${path}`,
  action: `experiments/${action}`,
  handle,
});

/** The MLflow tracking calls that the service has; `logged-models` is not among them. */
export const mlflowRoutes: readonly PlaneRoute[] = [
  route('GET', 'experiments/get-by-name', 'read', getByName),
  route('GET', 'experiments/get', 'read', getExperiment),
  route('GET', 'experiments/search', 'read', searchExperiments),
  route('POST', 'experiments/search', 'read', searchExperiments),
  route('POST', 'experiments/create', 'write', createExperiment),
  route('GET', 'runs/get', 'runs/read', getRun),
  route('POST', 'runs/search', 'runs/read', searchRuns),
  route('POST', 'runs/create', 'runs/write', createRun),
  route('POST', 'runs/update', 'runs/write', updateRun),
  route('POST', 'runs/log-metric', 'runs/write', logMetric),
  route('POST', 'runs/log-parameter', 'runs/write', logParameter),
  route('POST', 'runs/log-batch', 'runs/write', logBatch),
  route('POST', 'runs/set-tag', 'runs/write', setTag),
  route('GET', 'metrics/get-history', 'runs/read', metricHistory),
  route('GET', 'artifacts/list', 'runs/read', listArtifacts),
];
