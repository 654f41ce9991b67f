import type { Dataset, DatasetType } from '../../domain/datasets.ts';
import { encodeId } from '../../domain/ids.ts';
import type { RegisteredModel } from '../../domain/models.ts';
import type { Compute, Experiment } from '../../domain/workspace.ts';
import { toDate, toTags } from './values.ts';
import type { ComputeResource, DataContainer, DataVersion, ModelContainer, ModelVersion } from './wire.ts';
import type { MLflowExperiment } from './wire-runs.ts';

const datasetTypes = new Map<string, DatasetType>([
  ['uri_file', 'FILE'],
  ['uri_folder', 'FOLDER'],
  ['mltable', 'TABLE'],
]);
/** A data type the gateway does not know is read as a FILE: something at a uri. */
export const typeOf = (word: string): DatasetType => datasetTypes.get(word.toLowerCase()) ?? 'FILE';
export const armDataTypes = { FILE: 'uri_file', FOLDER: 'uri_folder', TABLE: 'mltable' } as const;

const idOf = (concept: string, home: string, ...key: string[]): string =>
  encodeId({ concept, provider: 'AZURE_ML', home, key });

/** A data container as its latest version. The list holds no uri. */
export function containerToDataset({ name, properties, systemData }: DataContainer, home: string): Dataset {
  const version = properties.latestVersion || null;
  return {
    id: idOf('Dataset', home, name, version ?? ''),
    name,
    version,
    description: properties.description ?? null,
    type: typeOf(properties.dataType),
    uri: null,
    tags: toTags(properties.tags),
    createdAt: toDate(systemData?.createdAt),
    createdBy: systemData?.createdBy ?? null,
    archived: properties.isArchived ?? false,
  };
}

export function versionToDataset(name: string, wire: DataVersion, home: string): Dataset {
  const { name: version, properties, systemData } = wire;
  return {
    id: idOf('Dataset', home, name, version),
    name,
    version,
    description: properties.description ?? null,
    type: typeOf(properties.dataType),
    uri: properties.dataUri,
    tags: toTags(properties.tags),
    createdAt: toDate(systemData?.createdAt),
    createdBy: systemData?.createdBy ?? null,
    archived: properties.isArchived ?? false,
  };
}

/** A model container that has no version to show. */
export function containerToModel(
  { name, properties, systemData }: ModelContainer,
  home: string,
): RegisteredModel {
  return {
    kind: 'REGISTERED',
    id: idOf('Model', home, name, ''),
    provider: 'AZURE_ML',
    name,
    version: null,
    createdAt: toDate(systemData?.createdAt),
    tags: toTags(properties.tags),
    description: properties.description ?? null,
    format: null,
    uri: null,
    run: null,
  };
}

export function versionToModel(name: string, wire: ModelVersion, home: string): RegisteredModel {
  const { name: version, properties, systemData } = wire;
  return {
    kind: 'REGISTERED',
    id: idOf('Model', home, name, version),
    provider: 'AZURE_ML',
    name,
    version,
    createdAt: toDate(systemData?.createdAt),
    tags: toTags(properties.tags),
    description: properties.description ?? null,
    format: properties.modelType ?? null,
    uri: properties.modelUri ?? null,
    run: properties.jobName || null,
  };
}

export const toExperiment = (wire: MLflowExperiment, home: string): Experiment => ({
  id: idOf('Experiment', home, wire.name),
  name: wire.name,
  createdAt: wire.creation_time == null ? null : new Date(wire.creation_time),
});

export function toCompute({ name, properties }: ComputeResource, home: string): Compute {
  const scale = properties.properties?.scaleSettings;
  return {
    id: idOf('Compute', home, name),
    name,
    type: properties.computeType,
    size: properties.properties?.vmSize ?? null,
    state: properties.provisioningState ?? null,
    minNodes: scale?.minNodeCount ?? null,
    maxNodes: scale?.maxNodeCount ?? null,
  };
}
