import type { AssetBook, AssetVersion } from '../state/assets.ts';
import type { Platform } from '../state/platform.ts';
import {
  artifactAt,
  artifactUri,
  blobPathOf,
  canonicalUri,
  parseDatastoreUri,
  parseJobOutputUri,
} from '../state/uris.ts';
import { isObject, textOrNull } from './call.ts';
import { badRequest, missing } from './errors.ts';

/** What sets data assets and models apart. */
export type AssetKind = {
  /** Of the path: `data` or `models`. */
  segment: string;
  noun: string;
  typeField: string;
  uriField: string;
  types: readonly string[];
  /** Data containers have a type, which their versions share. */
  containerHasType: boolean;
  book(platform: Platform): AssetBook;
  /** The uri as the service keeps it. Throws 400 or 404 for one it cannot take. */
  acceptUri(platform: Platform, uri: string): string;
  /** The fields that only this kind has. */
  more(properties: Record<string, unknown>): AssetVersion['more'];
  /** Throws if this kind cannot be deleted. */
  checkDelete(): void;
};

export const dataKind: AssetKind = {
  segment: 'data',
  noun: 'Data',
  typeField: 'dataType',
  uriField: 'dataUri',
  types: ['uri_file', 'uri_folder', 'mltable'],
  containerHasType: true,
  book: (platform) => platform.data,
  acceptUri: ({ workspace }, uri) => {
    const at = parseDatastoreUri(uri);
    if (at && !blobPathOf(workspace, at)) throw missing(`Datastore ${at.datastore} was not found.`);
    if (!at && !/^(https|wasbs|abfss|adl):\/\//.test(uri))
      throw badRequest(`The dataUri '${uri}' is not a supported uri.`);
    return canonicalUri(workspace, uri);
  },
  more: (properties) =>
    properties.dataType === 'mltable' ? { referencedUris: properties.referencedUris ?? [] } : {},
  checkDelete: () => {
    throw badRequest('Data assets cannot be deleted. Archive the data asset instead.');
  },
};

export const modelKind: AssetKind = {
  segment: 'models',
  noun: 'Model',
  typeField: 'modelType',
  uriField: 'modelUri',
  types: ['custom_model', 'mlflow_model', 'triton_model'],
  containerHasType: false,
  book: (platform) => platform.models,
  acceptUri: (platform, uri) => {
    const at = modelPath(platform, uri);
    const under = `${at.name.replace(/\/$/, '')}/`;
    const found = platform.blobs.get(at) ?? platform.blobs.list(at.container, under)[0];
    if (!found) throw missing(`The model path '${uri}' was not found.`);
    // The service gives a job's output back as the datastore path it is: azure-ai-ml downloads models by that form only.
    return canonicalUri(platform.workspace, parseJobOutputUri(uri) ? artifactUri(at.name) : uri);
  },
  more: (properties) => ({
    jobName: textOrNull(properties.jobName) ?? parseJobOutputUri(String(properties.modelUri))?.runId ?? null,
    flavors: isObject(properties.flavors) ? properties.flavors : {},
    stage: textOrNull(properties.stage),
  }),
  checkDelete: () => undefined,
};

function modelPath(platform: Platform, uri: string): { container: string; name: string } {
  const output = parseJobOutputUri(uri);
  if (output) {
    if (!platform.runs.get(output.runId)) throw missing(`Run ${output.runId} was not found.`);
    return artifactAt(output.runId, output.path);
  }
  const datastorePath = parseDatastoreUri(uri);
  const at = datastorePath && blobPathOf(platform.workspace, datastorePath);
  if (!at) throw badRequest(`The modelUri '${uri}' is not a supported uri.`);
  return at;
}
