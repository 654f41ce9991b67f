import { type Dataset, datasetTypes } from '../domain/datasets.ts';
import {
  archiveDataset,
  getDataset,
  listDatasets,
  runsOn,
  uploadDataset,
  uriOf,
  versionsOf,
} from '../resolvers/datasets.ts';
import { builder } from './builder.ts';
import { connectionOf, pageArgs } from './connections.ts';
import { NodeType } from './node.ts';
import { TagInputType, TagType } from './providers.ts';
import { RunConnection } from './runs.ts';

const DatasetTypeEnum = builder.enumType('DatasetType', {
  description: 'A file, a folder of files, or a table with columns.',
  values: datasetTypes,
});

export const DatasetRef = builder.objectRef<Dataset>('Dataset');
const DatasetConnection = connectionOf('Dataset', DatasetRef);

DatasetRef.implement({
  description:
    "One version of a data asset; `version` is null where there is none yet. Azure's list holds no `uri`: it costs a batched read, when asked for.",
  interfaces: [NodeType],
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Of the data asset.' }),
    version: t.exposeString('version', {
      nullable: true,
      description: 'Chosen by who uploaded it; usually a number.',
    }),
    description: t.exposeString('description', { nullable: true, description: 'Free text.' }),
    type: t.expose('type', { type: DatasetTypeEnum, description: 'The same for all versions.' }),
    uri: t.string({
      nullable: true,
      description: 'Where the data lies, as the platform writes it (azureml://…).',
      resolve: (dataset, _, context) => uriOf(dataset, context),
    }),
    tags: t.expose('tags', {
      type: [TagType],
      description: 'Without those that the platform keeps for itself.',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was registered.',
    }),
    createdBy: t.exposeString('createdBy', { nullable: true, description: 'Who registered it.' }),
    archived: t.exposeBoolean('archived', { description: 'Hidden from lists, still readable.' }),
    versions: t.field({
      type: DatasetConnection,
      nullable: true,
      description: 'All versions of the data asset, newest first.',
      args: pageArgs,
      resolve: (dataset, args, context) => versionsOf(dataset, args, context),
    }),
    runs: t.field({
      type: RunConnection,
      nullable: true,
      description: 'Those that were started here on this version.',
      args: pageArgs,
      resolve: (dataset, args, context) => runsOn(dataset, args, context),
    }),
  }),
});

const DatasetFilterType = builder.inputType('DatasetFilter', {
  description:
    '`type` and `tag` are those of the data asset, not of a version; an upload writes its tags on both.',
  fields: (t) => ({
    nameContains: t.string({ description: 'Part of the name, in any letter case.' }),
    type: t.field({ type: DatasetTypeEnum, description: 'Only this type.' }),
    tag: t.field({ type: TagInputType, description: 'Only those that carry this tag with this value.' }),
    includeArchived: t.boolean({ description: 'Archived ones too.' }),
  }),
});

builder.queryFields((t) => ({
  datasets: t.field({
    type: DatasetConnection,
    nullable: true,
    description: 'The latest version of each.',
    args: { ...pageArgs, filter: t.arg({ type: DatasetFilterType, description: 'Which ones.' }) },
    resolve: (_, args, context) => listDatasets(args, context),
  }),
  dataset: t.field({
    type: DatasetRef,
    nullable: true,
    description: 'Without `version`, the latest.',
    args: {
      name: t.arg.string({ required: true, description: 'Of the data asset.' }),
      version: t.arg.string({ description: 'One of its versions.' }),
    },
    resolve: (_, args, context) => getDataset(args, context),
  }),
}));

const payloadOf = (name: string, description: string) =>
  builder.objectRef<{ dataset: Dataset }>(name).implement({
    description,
    fields: (t) => ({ dataset: t.expose('dataset', { type: DatasetRef, description: 'As it is now.' }) }),
  });

const UploadDatasetInput = builder.inputType('UploadDatasetInput', {
  description: 'A file to store and register. A CSV or TSV becomes a TABLE, anything else a FILE.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Of the data asset; new, or one to add a version to.' }),
    version: t.string({ description: 'Without it, the next free one.' }),
    description: t.string({ description: 'Free text.' }),
    tags: t.field({ type: [TagInputType], description: 'Written on the asset and on the version.' }),
    file: t.field({ type: 'File', required: true, description: 'Streamed through to storage, of any size.' }),
  }),
});

const ArchiveDatasetInput = builder.inputType('ArchiveDatasetInput', {
  description: 'Which version to hide from lists.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Of a Dataset.' }) }),
});

builder.mutationFields((t) => ({
  uploadDataset: t.field({
    type: payloadOf('UploadDatasetPayload', 'The new version.'),
    nullable: true,
    description:
      'Streams a file into the default datastore and registers it. A failure leaves nothing registered.',
    extensions: { upstream: 'AZURE_ML' },
    args: { input: t.arg({ type: UploadDatasetInput, required: true, description: 'What to store.' }) },
    resolve: (_, { input }, context) => uploadDataset(input, context),
  }),
  archiveDataset: t.field({
    type: payloadOf('ArchiveDatasetPayload', 'The archived version.'),
    nullable: true,
    description: 'Azure deletes no data asset: archiving hides it.',
    extensions: { upstream: 'AZURE_ML' },
    args: { input: t.arg({ type: ArchiveDatasetInput, required: true, description: 'Which one.' }) },
    resolve: (_, { input }, context) => archiveDataset(input, context),
  }),
}));
