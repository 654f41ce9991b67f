import type { Context } from '../context.ts';
import { readMergedPage } from '../domain/merged-paging.ts';
import type { Model, ModelFilter, RegisteredModel } from '../domain/models.ts';
import { assetName, tagList } from '../domain/names.ts';
import { type PageArgs, readPage } from '../domain/paging.ts';
import type { MergedPage, Tag } from '../domain/providers.ts';
import type { Run } from '../domain/runs.ts';
import { mergePages, optionsOf } from './merge/index.ts';
import { modelSources } from './merge/model-sources.ts';
import { readRunId } from './runs.ts';
import { azure, reported } from './sources.ts';

type Ask = Pick<Context, 'azureML' | 'caller' | 'call' | 'clock'>;

/** The latest version of each registered model, and what the services have trained; newest first. */
export function listModels(
  args: PageArgs & { filter?: ModelFilter | null },
  context: Ask,
): Promise<MergedPage<Model>> {
  const filter = args.filter ?? {};
  const page = readMergedPage(args, context.caller.key, ['models', filter]);
  return mergePages(modelSources(filter, context), page, optionsOf(context));
}

export const modelVersionsOf = (model: RegisteredModel, args: PageArgs, { azureML, caller }: Ask) => {
  const page = readPage(args, caller.key, ['modelVersions', model.name]);
  return reported<Model>(azure, () => azureML.listModelVersions(model.name, page));
};

/** Models registered from the run. */
export const modelsOf = (run: Run, { azureML }: Ask): Promise<Model[]> => azureML.modelsOf(run);

export const runOfModel = async (model: RegisteredModel, { azureML }: Ask): Promise<Run | null> =>
  model.run === null ? null : azureML.getRun(model.run);

export type RegisterInput = { runId: string; name: string; description?: string | null; tags?: Tag[] | null };

/** Registers the model of a trial, or of an AutoML run's best trial. */
export async function registerModel(input: RegisterInput, context: Ask): Promise<{ model: RegisteredModel }> {
  const model = await context.azureML.registerModel({
    name: assetName('input.name', input.name),
    description: input.description ?? null,
    tags: tagList('input.tags', input.tags),
    run: readRunId(input.runId, 'input.runId', context),
  });
  return { model };
}
