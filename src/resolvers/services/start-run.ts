import { createHash } from 'node:crypto';
import type { Context } from '../../context.ts';
import type { StoredServiceRun } from '../../datasources/supabase/store.ts';
import { badInput, codeOf, conflict, MlgraphError } from '../../domain/errors.ts';
import type { RunError, ServiceRun } from '../../domain/runs.ts';
import type { SubmittedJob } from '../../domain/services.ts';
import { record } from '../audit.ts';
import { runId } from './ids.ts';
import { lost } from './run-state.ts';
import { lastSeen, toRun } from './runs.ts';

export type StartContext = Pick<
  Context,
  'chapkit' | 'services' | 'caller' | 'store' | 'clock' | 'identity' | 'call' | 'audit'
>;

export type Start = Pick<StoredServiceRun, 'kind' | 'service' | 'configKey' | 'modelKey'> & {
  clientRunId: string | null;
  /** All that was asked for: tells a repeated clientRunId from a reused one. */
  content: unknown;
  /** Everything that can be known before it is submitted. */
  check(): Promise<void>;
  /** Never repeated. */
  submit(): Promise<SubmittedJob>;
};

/**
 * Starts a run that the service itself will forget: it is remembered before it is submitted, and its job and artifact
 * right after, for 1.x tells them only once. What does not pass the checks leaves nothing.
 * @throws CONFLICT for a clientRunId that was used with other content.
 */
export async function startRun(start: Start, context: StartContext): Promise<ServiceRun> {
  const { kind, service, configKey, modelKey, content } = start;
  const clientRunId = readClientRunId(start.clientRunId);
  const contentHash = createHash('sha256')
    .update(JSON.stringify([kind, service, content]))
    .digest('hex');
  const before = clientRunId === null ? null : await context.store.findServiceRun(clientRunId);
  if (before) return theFirst(before, contentHash, context);
  await start.check();
  const createdBy = context.caller.name;
  const { run, repeated } = await context.store.addServiceRun({
    kind,
    service,
    configKey,
    modelKey,
    clientRunId,
    contentHash,
    createdBy,
  });
  return repeated ? theFirst(run, contentHash, context) : toRun(await submit(run, start, context));
}

function readClientRunId(id: string | null): string | null {
  if (id === null || (id !== '' && id.length <= 256)) return id;
  throw badInput('input.clientRunId', 'input.clientRunId: 1 to 256 characters were expected.');
}

async function theFirst(
  row: StoredServiceRun,
  contentHash: string,
  context: StartContext,
): Promise<ServiceRun> {
  if (row.contentHash === contentHash) return lastSeen(row, context);
  throw conflict('This clientRunId was used for another run.', { field: 'input.clientRunId' });
}

async function submit(row: StoredServiceRun, start: Start, context: StartContext): Promise<StoredServiceRun> {
  const { store, clock } = context;
  let job: SubmittedJob;
  try {
    job = await start.submit();
  } catch (error) {
    used(row, codeOf(error), context);
    const finishedAt = new Date(clock.now());
    const ended = { status: 'FAILED' as const, finishedAt, error: endingBy(error) };
    // Where this cannot be stored either, the run is taken for lost after a while.
    await store.updateServiceRun(row.key, ended).catch(() => undefined);
    throw error;
  }
  used(row, 'OK', context);
  const accepted = { ...job, status: 'PENDING' as const, rawStatus: 'pending' };
  try {
    await store.updateServiceRun(row.key, accepted);
  } catch (error) {
    // Nobody could ever tell what became of it.
    await context
      .chapkit(row.service)
      .cancelJob(job.jobKey)
      .catch(() => undefined);
    throw error;
  }
  return { ...row, ...accepted };
}

/** The key is the gateway's, and so says nothing of who used it: the trail does. */
function used({ key, service }: StoredServiceRun, outcome: string, context: StartContext): void {
  const keyPrefix = context.chapkit(service).keyPrefix();
  record({ action: 'upstream.use', target: runId(key), outcome, upstream: 'CHAPKIT', keyPrefix }, context);
}

const unanswered: readonly string[] = [
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_ERROR',
  'INTERNAL',
];

/**
 * A service that refused says why. Without an answer the job may run nevertheless, but which it is among the service's
 * own nobody can tell: another's may have been submitted in the same moment, so none is taken for this one.
 */
function endingBy(error: unknown): RunError {
  if (error instanceof MlgraphError && !unanswered.includes(error.code))
    return { code: error.code, message: error.message };
  return lost("The service's answer was lost: whether the job was begun is not known.");
}
