import { collectPage, type Page, type PageRequest, type UpstreamPage } from '../../domain/paging.ts';
import type { AutoMLRun, AzureRun, TrialRun } from '../../domain/runs.ts';
import { type Connection, orNotFound, type Plane } from './connection.ts';
import { known } from './names.ts';
import { below } from './places.ts';
import { isHelper } from './run-kind.ts';
import type { Runs } from './runs.ts';
import { toNumber } from './values.ts';
import { type RunRecord, runRecords } from './wire-runs.ts';

const pageSize = 100;

/** Children of a run in the order they were made, without the helpers of AutoML: its trials, or a pipeline's steps. */
export async function listChildren(
  { history }: Connection,
  runs: Runs,
  parent: string,
  page: PageRequest,
): Promise<Page<AzureRun>> {
  const fetchPage = (token: string | null) => childrenPage(history, parent, token);
  const found = await collectPage(page, fetchPage, { keep: (record) => !isHelper(record) });
  const nodes = await Promise.all(found.edges.map(({ node }) => runs.fromRecord(node)));
  const edges = nodes.map((node, index) => ({ node, cursor: found.edges[index]?.cursor ?? '' }));
  return { ...found, edges };
}

/** One page of a run's children of every kind, those with the lowest iteration first. */
export async function childrenPage(
  history: Plane,
  parent: string,
  token: string | null,
): Promise<UpstreamPage<RunRecord>> {
  const path = `/runs${below(known.run(parent))}/children`;
  const query = { $top: pageSize, ...(token === null ? {} : { $continuationtoken: token }) };
  const answer = history({ method: 'GET', path, query, schema: runRecords });
  const read = await orNotFound(answer, `There is no run "${parent}" in this workspace.`);
  return { items: read.value.toSorted(byAge), next: read.continuationToken || null };
}

/** AutoML numbers its trials; concurrent ones may be made in another order. */
const byAge = (a: RunRecord, b: RunRecord): number =>
  iterationOf(a) - iterationOf(b) || (a.createdUtc ?? '').localeCompare(b.createdUtc ?? '');
const iterationOf = ({ properties, runId }: RunRecord): number =>
  toNumber(properties?.iteration) ?? toNumber(/_(\d+)$/.exec(runId)?.[1]) ?? 0;

/** Null before the first trial has a score. */
export async function bestTrial(runs: Runs, { progress }: AutoMLRun): Promise<TrialRun | null> {
  if (progress.bestTrial === null) return null;
  const best = await runs.get(progress.bestTrial);
  return best.kind === 'TRIAL' ? best : null;
}
