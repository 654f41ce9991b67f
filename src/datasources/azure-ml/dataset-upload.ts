import type { Dataset, DatasetUpload } from '../../domain/datasets.ts';
import { conflict } from '../../domain/errors.ts';
import { assetName, assetVersion } from '../../domain/names.ts';
import { armDataTypes, typeOf, versionToDataset } from './assets-to-domain.ts';
import { type Connection, orNull } from './connection.ts';
import { readContainer, readVersion, versionPath } from './datasets.ts';
import type { Datastores } from './datastores.ts';
import { below } from './places.ts';
import { type UploadedFile, uploadFile } from './upload.ts';
import { uploadKind } from './upload-name.ts';
import { fromTags } from './values.ts';
import { putNextVersion } from './versions.ts';
import { type DataContainer, type DataVersion, dataContainer, dataVersion } from './wire.ts';

/** Streams the file into the default datastore; only when all of it lies there is the version registered. */
export async function uploadDataset(
  connection: Connection,
  datastores: Datastores,
  upload: DatasetUpload,
): Promise<Dataset> {
  const name = assetName('name', upload.name);
  const container = await orNull(readContainer(connection, name));
  await checkFree(connection, upload, container);
  const { name: datastore, container: blobs } = await datastores.openDefault();
  const { signal } = connection.call;
  const file = await uploadFile({ datastore, container: blobs, signal }, upload.file);
  const version = await register(connection, upload, file);
  await describeContainer(connection, upload, file);
  return versionToDataset(name, version, connection.home);
}

/** Before a byte is taken: what the service would refuse after the last. */
async function checkFree(
  connection: Connection,
  { name, version, file }: DatasetUpload,
  container: DataContainer | null,
): Promise<void> {
  if (!container) return;
  const has = typeOf(container.properties.dataType);
  const comes = uploadKind(file) === 'OTHER' ? 'FILE' : 'TABLE';
  if (has !== comes) {
    throw conflict(`The dataset "${name}" is a ${has}: a ${comes} cannot become a version of it.`);
  }
  if (version === null) return;
  const taken = await orNull(readVersion(connection, { name, version: assetVersion('version', version) }));
  if (taken) throw conflict(`The dataset "${name}" already has a version "${version}".`);
}

async function register(
  connection: Connection,
  upload: DatasetUpload,
  { type, uri }: UploadedFile,
): Promise<DataVersion> {
  const { name, version, description, tags } = upload;
  const properties = {
    dataType: armDataTypes[type],
    dataUri: uri,
    ...(description === null ? {} : { description }),
    tags: fromTags(tags),
    isAnonymous: false,
    isArchived: false,
  };
  const put = (as: string) =>
    connection.arm({ method: 'PUT', path: versionPath(name, as), json: { properties }, schema: dataVersion });
  if (version !== null) return put(assetVersion('version', version));
  const next = async () => (await orNull(readContainer(connection, name)))?.properties.nextVersion ?? '1';
  return putNextVersion(next, put);
}

/** An upload's tags stand on the data asset too, where lists can find them; and what was archived is in use again. */
async function describeContainer(
  connection: Connection,
  { name, tags, description }: DatasetUpload,
  { type }: UploadedFile,
): Promise<void> {
  // Whether the asset can be read as soon as its version is put is not documented.
  const properties = (await orNull(readContainer(connection, name)))?.properties;
  const isSettled = tags.length === 0 && description === null && !properties?.isArchived;
  if (isSettled) return;
  const { latestVersion: _latest, nextVersion: _next, ...kept } = properties ?? {};
  const described = {
    ...kept,
    dataType: armDataTypes[type],
    ...(description === null ? {} : { description }),
    tags: { ...properties?.tags, ...fromTags(tags) },
    isArchived: false,
  };
  const path = `/data${below(name)}`;
  await connection.arm({ method: 'PUT', path, json: { properties: described }, schema: dataContainer });
}
