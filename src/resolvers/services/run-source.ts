import type { Context } from '../../context.ts';
import type { StoredServiceRun } from '../../datasources/supabase/store.ts';
import { within } from '../../domain/deadline.ts';
import { MlgraphError } from '../../domain/errors.ts';
import type { Row, Slice, SliceRequest } from '../../domain/merged-paging.ts';
import { isFinal, type RunFilter, type RunStatus, runStatuses, type ServiceRun } from '../../domain/runs.ts';
import type { Source } from '../merge/index.ts';
import { placeOf, readPlace } from './places.ts';
import { readableServices } from './rights.ts';
import { refreshed } from './run-state.ts';
import { toRun } from './runs.ts';

type Ask = Pick<Context, 'chapkit' | 'services' | 'caller' | 'store' | 'clock'>;
type Bounds = { signal: AbortSignal };

/** The services that a list of runs or models is merged from, by what the filter says of platform and service. */
export function servicesIn(
  filter: Pick<RunFilter, 'provider' | 'service'>,
  context: Pick<Context, 'services' | 'caller'>,
): string[] {
  if (filter.provider && !filter.provider.includes('CHAPKIT')) return [];
  const names = readableServices(context).map(({ systemName }) => systemName);
  return filter.service == null ? names : names.filter((name) => name === filter.service);
}

/** The caller's own runs, one source per service. Experiments are another platform's. */
export const serviceRunSources = (filter: RunFilter, context: Ask): Source<ServiceRun>[] =>
  filter.experiment == null
    ? servicesIn(filter, context).map((service) => serviceRunSource(service, filter, context))
    : [];

/**
 * The caller's runs of one service, newest first, with the status of now. Where the service does not answer soon, they
 * are as last seen, and its failure stands beside them.
 */
export const serviceRunSource = (service: string, filter: RunFilter, context: Ask): Source<ServiceRun> => ({
  key: `chapkit:${service}`,
  provider: 'CHAPKIT',
  service,
  read: (request) => readSlice(service, filter, request, context),
});

/** Rows that are read for one slice of a filter that few fit. */
const mostReads = 5;

async function readSlice(
  service: string,
  filter: RunFilter,
  request: SliceRequest & Bounds,
  context: Ask,
): Promise<Slice<ServiceRun>> {
  const { createdAfter, createdBefore } = filter;
  const limit = Math.min(request.limit, 100);
  let after = request.after === null ? null : readPlace(request.after);
  const rows: Row<ServiceRun>[] = [];
  let failure: unknown;
  for (let reads = 0; reads < mostReads; reads++) {
    const query = { service, status: storedAs(filter.status), createdAfter, createdBefore, after };
    const stored = await context.store.listServiceRuns({ ...query, limit });
    const present = await refreshAll(stored, request, context);
    failure ??= present.failure;
    for (const row of present.rows) {
      after = row;
      const isWanted = !filter.status || filter.status.includes(row.status);
      if (isWanted) rows.push({ node: toRun(row), at: row.createdAt, place: placeOf(row) });
      if (rows.length === limit) break;
    }
    if (stored.length < limit && rows.length < limit) return { rows, next: null, failure };
    if (rows.length >= limit) break;
  }
  return { rows, next: after && placeOf(after), failure };
}

const unfinished: readonly RunStatus[] = runStatuses.filter((status) => !isFinal(status));

/** How those may be stored that are wanted: what was last seen unfinished may have become anything. */
const storedAs = (wanted: RunStatus[] | null | undefined): RunStatus[] | null =>
  wanted ? [...new Set([...wanted, ...unfinished])] : null;

/** Less than a page has: the rows as last seen are worth more than none. */
const refreshWithinMs = 2_000;

async function refreshAll(
  rows: StoredServiceRun[],
  { signal }: Bounds,
  context: Ask,
): Promise<{ rows: StoredServiceRun[]; failure: unknown }> {
  let failure: unknown;
  const error = () => new MlgraphError('UPSTREAM_TIMEOUT', 'It did not answer in the time that a page has.');
  const bounds = { clock: context.clock, milliseconds: refreshWithinMs, signal, error };
  const refresh = async (row: StoredServiceRun) => {
    if (isFinal(row.status)) return row;
    try {
      return await within(bounds, () => refreshed(row, context));
    } catch (caught) {
      if (!(caught instanceof MlgraphError)) throw caught;
      failure ??= caught;
      return row;
    }
  };
  return { rows: await Promise.all(rows.map(refresh)), failure };
}
