import type { Context } from '../../context.ts';
import type { StoredServiceRun } from '../../datasources/supabase/store.ts';
import { codeOf, conflict, MlgraphError } from '../../domain/errors.ts';
import type { ServiceModel } from '../../domain/models.ts';
import { isFinal, type PredictionRun, type ServiceRun } from '../../domain/runs.ts';
import type { Artifact } from '../../domain/services.ts';
import type { Table } from '../../domain/tables.ts';
import { noSuch } from '../keys.ts';
import { findArtifact } from './artifacts.ts';
import { readRunKey, runId } from './ids.ts';
import { open, readableServices } from './rights.ts';
import { refreshed } from './run-state.ts';

type Ask = Pick<Context, 'chapkit' | 'services' | 'caller' | 'store' | 'clock'>;

/** A remembered run in the words of all providers. Before the service has accepted it, it goes by our own key. */
export function toRun(row: StoredServiceRun): ServiceRun {
  const base = {
    id: runId(row.key),
    provider: 'CHAPKIT' as const,
    key: row.key,
    name: row.jobKey ?? row.key,
    displayName: null,
    service: row.service,
    artifact: row.artifactKey,
    status: row.status,
    rawStatus: row.rawStatus || 'pending',
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    createdBy: row.createdBy,
    tags: [],
    error: row.error,
  };
  return row.kind === 'TRAINING'
    ? { ...base, kind: 'TRAINING', config: row.configKey ?? '' }
    : { ...base, kind: 'PREDICTION', model: row.modelKey ?? '' };
}

/** The caller's own, of a service that they may still read. @throws NOT_FOUND. */
async function storedRun(key: string, field: string, context: Ask): Promise<StoredServiceRun> {
  const row = await context.store.getServiceRun(key);
  if (!row || !readableServices(context).some(({ systemName }) => systemName === row.service))
    throw noSuch('Run', field);
  return row;
}

/** A run by the gateway's own key, as its service tells it now. @throws NOT_FOUND, or what asking the service met. */
export const readServiceRun = async (key: string, context: Ask, field = 'id'): Promise<ServiceRun> =>
  toRun(await refreshed(await storedRun(key, field, context), context));

/** As it is now, or, where its service does not answer, as it was last seen. */
export async function lastSeen(row: StoredServiceRun, context: Ask): Promise<ServiceRun> {
  const present = await refreshed(row, context).catch((error: unknown) => {
    if (error instanceof MlgraphError) return row;
    throw error;
  });
  return toRun(present);
}

export const getServiceRun = async (id: string, field: string, context: Ask): Promise<ServiceRun> =>
  lastSeen(await storedRun(readRunKey(id, field), field, context), context);

/**
 * Asks the service to stop the job, and answers the run as it is then. A final one stays as it is.
 * @throws CONFLICT while the service is being asked to begin it.
 */
export async function cancelServiceRun(key: string, context: Ask, field = 'input.id'): Promise<ServiceRun> {
  const row = await refreshed(await storedRun(key, field, context), context);
  if (isFinal(row.status)) return toRun(row);
  if (row.jobKey === null)
    throw conflict('The service is just being asked to begin this run; try again soon.', { field });
  // Before the job is forgotten, for what is forgotten without this is lost.
  await context.store.updateServiceRun(key, { status: 'CANCELING' });
  try {
    await open(row.service, field, context).cancelJob(row.jobKey);
  } catch (error) {
    await context.store.updateServiceRun(key, { status: row.status }).catch(() => undefined);
    throw error;
  }
  return toRun(await refreshed({ ...row, status: 'CANCELING' }, context));
}

/** What it put out; null until it has ended, and where there is nothing. */
export const artifactOfRun = async (run: ServiceRun, context: Ask): Promise<Artifact | null> =>
  run.artifact === null || !isFinal(run.status) ? null : findArtifact(run.service, run.artifact, context);

export const artifactOfModel = (model: ServiceModel, context: Ask): Promise<Artifact | null> =>
  findArtifact(model.service, model.artifact, context);

/** The predicted rows; null until it has completed, and once they were deleted. */
export async function predictionsOf(run: PredictionRun, context: Ask): Promise<Table | null> {
  if (run.artifact === null || run.status !== 'COMPLETED') return null;
  try {
    return await open(run.service, 'id', context).predictions(run.artifact);
  } catch (error) {
    if (codeOf(error) === 'NOT_FOUND') return null;
    throw error;
  }
}
