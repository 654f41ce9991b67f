import type { Context } from '../context.ts';
import type { Dataset } from '../domain/datasets.ts';
import { badInput } from '../domain/errors.ts';
import { readMergedPage } from '../domain/merged-paging.ts';
import { type Page, type PageArgs, readPage } from '../domain/paging.ts';
import type { MergedPage } from '../domain/providers.ts';
import type {
  AutoMLRun,
  JobRun,
  LogChunk,
  Metric,
  MetricPoint,
  Run,
  RunFilter,
  TrialRun,
} from '../domain/runs.ts';
import type { Experiment } from '../domain/workspace.ts';
import { mergePages, optionsOf } from './merge/index.ts';
import { type RunNarrowing, runSources } from './merge/run-sources.ts';
import { readRunId } from './run-ids.ts';
import { isServiceRun, type RunAsk, readLogs } from './run-reader.ts';
import { cancelServiceRun } from './services/runs.ts';
import { azure, reported } from './sources.ts';

type Ask = Pick<Context, 'azureML' | 'caller'>;

/** Top-level runs, newest first: what people started; trials stand under theirs. */
export const listRuns = (
  args: PageArgs & { filter?: RunFilter | null },
  context: RunAsk,
): Promise<MergedPage<Run>> => runsOf(args.filter ?? {}, args, context);

/** Of every source that the filter leaves. */
export function runsOf(filter: RunNarrowing, args: PageArgs, context: RunAsk): Promise<MergedPage<Run>> {
  const page = readMergedPage(args, context.caller.key, ['runs', filter]);
  return mergePages(runSources(filter, context), page, optionsOf(context));
}

export const runsIn = (experiment: Experiment, args: PageArgs, context: RunAsk): Promise<MergedPage<Run>> =>
  runsOf({ experiment: experiment.name }, args, context);

export type RunMetric = Metric & { run: Run };

/** A service measures nothing that it tells. */
export const metricsOf = async (run: Run, context: RunAsk): Promise<RunMetric[]> =>
  isServiceRun(run) ? [] : (await context.azureML.metrics(run)).map((metric) => ({ ...metric, run }));

export const historyOf = (metric: RunMetric, { azureML }: Ask): Promise<MetricPoint[]> =>
  azureML.metricHistory(metric.run.name, metric.name);

const defaultLogBytes = 64 * 1024;
const maxLogBytes = 1024 * 1024;

/** Log text behind `after`, at most `maxBytes` (64 KiB without, 1 MiB at most). */
export function logsOf(
  run: Run,
  args: { after?: string | null; maxBytes?: number | null },
  context: RunAsk,
): Promise<LogChunk> {
  const maxBytes = args.maxBytes ?? defaultLogBytes;
  if (maxBytes < 1 || maxBytes > maxLogBytes) {
    throw badInput('maxBytes', `maxBytes: from 1 to ${maxLogBytes} was expected, not ${maxBytes}.`);
  }
  return readLogs(run, args.after ?? null, maxBytes, context);
}

const childrenOf = (run: Run, args: PageArgs, { azureML, caller }: Ask): Promise<Page<Run>> =>
  azureML.listChildren(run.name, readPage(args, caller.key, ['children', run.name]));

export const trialsOf = (run: AutoMLRun, args: PageArgs, context: Ask): Promise<Page<TrialRun>> =>
  childrenOf(run, args, context) as Promise<Page<TrialRun>>;

export async function jobChildrenOf(run: JobRun, args: PageArgs, context: Ask): Promise<MergedPage<Run>> {
  return reported(azure, () => childrenOf(run, args, context));
}

export const bestTrialOf = (run: AutoMLRun, { azureML }: Ask): Promise<TrialRun | null> =>
  azureML.bestTrial(run);
export const parentOf = (trial: TrialRun, { azureML }: Ask): Promise<Run> => azureML.getRun(trial.parent);

export const experimentOf = async (run: AutoMLRun | JobRun, { azureML }: Ask): Promise<Experiment | null> =>
  run.experiment === null ? null : azureML.getExperiment(run.experiment);

export const datasetOf = async (run: AutoMLRun, { azureML }: Ask): Promise<Dataset | null> =>
  run.dataset === null ? null : azureML.getDataset(run.dataset.name, run.dataset.version);

/** Asks the upstream to stop the run, and answers it as it is then. */
export async function cancelRun(input: { id: string }, context: RunAsk): Promise<{ run: Run }> {
  const address = readRunId(input.id, 'input.id', context);
  if (address.provider === 'CHAPKIT') return { run: await cancelServiceRun(address.key, context) };
  await context.azureML.cancelRun(address.name);
  return { run: await context.azureML.getRun(address.name, { fresh: true }) };
}
