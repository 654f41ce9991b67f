import { setTimeout as wait } from 'node:timers/promises';
import { type Call, type ChapkitRoute, clientLeft } from '../call.ts';
import { isOver, type JobRecord, jobFrame, jobStatuses, jobView } from '../jobs/record.ts';
import { queryOf } from '../wire/body.ts';
import { invalidUlid, json, refusal } from '../wire/errors.ts';
import { eventStream, pollInterval } from '../wire/events.ts';
import { oneOf } from '../wire/issues.ts';
import { jobsSchema } from '../wire/schemas.ts';
import { parseUlid } from '../wire/ulid.ts';

const prefix = '/api/v1/jobs';

/** The job of the path. Throws 404, and in 2.x 400 for an id that is none. */
function jobOf(call: Call): JobRecord {
  const { id = '' } = call.params;
  const instance = `${prefix}/${id}`;
  const ulid = parseUlid(id);
  const older = call.service.generation === 1;
  if (ulid === null && !older) throw invalidUlid(`Invalid job ID format: ${id}`, instance);
  const job = ulid === null ? undefined : call.service.jobs.get(ulid);
  if (!job) throw refusal(call, 404, older ? 'Job not found' : `Job with id ${id} not found`, instance);
  return job;
}

/** The stream looks at the form of an id in both generations. */
function streamedJob(call: Call): JobRecord {
  const { id = '' } = call.params;
  if (call.service.generation === 1 && parseUlid(id) === null)
    throw refusal(call, 400, 'Invalid job ID format', `${prefix}/${id}`);
  return jobOf(call);
}

/** One frame for every look, and a last one when it is over or gone. */
async function* frames(call: Call, id: string, seconds: number): AsyncGenerator<unknown> {
  const signal = clientLeft(call);
  while (!signal.aborted) {
    const job = call.service.jobs.get(id);
    yield job ? jobFrame(job) : { status: 'deleted' };
    if (!job || isOver(job)) return;
    await wait(seconds * 1000, undefined, { signal }).catch(() => undefined);
  }
}

function stream(call: Call) {
  const seconds = pollInterval(call, 0.5);
  return eventStream(frames(call, streamedJob(call).id, seconds));
}

function list(call: Call) {
  const status = queryOf(call, 'status_filter', oneOf(jobStatuses[call.service.generation], 'enum'));
  return json(200, call.service.jobs.list(status).map(jobView));
}

function remove(call: Call) {
  call.service.jobs.delete(jobOf(call).id);
  return { status: 204 };
}

export const jobRoutes: ChapkitRoute[] = [
  { method: 'GET', path: prefix, handle: list },
  {
    method: 'GET',
    path: `${prefix}/$schema`,
    handle: ({ service }) => json(200, jobsSchema(service.generation)),
  },
  { method: 'GET', path: `${prefix}/:id`, handle: (call) => json(200, jobView(jobOf(call))) },
  { method: 'DELETE', path: `${prefix}/:id`, handle: remove },
  { method: 'GET', path: `${prefix}/:id/$stream`, handle: stream },
];
