import type { Context } from '../context.ts';
import { readMergedPage } from '../domain/merged-paging.ts';
import type { Model, ModelFilter, RegisteredModel } from '../domain/models.ts';
import { assetName, tagList } from '../domain/names.ts';
import { type PageArgs, readPage } from '../domain/paging.ts';
import type { MergedPage, Tag } from '../domain/providers.ts';
import type { Run } from '../domain/runs.ts';
import { mergePages, optionsOf } from './merge/index.ts';
import { modelSources } from './merge/model-sources.ts';
import { readAzureRunName } from './run-ids.ts';
import { isServiceRun, type RunAsk } from './run-reader.ts';
import { modelsOfServiceRun, runOfServiceModel } from './services/models.ts';
import { azure, reported } from './sources.ts';

type Ask = Pick<Context, 'azureML' | 'caller'>;

/** The latest version of each registered model, and what the services have trained; newest first. */
export function listModels(
  args: PageArgs & { filter?: ModelFilter | null },
  context: RunAsk,
): Promise<MergedPage<Model>> {
  const filter = args.filter ?? {};
  const page = readMergedPage(args, context.caller.key, ['models', filter]);
  return mergePages(modelSources(filter, context), page, optionsOf(context));
}

export const modelVersionsOf = (model: RegisteredModel, args: PageArgs, { azureML, caller }: Ask) => {
  const page = readPage(args, caller.key, ['modelVersions', model.name]);
  return reported<Model>(azure, () => azureML.listModelVersions(model.name, page));
};

/** What the run itself put out, and what was registered from it. */
export const modelsOf = async (run: Run, context: RunAsk): Promise<Model[]> =>
  isServiceRun(run) ? modelsOfServiceRun(run, context) : context.azureML.modelsOf(run);

export async function runOfModel(model: Model, context: RunAsk): Promise<Run | null> {
  if (model.kind === 'SERVICE_MODEL') return runOfServiceModel(model, context);
  return model.run === null ? null : context.azureML.getRun(model.run);
}

export type RegisterInput = { runId: string; name: string; description?: string | null; tags?: Tag[] | null };

/** Registers the model of a trial, or of an AutoML run's best trial. */
export async function registerModel(input: RegisterInput, context: Ask): Promise<{ model: RegisteredModel }> {
  const model = await context.azureML.registerModel({
    name: assetName('input.name', input.name),
    description: input.description ?? null,
    tags: tagList('input.tags', input.tags),
    run: readAzureRunName(input.runId, 'input.runId', context),
  });
  return { model };
}
