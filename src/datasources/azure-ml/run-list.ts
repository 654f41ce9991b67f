import { collectPage, type Page, type PageRequest } from '../../domain/paging.ts';
import type { AzureRun } from '../../domain/runs.ts';
import type { Connection } from './connection.ts';
import type { Experiments } from './experiments.ts';
import type { Metrics } from './metrics.ts';
import { known } from './names.ts';
import { filterOf, isTopLevel, needsRecord, type RunNarrowing, searchRuns } from './run-search.ts';
import type { Runs } from './runs.ts';
import { toMetrics } from './to-domain.ts';
import type { MLflowRun } from './wire-runs.ts';

type Parts = { connection: Connection; experiments: Experiments; runs: Runs; metrics: Metrics };

/**
 * Top-level runs, newest first: found by one MLflow search a page (which brings their metrics), told exactly by one
 * batch of run records.
 */
export async function listRuns(
  { connection, experiments, runs, metrics }: Parts,
  narrowing: RunNarrowing,
  page: PageRequest,
): Promise<Page<AzureRun>> {
  const experimentIds = await experimentIdsOf(narrowing, experiments);
  const filter = filterOf(checked(narrowing));
  const exact = needsRecord(narrowing);
  const read = new Map<string, AzureRun>();

  const recordsOf = async (found: MLflowRun[]) => {
    for (const run of await runs.present(found.map(({ info }) => info.run_id))) read.set(run.name, run);
  };
  const fetchPage = async (token: string | null) => {
    if (experimentIds.length === 0 || narrowing.status?.length === 0) return { items: [], next: null };
    const found = await searchRuns(connection.mlflow, { experimentIds, filter, token });
    for (const run of found.items) primeMetrics(metrics, run);
    if (exact) await recordsOf(found.items.filter(isTopLevel));
    return found;
  };
  const passes = (found: MLflowRun) => {
    const run = read.get(found.info.run_id);
    return isTopLevel(found) && (!exact || isWanted(run, narrowing));
  };

  const found = await collectPage(page, fetchPage, { keep: passes });
  if (!exact) await recordsOf(found.edges.map(({ node }) => node));
  const edges = found.edges.flatMap(({ node, cursor }) => {
    const run = read.get(node.info.run_id);
    return isWanted(run, narrowing) ? [{ node: run, cursor }] : [];
  });
  return { ...found, edges };
}

async function experimentIdsOf({ experiment }: RunNarrowing, experiments: Experiments): Promise<string[]> {
  if (experiment == null) return (await experiments.all()).map(({ experiment_id }) => experiment_id);
  const found = await experiments.find(experiment);
  return found ? [found.experiment_id] : [];
}

/** Of a trial, none may mean that the search omitted them (contract section 10). */
function primeMetrics(metrics: Metrics, run: MLflowRun): void {
  const found = toMetrics(run.data?.metrics);
  if (found.length > 0 || isTopLevel(run)) metrics.prime(run.info.run_id, found);
}

/** The dataset's name goes into MLflow's filter language. */
function checked(narrowing: RunNarrowing): RunNarrowing {
  if (narrowing.dataset) {
    known.dataset(narrowing.dataset.name);
    known.version(narrowing.dataset.version);
  }
  return narrowing;
}

function isWanted(run: AzureRun | undefined, narrowing: RunNarrowing): run is AzureRun {
  if (!run) return false;
  const { status, createdAfter, createdBefore } = narrowing;
  const at = run.createdAt?.getTime();
  if (status && !status.includes(run.status)) return false;
  if (createdAfter && (at === undefined || at < createdAfter.getTime())) return false;
  return !createdBefore || (at !== undefined && at < createdBefore.getTime());
}
