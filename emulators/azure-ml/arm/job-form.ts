import type { JobRecord, Platform } from '../state/platform.ts';
import type { RunRecord } from '../state/runs.ts';
import { isObject } from './call.ts';
import { envelope } from './envelope.ts';

/** A job in the form of the resource provider: what was submitted, and what its run says now. */
export function renderJob(platform: Platform, job: JobRecord) {
  const run = platform.runs.get(job.name);
  if (!run) throw new Error(`job ${job.name} has no run`);
  const by = { ...job, createdAt: run.createdAt };
  const properties = { ...job.specification, ...outputsOf(job, run), ...state(platform, run) };
  return envelope(platform.workspace, `jobs/${job.name}`, { properties, by });
}

/** A helper run of a job, which the service shows as a job of its own. */
export function renderHelper(platform: Platform, run: RunRecord) {
  const by = {
    createdBy: run.createdBy,
    modifiedBy: run.createdBy,
    createdAt: run.createdAt,
    modifiedAt: run.createdAt,
  };
  const properties = { jobType: 'Command', command: '', environmentId: '', ...state(platform, run) };
  return envelope(platform.workspace, `jobs/${run.runId}`, { properties, by });
}

const state = (platform: Platform, run: RunRecord) => ({
  experimentName: run.experiment,
  displayName: run.displayName,
  description: run.description,
  status: run.status,
  tags: run.tags,
  properties: run.properties,
  isArchived: run.hidden,
  services: services(platform, run),
});

function outputsOf({ specification }: JobRecord, run: RunRecord): object {
  const outputs = isObject(specification.outputs) ? specification.outputs : {};
  const best = run.outputs.best_model;
  if (!best) return { outputs };
  const asked = isObject(outputs.best_model) ? outputs.best_model : { jobOutputType: 'mlflow_model' };
  return { outputs: { ...outputs, best_model: { ...asked, uri: best.assetId } } };
}

function services({ workspace }: Platform, run: RunRecord) {
  const service = (jobServiceType: string, endpoint: string) => ({
    jobServiceType,
    endpoint,
    port: null,
    status: null,
    errorMessage: null,
    properties: null,
  });
  const tracking = `${workspace.urls.azureml.replace(/^https?:/, 'azureml:')}/mlflow/v1.0${workspace.id}?`;
  return {
    Tracking: service('Tracking', tracking),
    Studio: service('Studio', `https://ml.azure.com/runs/${run.runId}?wsid=${workspace.id}`),
  };
}
