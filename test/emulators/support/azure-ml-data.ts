import { BlobServiceClient, type ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import type { TestWorkspace } from './azure-ml.ts';

/** The container behind the default datastore, with the account's key. */
export async function uploads(workspace: TestWorkspace): Promise<ContainerClient> {
  const { properties } = (await workspace.arm('GET', '/datastores/workspaceblobstore')).body;
  const { name, key } = workspace.ml.account;
  const credential = new StorageSharedKeyCredential(name, key);
  return new BlobServiceClient(`${workspace.ml.blob.url}/${name}`, credential).getContainerClient(
    properties.containerName,
  );
}

export async function storeBlob(
  workspace: TestWorkspace,
  name: string,
  content: string | Buffer,
): Promise<void> {
  await (await uploads(workspace)).getBlockBlobClient(name).uploadData(Buffer.from(content));
}

/** Uploads a CSV with its MLTable, and registers the folder as version 1. */
export async function registerTable(
  workspace: TestWorkspace,
  name: string,
  csv: string | Buffer,
): Promise<void> {
  const folder = `LocalUpload/${name}`;
  const mltable = `type: mltable\npaths:\n  - file: ./${name}.csv\ntransformations:\n  - read_delimited: { delimiter: ",", header: all_files_same_headers, encoding: utf8 }\n`;
  await storeBlob(workspace, `${folder}/${name}.csv`, csv);
  await storeBlob(workspace, `${folder}/MLTable`, mltable);
  const properties = {
    dataType: 'mltable',
    dataUri: `azureml://datastores/workspaceblobstore/paths/${folder}/`,
  };
  const { status } = await workspace.arm('PUT', `/data/${name}/versions/1`, { body: { properties } });
  if (status !== 201) throw new Error(`registering ${name} answered ${status}`);
}
