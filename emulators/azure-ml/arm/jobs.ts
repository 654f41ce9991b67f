import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { cancelRun, stopRun } from '../jobs/cancel.ts';
import { acceptAutoML, type JobHead, launch, targetOf } from '../jobs/submit.ts';
import { failUnsupported } from '../jobs/unsupported-job.ts';
import type { JobRecord } from '../state/platform.ts';
import { finalStatuses, type RunRecord } from '../state/runs.ts';
import { type ArmCall, type ArmHandler, bodyProperties, creatorOf, textMap, textOrNull } from './call.ts';
import { badRequest, missing, userError } from './errors.ts';
import { renderHelper, renderJob } from './job-form.ts';
import { operationHeaders } from './operations.ts';
import { inView, pageReply } from './paging.ts';

/** No order is promised; this one, by a hash of the name, keeps everyone from relying on one. */
export const listJobs: ArmHandler = (call) => {
  const { platform, query } = call;
  const [type, tag] = [query.get('jobType'), query.get('tag')];
  const rank = ({ name }: JobRecord) => createHash('sha1').update(name).digest('hex');
  const shown = [...platform.jobs.values()]
    .filter(({ name, jobType }) => {
      const run = platform.runs.get(name);
      return run && inView(query, run.hidden) && (!type || jobType === type) && (!tag || tag in run.tags);
    })
    .filter(({ name }) => hasProperties(query.get('properties'), platform.runs.get(name)?.properties ?? {}))
    .sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  return pageReply(call, shown, { keyOf: ({ name }) => name, render: (job) => renderJob(platform, job) });
};

/** The setup run of an AutoML job can be read as a job, its trials cannot (contract section 8). */
export const getJob: ArmHandler = ({ platform, params }) => {
  const job = platform.jobs.get(String(params.name));
  if (job) return { status: 200, body: renderJob(platform, job) };
  const run = platform.runs.get(String(params.name));
  if (run?.traits.includes('setup')) return { status: 200, body: renderHelper(platform, run) };
  throw noJob(String(params.name), run);
};

export const putJob: ArmHandler = async (call) => {
  const properties = await bodyProperties(call.request);
  const job = call.platform.jobs.get(String(call.params.name));
  if (job) return { status: 200, body: renderJob(call.platform, update(call, job, properties)) };
  return { status: 201, body: renderJob(call.platform, create(call, properties)) };
};

export const cancelJob: ArmHandler = ({ platform, params }) => {
  const name = String(params.name);
  const run = platform.runs.get(name);
  if (!run || !platform.jobs.has(name)) throw noJob(name, run);
  if (finalStatuses.has(run.status))
    throw badRequest(`Job ${name} is in the final status ${run.status} and cannot be canceled.`);
  cancelRun(platform, name);
  return { status: 202, headers: operationHeaders(platform, 'cancel', name) };
};

export const deleteJob: ArmHandler = ({ platform, params }) => {
  const name = String(params.name);
  if (!platform.jobs.has(name)) return { status: 204 };
  stopRun(platform, name);
  platform.jobs.delete(name);
  platform.runs.remove(name);
  return { status: 202, headers: operationHeaders(platform, 'delete', name) };
};

const noJob = (name: string, run: RunRecord | undefined) =>
  run
    ? userError(400, `Run ${name} is not supported as a job.`, ['BadArgument', 'JobNotSupported'])
    : missing(`Run ${name} was not found`);

/** What the run keeps, or the server decides; the rest of the body is the specification. */
const kept = ['displayName', 'description', 'tags', 'properties', 'isArchived', 'status', 'services'];

const specificationOf = (properties: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(properties).filter(([name, value]) => value !== null && !kept.includes(name)),
  );

function create(call: ArmCall, properties: Record<string, unknown>): JobRecord {
  const { platform, principal } = call;
  const specification = specificationOf(properties);
  const job: JobRecord = {
    name: String(call.params.name),
    jobType: String(specification.jobType),
    specification,
    createdBy: creatorOf(principal),
    modifiedBy: creatorOf(principal),
    modifiedAt: platform.now(),
  };
  const head = headOf(call, properties);
  if (job.jobType === 'AutoML') launch(acceptAutoML(platform, head, specification));
  else failUnsupported(platform, head, job.jobType);
  return platform.jobs.put(job.name, job);
}

function headOf({ params, principal }: ArmCall, properties: Record<string, unknown>): JobHead {
  const runId = String(params.name);
  if (!/^[a-zA-Z0-9][\w-]{0,254}$/.test(runId)) throw badRequest(`The job name '${runId}' is not valid.`);
  return {
    runId,
    experiment: textOrNull(properties.experimentName) || 'Default',
    createdBy: creatorOf(principal),
    target: targetOf(properties.computeId),
    displayName: textOrNull(properties.displayName) ?? runId,
    description: textOrNull(properties.description),
    tags: textMap(properties.tags, 'tags'),
    properties: textMap(properties.properties, 'properties'),
  };
}

/** Tags, names and the archive flag may change, and properties may come; the specification is what it was. */
function update(call: ArmCall, job: JobRecord, properties: Record<string, unknown>): JobRecord {
  const { platform, principal } = call;
  const run = platform.runs.get(job.name);
  if (!run) throw missing(`Run ${job.name} was not found`);
  for (const field of ['jobType', 'experimentName', 'computeId', 'taskDetails'] as const)
    if (
      field in properties &&
      !isDeepStrictEqual(properties[field] ?? undefined, shownField(job, run, field))
    )
      throw badRequest(`The job ${job.name} exists already, and its ${field} cannot be changed.`);
  platform.runs.update(job.name, {
    displayName: textOrNull(properties.displayName) ?? run.displayName,
    description: textOrNull(properties.description) ?? run.description,
    tags: properties.tags ? { ...serviceTags(run), ...textMap(properties.tags, 'tags') } : run.tags,
    properties: { ...textMap(properties.properties, 'properties'), ...run.properties },
    hidden: typeof properties.isArchived === 'boolean' ? properties.isArchived : run.hidden,
  });
  return platform.jobs.put(job.name, {
    ...job,
    modifiedBy: creatorOf(principal),
    modifiedAt: platform.now(),
  });
}

/** The tags that the service itself writes; a client that sends its own back does not remove them. */
const serviceTags = ({ tags }: RunRecord) =>
  Object.fromEntries(
    Object.entries(tags).filter(([name]) => /^(_aml_system_|automl_|model_explain_run$)|_\d{3}$/.test(name)),
  );

const shownField = (job: JobRecord, run: RunRecord, field: string): unknown =>
  field === 'experimentName' ? run.experiment : job.specification[field];

function hasProperties(filter: string | null, properties: Record<string, string>): boolean {
  if (!filter) return true;
  return filter.split(',').every((part) => {
    const [key = '', value] = part.split('=');
    return key in properties && (value === undefined || properties[key] === value);
  });
}
