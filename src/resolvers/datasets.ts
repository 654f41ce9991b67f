import type { Context } from '../context.ts';
import type { Dataset, DatasetFilter, FileUpload } from '../domain/datasets.ts';
import { badInput } from '../domain/errors.ts';
import { readId } from '../domain/ids.ts';
import { assetName, assetVersion, tagList } from '../domain/names.ts';
import { type Page, type PageArgs, readPage } from '../domain/paging.ts';
import type { MergedPage, Tag } from '../domain/providers.ts';
import type { Run } from '../domain/runs.ts';
import type { RunAsk } from './run-reader.ts';
import { runsOf } from './runs.ts';

type Ask = Pick<Context, 'azureML' | 'caller'>;

export function listDatasets(
  args: PageArgs & { filter?: DatasetFilter | null },
  { azureML, caller }: Ask,
): Promise<Page<Dataset>> {
  const filter = args.filter ?? {};
  return azureML.listDatasets(filter, readPage(args, caller.key, ['datasets', filter]));
}

export const getDataset = (
  args: { name: string; version?: string | null },
  { azureML }: Ask,
): Promise<Dataset> =>
  azureML.getDataset(
    assetName('name', args.name),
    args.version == null ? null : assetVersion('version', args.version),
  );

export const versionsOf = (
  dataset: Dataset,
  args: PageArgs,
  { azureML, caller }: Ask,
): Promise<Page<Dataset>> =>
  azureML.listDatasetVersions(dataset.name, readPage(args, caller.key, ['versions', dataset.name]));

/** The list of datasets holds no uri: it costs a batched read, when asked for. */
export async function uriOf(dataset: Dataset, { azureML }: Ask): Promise<string | null> {
  if (dataset.uri !== null || dataset.version === null) return dataset.uri;
  return azureML.datasetUri(dataset.name, dataset.version);
}

export const runsOn = (dataset: Dataset, args: PageArgs, context: RunAsk): Promise<MergedPage<Run>> =>
  runsOf({ dataset: { name: dataset.name, version: dataset.version ?? '' } }, args, context);

/** Reads an id that must be a dataset's version in this workspace. */
export function readDatasetId(id: string, field: string, { azureML }: Pick<Context, 'azureML'>) {
  const [name = '', version = ''] = readId(id, { field, concepts: ['Dataset'], home: azureML.home }).key;
  if (!version) throw badInput(field, `${field}: this dataset has no version yet.`);
  return { name, version };
}

export type UploadInput = {
  name: string;
  version?: string | null;
  description?: string | null;
  tags?: Tag[] | null;
  file: FileUpload;
};

export async function uploadDataset(input: UploadInput, { azureML }: Ask): Promise<{ dataset: Dataset }> {
  const dataset = await azureML.uploadDataset({
    name: assetName('input.name', input.name),
    version: input.version == null ? null : assetVersion('input.version', input.version),
    description: input.description ?? null,
    tags: tagList('input.tags', input.tags),
    file: input.file,
  });
  return { dataset };
}

export async function archiveDataset(input: { id: string }, context: Ask): Promise<{ dataset: Dataset }> {
  const { name, version } = readDatasetId(input.id, 'input.id', context);
  return { dataset: await context.azureML.archiveDataset(name, version) };
}
