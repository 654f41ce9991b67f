import type { Run, RunFilter } from '../../domain/runs.ts';
import type { RunAsk } from '../run-reader.ts';
import { serviceRunSources } from '../services/run-source.ts';
import { azure } from '../sources.ts';
import type { Source } from './feed.ts';

/** `dataset` and `experiment` are of Azure ML alone, `service` is of others. */
export type RunNarrowing = RunFilter & { dataset?: { name: string; version: string } | null };

/** The sources that a filter of runs leaves. */
export function runSources(filter: RunNarrowing, context: RunAsk): Source<Run>[] {
  const isAzure = filter.service == null && (filter.provider?.includes('AZURE_ML') ?? true);
  const services = filter.dataset == null ? serviceRunSources(filter, context) : [];
  return [...(isAzure ? [azureRuns(filter, context)] : []), ...services];
}

const azureRuns = (filter: RunNarrowing, context: RunAsk): Source<Run> => ({
  ...azure,
  key: 'azure',
  // Async: where Azure ML is off, asking for it throws.
  read: async (request) => context.azureML.listRuns(filter, request),
});
