import type { Context } from '../../context.ts';
import type { Model, ModelFilter } from '../../domain/models.ts';
import { azure } from '../sources.ts';
import type { Source } from './feed.ts';

type Ask = Pick<Context, 'azureML'>;

/** The sources that a filter of models leaves. */
export function modelSources(filter: ModelFilter, context: Ask): Source<Model>[] {
  if ((filter.provider && !filter.provider.includes('AZURE_ML')) || filter.service != null) return [];
  return [{ ...azure, key: 'azure', read: async (request) => context.azureML.listModels(filter, request) }];
}
