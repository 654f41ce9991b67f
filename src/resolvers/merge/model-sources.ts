import type { Model, ModelFilter } from '../../domain/models.ts';
import type { RunAsk } from '../run-reader.ts';
import { serviceModelSources } from '../services/models.ts';
import { azure } from '../sources.ts';
import type { Source } from './feed.ts';

/** The sources that a filter of models leaves. */
export function modelSources(filter: ModelFilter, context: RunAsk): Source<Model>[] {
  const isAzure = filter.service == null && (filter.provider?.includes('AZURE_ML') ?? true);
  return [...(isAzure ? [azureModels(filter, context)] : []), ...serviceModelSources(filter, context)];
}

const azureModels = (filter: ModelFilter, context: RunAsk): Source<Model> => ({
  ...azure,
  key: 'azure',
  // Async: where Azure ML is off, asking for it throws.
  read: async (request) => context.azureML.listModels(filter, request),
});
