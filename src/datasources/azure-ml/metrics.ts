import DataLoader from 'dataloader';
import type { AzureRun, Metric, MetricPoint } from '../../domain/runs.ts';
import type { Connection, Plane } from './connection.ts';
import { metricSeries, metricsByRun, metricsOfRun } from './metric-calls.ts';
import { known } from './names.ts';
import type { Runs } from './runs.ts';

/** Last values of scalar metrics, remembered for the operation, read in as few calls as MLflow allows. */
export type Metrics = {
  of(run: AzureRun): Promise<Metric[]>;
  /** What a search brought along. */
  prime(runName: string, metrics: Metric[]): void;
  /** A metric's series in the order it was logged; the first 25,000 points. */
  history(runName: string, metric: string): Promise<MetricPoint[]>;
};

export function createMetrics({ mlflow }: Connection, runs: Runs): Metrics {
  const primed = new Map<string, Metric[]>();
  const loader = new DataLoader<AzureRun, Metric[], string>((asked) => readMetrics(mlflow, runs, asked), {
    cacheKeyFn: ({ name }) => name,
  });
  return {
    of: async (run) => primed.get(run.name) ?? loader.load(run),
    prime: (name, metrics) => void primed.set(name, metrics),
    history: async (name, metric) => metricSeries(mlflow, known.run(name), metric),
  };
}

/** Trials of one parent in one search, several other runs in one more; what a search leaves out, one by one. */
async function readMetrics(
  mlflow: Plane,
  runs: Runs,
  asked: readonly AzureRun[],
): Promise<(Metric[] | Error)[]> {
  const searches = [...groupedByParent(asked)].map(([parent, members]) =>
    searchGroup(mlflow, runs, parent, members),
  );
  const found = new Map((await Promise.all(searches)).flatMap((group) => [...group]));
  return Promise.all(
    asked.map((run) => {
      const metrics = found.get(run.name);
      // A search sometimes omits metrics that a single read gives (contract section 10); a scored trial has some.
      const omitted =
        !metrics || (metrics.length === 0 && run.kind === 'TRIAL' && run.status === 'COMPLETED');
      return omitted ? metricsOfRun(mlflow, run.name).catch((error: Error) => error) : metrics;
    }),
  );
}

/** Trials by their parent; a lone trial, and what is none, under the empty name. */
function groupedByParent(asked: readonly AzureRun[]): Map<string, AzureRun[]> {
  const groups = Map.groupBy(asked, (run) => (run.kind === 'TRIAL' ? run.parent : ''));
  for (const [parent, members] of [...groups]) {
    if (parent === '' || members.length > 1) continue;
    groups.set('', [...(groups.get('') ?? []), ...members]);
    groups.delete(parent);
  }
  return groups;
}

async function searchGroup(
  mlflow: Plane,
  runs: Runs,
  parent: string,
  members: AzureRun[],
): Promise<Map<string, Metric[]>> {
  if (members.length < 2) return new Map();
  const names = members.map(({ name }) => name);
  const filter = parent
    ? `tags.mlflow.parentRunId = '${known.run(parent)}'`
    : `attributes.run_id IN (${names.map((name) => `'${known.run(name)}'`).join(', ')})`;
  const records = await Promise.all((parent ? names.slice(0, 1) : names).map(runs.record));
  const experimentIds = new Set(records.flatMap(({ experimentId }) => experimentId ?? []));
  return metricsByRun(mlflow, { experimentIds: [...experimentIds], filter, names });
}
