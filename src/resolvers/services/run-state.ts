import type { Context } from '../../context.ts';
import type { ServiceRunUpdate, StoredServiceRun } from '../../datasources/supabase/store.ts';
import { MlgraphError } from '../../domain/errors.ts';
import { isFinal, type RunError, type RunStatus } from '../../domain/runs.ts';
import type { ServiceJob } from '../../domain/services.ts';
import { findArtifact } from './artifacts.ts';
import { open } from './rights.ts';

type Ask = Pick<Context, 'chapkit' | 'services' | 'caller' | 'store' | 'clock'>;

/** Contract section 6. */
const statuses = new Map<string, RunStatus>([
  ['pending', 'PENDING'],
  ['running', 'RUNNING'],
  ['canceling', 'CANCELING'],
  ['completed', 'COMPLETED'],
  ['failed', 'FAILED'],
  ['canceled', 'CANCELED'],
]);

export const lost = (message: string): RunError => ({ code: 'LOST', message });
const noReason: RunError = { code: null, message: 'The service gives no reason.' };

/** Longer than any submit takes: whoever was about to store its job did not live to do it. */
const submitWithinMs = 120_000;

/**
 * A run as its service tells it now; what is new is stored. A final one is never asked for again.
 * @throws what asking the service met.
 */
export async function refreshed(row: StoredServiceRun, context: Ask): Promise<StoredServiceRun> {
  if (isFinal(row.status)) return row;
  const update = await presentOf(row, context);
  const next = { ...row, ...update };
  if (JSON.stringify(next) === JSON.stringify(row)) return row;
  // Whoever asks next finds out the same.
  await context.store.updateServiceRun(row.key, update).catch(unlessExpected);
  return next;
}

const unlessExpected = (error: unknown): void => {
  if (!(error instanceof MlgraphError)) throw error;
};

async function presentOf(row: StoredServiceRun, context: Ask): Promise<ServiceRunUpdate> {
  if (row.jobKey === null) return unsent(row, context.clock.now());
  const job = await open(row.service, 'id', context).getJob(row.jobKey);
  return job ? toldBy(job, row) : forgotten(row, context);
}

function unsent({ createdAt }: StoredServiceRun, now: number): ServiceRunUpdate {
  if (now - createdAt.getTime() < submitWithinMs) return {};
  const message = "The gateway did not get the service's answer: whether the job was begun is not known.";
  return { status: 'FAILED', error: lost(message) };
}

function toldBy(job: ServiceJob, row: StoredServiceRun): ServiceRunUpdate {
  const told = statuses.get(job.rawStatus.toLowerCase()) ?? 'UNKNOWN';
  // Who cancels has said so before the service knows: taken back, the forgotten job would seem lost.
  const status = row.status === 'CANCELING' && !isFinal(told) ? 'CANCELING' : told;
  return {
    status,
    rawStatus: job.rawStatus,
    startedAt: job.startedAt,
    finishedAt: isFinal(status) ? job.finishedAt : null,
    error: status === 'FAILED' ? reasonOf(job.error) : null,
    ...(job.artifactKey === null ? {} : { artifactKey: job.artifactKey }),
  };
}

const reasonOf = (error: string | null): RunError => (error ? { code: null, message: error } : noReason);

/**
 * A service that restarts forgets its jobs, and keeps their artifacts: one that is there tells how its job ended. A job
 * that was cancelled is forgotten too.
 */
async function forgotten(row: StoredServiceRun, context: Ask): Promise<ServiceRunUpdate> {
  const artifact = row.artifactKey && (await findArtifact(row.service, row.artifactKey, context));
  if (artifact) {
    const ended = { rawStatus: row.rawStatus, finishedAt: artifact.createdAt };
    return artifact.failed
      ? { ...ended, status: 'FAILED', error: noReason }
      : { ...ended, status: 'COMPLETED', error: null };
  }
  const finishedAt = new Date(context.clock.now());
  if (row.status === 'CANCELING') return { status: 'CANCELED', rawStatus: 'canceled', finishedAt };
  const message = 'The service has forgotten this job, and has nothing that it put out.';
  return { status: 'FAILED', error: lost(message) };
}
