import type { Slice, SliceRequest } from '../../domain/merged-paging.ts';
import type { AzureRun } from '../../domain/runs.ts';
import type { Connection } from './connection.ts';
import type { Experiments } from './experiments.ts';
import type { Metrics } from './metrics.ts';
import { known } from './names.ts';
import { beginning, readRunPlace } from './run-place.ts';
import { scanRuns } from './run-scan.ts';
import { filterOf, isTopLevel, type RunNarrowing } from './run-search.ts';
import { sliceOf } from './run-slice.ts';
import type { Runs } from './runs.ts';
import { toMetrics } from './to-domain.ts';
import type { MLflowRun } from './wire-runs.ts';

type Parts = { connection: Connection; experiments: Experiments; runs: Runs; metrics: Metrics };

/**
 * Top-level runs, newest first. ARM's job list promises no order; found are they by MLflow's search, which orders by
 * their start and brings their metrics, and told exactly by batches of run records.
 */
export async function listRuns(
  { connection, experiments, runs, metrics }: Parts,
  narrowing: RunNarrowing,
  { after, limit }: SliceRequest,
): Promise<Slice<AzureRun>> {
  const place = after === null ? beginning : readRunPlace(after);
  const filter = filterOf(checked(narrowing));
  const experimentIds = await experimentIdsOf(narrowing, experiments);
  if (experimentIds.length === 0 || narrowing.status?.length === 0) return { rows: [], next: null };
  const scan = await scanRuns({
    mlflow: connection.mlflow,
    experimentIds,
    filter,
    place,
    limit,
    present: runs.present,
    isWanted: (run) => isWanted(run, narrowing),
    found: (all) => {
      for (const run of all) primeMetrics(metrics, run);
    },
  });
  return sliceOf(scan, place, limit);
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

/** All of the filter: the search knows some of it only roughly. */
function isWanted(run: AzureRun, { status, createdAfter, createdBefore }: RunNarrowing): boolean {
  const at = run.createdAt?.getTime();
  if (status && !status.includes(run.status)) return false;
  if (createdAfter && (at === undefined || at < createdAfter.getTime())) return false;
  return !createdBefore || (at !== undefined && at < createdBefore.getTime());
}
