import { randomUUID } from 'node:crypto';
import { creatorOf } from '../arm/call.ts';
import { jsonBody, type PlaneCall, type PlaneRoute, slicePage } from '../data-plane/call.ts';
import { artifactsOf } from '../jobs/artifacts.ts';
import type { RunRecord, RunStatus } from '../state/runs.ts';
import { mlflowInvalid, mlflowMissing } from './errors.ts';
import { metric, renderMlflowRun } from './run-form.ts';
import { sizeOf } from './search.ts';

type Handler = PlaneRoute['handle'];
type Body = Record<string, unknown>;
type Pair = { key: string; value: string };

function find({ platform }: PlaneCall, runId: unknown): RunRecord {
  const run = platform.runs.get(String(runId));
  if (!run) throw mlflowMissing(`Run with id=${runId} was not found`);
  return run;
}

const answer = (call: PlaneCall, runId: string) => ({
  status: 200,
  body: { run: renderMlflowRun(call.platform, find(call, runId)) },
});

export const getRun: Handler = (call) =>
  answer(call, String(call.query.get('run_id') ?? call.query.get('run_uuid')));

export const createRun: Handler = async (call) => {
  const body = await jsonBody(call);
  const { runs, now } = call.platform;
  const experiment = [...runs.experiments.values()].find(
    ({ experimentId }) => experimentId === body.experiment_id,
  );
  if (!experiment) throw mlflowMissing(`Could not find experiment with id '${body.experiment_id}'`);
  const tags = mapOf(body.tags);
  const parent = tags['mlflow.parentRunId'] ? find(call, tags['mlflow.parentRunId']) : null;
  const runId = randomUUID();
  runs.create({
    runId,
    experiment: experiment.name,
    createdBy: creatorOf(call.principal),
    parentRunId: parent?.runId ?? null,
    rootRunId: parent?.rootRunId ?? runId,
    status: 'Running',
    startedAt: Number(body.start_time) || now(),
    displayName: String(body.run_name ?? tags['mlflow.runName'] ?? runId),
    tags,
    traits: ['mlflow'],
  });
  return answer(call, runId);
};

const statuses: Record<string, RunStatus> = {
  SCHEDULED: 'Queued',
  RUNNING: 'Running',
  FINISHED: 'Completed',
  FAILED: 'Failed',
  KILLED: 'Canceled',
};

export const updateRun: Handler = async (call) => {
  const { run_id, status, end_time, run_name } = await jsonBody(call);
  const run = find(call, run_id);
  const next = status === undefined ? run.status : statuses[String(status)];
  if (!next) throw mlflowInvalid(`Invalid status '${status}'.`);
  call.platform.runs.update(run.runId, {
    status: next,
    endedAt: Number(end_time) || run.endedAt,
    displayName: typeof run_name === 'string' && run_name ? run_name : run.displayName,
  });
  return { status: 200, body: { run_info: renderMlflowRun(call.platform, find(call, run_id)).info } };
};

export const logMetric: Handler = async (call) => {
  const body = await jsonBody(call);
  addMetric(call, find(call, body.run_id).runId, body);
  return { status: 200, body: {} };
};

export const logParameter: Handler = async (call) => {
  const { run_id, key, value } = await jsonBody(call);
  addParameters(call, find(call, run_id), { [String(key)]: String(value) });
  return { status: 200, body: {} };
};

export const setTag: Handler = async (call) => {
  const { run_id, key, value } = await jsonBody(call);
  call.platform.runs.tag(find(call, run_id).runId, { [String(key)]: String(value) });
  return { status: 200, body: {} };
};

export const logBatch: Handler = async (call) => {
  const { run_id, metrics, params, tags } = await jsonBody(call);
  const run = find(call, run_id);
  addParameters(call, run, mapOf(params));
  call.platform.runs.tag(run.runId, mapOf(tags));
  for (const item of Array.isArray(metrics) ? metrics : []) addMetric(call, run.runId, item as Body);
  return { status: 200, body: {} };
};

/** A parameter keeps its first value. */
function addParameters({ platform }: PlaneCall, run: RunRecord, added: Record<string, string>): void {
  for (const [key, value] of Object.entries(added))
    if ((run.parameters[key] ?? value) !== value)
      throw mlflowInvalid(`The parameter '${key}' has another value already.`);
  platform.runs.update(run.runId, { parameters: { ...run.parameters, ...added } });
}

function addMetric({ platform }: PlaneCall, runId: string, { key, value, step, timestamp }: Body): void {
  if (typeof key !== 'string') throw mlflowInvalid('A metric needs a key.');
  const number = Number(value);
  platform.runs.logMetric(runId, key, {
    value: Number.isFinite(number) ? number : null,
    step: Number(step ?? 0),
    at: Number(timestamp) || platform.now(),
  });
}

const mapOf = (pairs: unknown): Record<string, string> =>
  Object.fromEntries(
    (Array.isArray(pairs) ? (pairs as Pair[]) : []).map(({ key, value }) => [key, String(value)]),
  );

/** GET `metrics/get-history`. */
export const metricHistory: Handler = (call) => {
  const run = find(call, call.query.get('run_id'));
  const key = call.query.get('metric_key') ?? '';
  const points = call.platform.runs.metrics(run.runId)[key] ?? [];
  const { page, next } = slicePage(
    points,
    call.query.get('page_token'),
    sizeOf(call.query.get('max_results')),
  );
  const metrics = page.map((point) => metric(key, point));
  return { status: 200, body: { metrics, ...(next ? { next_page_token: next } : {}) } };
};

/** GET `artifacts/list`: the files and folders of one folder. */
export const listArtifacts: Handler = (call) => {
  const run = find(call, call.query.get('run_id'));
  const folder = (call.query.get('path') ?? '').replace(/([^/])$/, '$1/');
  const entries = new Map<string, object>();
  for (const { path, blob } of artifactsOf(call.platform, run.runId, folder)) {
    const [head = '', ...below] = path.slice(folder.length).split('/');
    const is_dir = below.length > 0;
    entries.set(head, { path: folder + head, is_dir, ...(is_dir ? {} : { file_size: blob.size }) });
  }
  const { artifact_uri } = renderMlflowRun(call.platform, run).info;
  return { status: 200, body: { root_uri: artifact_uri, files: [...entries.values()] } };
};
