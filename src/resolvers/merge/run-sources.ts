import type { Context } from '../../context.ts';
import type { Run, RunFilter } from '../../domain/runs.ts';
import { azure } from '../sources.ts';
import type { Source } from './feed.ts';

type Ask = Pick<Context, 'azureML'>;
type Narrowing = RunFilter & { dataset?: { name: string; version: string } | null };

/** The sources that a filter of runs leaves. */
export function runSources(filter: Narrowing, context: Ask): Source<Run>[] {
  if ((filter.provider && !filter.provider.includes('AZURE_ML')) || filter.service != null) return [];
  return [{ ...azure, key: 'azure', read: async (request) => context.azureML.listRuns(filter, request) }];
}
