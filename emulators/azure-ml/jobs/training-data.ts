import { buffer, text } from 'node:stream/consumers';
import type { TrainingTable } from '../../training/job.ts';
import { badRequest, missing } from '../arm/errors.ts';
import type { AssetVersion } from '../state/assets.ts';
import type { Platform } from '../state/platform.ts';
import { blobPathOf, parseDatastoreUri } from '../state/uris.ts';
import { MLTableError, parseMLTable } from './mltable.ts';

/** Where a job's input lies, and the data asset it is, if it is one. */
export type TrainingInput = { uri: string; asset: AssetVersion | null };

const assetForms = [
  /\/workspaces\/[^/]+\/data\/([^/]+)\/versions\/([^/]+)$/i,
  /^azureml:([^/:@]+):([^/:@]+)$/,
  /^azureml:([^/:@]+)(@latest)$/,
];

/** Looks up the input when the job is submitted. Throws 404 for a data asset there is not, 400 for one of no use. */
export function resolveInput(platform: Platform, uri: string): TrainingInput {
  for (const form of assetForms) {
    const [, name, version] = form.exec(uri) ?? [];
    if (name !== undefined && version !== undefined) return assetInput(platform, name, version);
  }
  if (!parseDatastoreUri(uri)) throw badRequest(`The input uri '${uri}' is not a supported uri.`);
  return { uri, asset: null };
}

function assetInput(platform: Platform, name: string, wanted: string): TrainingInput {
  const version = wanted === '@latest' ? (platform.data.numbering(name).latestVersion ?? '') : wanted;
  const asset = platform.data.version(name, version);
  if (!asset) throw missing(`Data version ${name}:${version || wanted} was not found.`);
  if (asset.type !== 'mltable')
    throw badRequest(`The data asset ${name}:${version} is of type ${asset.type}; mltable is needed.`);
  return { uri: asset.uri, asset };
}

/** Opens the file that the folder's MLTable names. Throws MLTableError where there is no such file. */
export async function openTable(platform: Platform, input: TrainingInput): Promise<TrainingTable> {
  const at = parseDatastoreUri(input.uri);
  const folder = at && blobPathOf(platform.workspace, at);
  if (!folder) throw new MLTableError(`The input '${input.uri}' is not in a datastore of this workspace.`);
  const below = (name: string) =>
    platform.blobs.get({ container: folder.container, name: `${folder.name.replace(/\/?$/, '/')}${name}` });
  const definition = below('MLTable');
  if (!definition)
    throw new MLTableError('MLTable input is invalid: not able to find MLTable file in the folder.');
  const { file, delimiter } = parseMLTable(await text(platform.blobs.read(definition)));
  const blob = below(file);
  if (!blob)
    throw new MLTableError(`MLTable input is invalid: the file ${file} that it names was not found.`);
  return { name: file, delimiter, bytes: () => buffer(platform.blobs.read(blob)) };
}
