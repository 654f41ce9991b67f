import { codeOf, MlgraphError } from '../../domain/errors.ts';
import type { BlobContainer, BlobCredential, BlobStore } from './blob.ts';
import { type Connection, orNotFound } from './connection.ts';
import { below } from './places.ts';
import { armList, type Datastore, datastore, datastoreSecrets } from './wire.ts';

/** The blob containers behind the workspace's datastores, opened with what each caller may list of their secrets. */
export type Datastores = {
  /** The one that uploads go to. */
  openDefault(): Promise<{ name: string; container: BlobContainer }>;
  /** By name. @throws NOT_FOUND, BAD_USER_INPUT for one that is no blob container. */
  open(name: string): Promise<BlobContainer>;
};

export function createDatastores(connection: Connection, blobs: BlobStore): Datastores {
  const { arm, call } = connection;
  const opened = new Map<string, Promise<BlobContainer>>();

  async function containerOf(store: Datastore): Promise<BlobContainer> {
    const { datastoreType, accountName, containerName, endpoint } = store.properties;
    if (datastoreType !== 'AzureBlob') {
      throw new MlgraphError('BAD_USER_INPUT', `The datastore "${store.name}" is no blob container.`);
    }
    const place = {
      account: accountName ?? '',
      endpoint: endpoint || 'core.windows.net',
      container: containerName ?? '',
    };
    return blobs.container(call, place, await credentialOf(connection, store));
  }
  async function read(name: string): Promise<BlobContainer> {
    const answer = arm({ method: 'GET', path: `/datastores${below(name)}`, schema: datastore });
    return containerOf(await orNotFound(answer, `There is no datastore "${name}" in this workspace.`));
  }

  return {
    async openDefault() {
      const query = { isDefault: true, count: 1 };
      const { value } = await arm({ method: 'GET', path: '/datastores', query, schema: armList(datastore) });
      const [store] = value;
      if (!store) throw new MlgraphError('UPSTREAM_ERROR', 'The workspace has no default datastore.');
      return { name: store.name, container: await containerOf(store) };
    },
    open(name) {
      const container = opened.get(name) ?? read(name);
      opened.set(name, container);
      return container;
    },
  };
}

/**
 * What opens the container: the datastore's key or SAS, else the caller's own token. The service's answer for a
 * datastore without credentials is not documented: 400 is taken for "nothing to list" (contract section 4).
 */
async function credentialOf(
  { arm, storageToken }: Connection,
  { name, properties }: Datastore,
): Promise<BlobCredential> {
  const own: BlobCredential = { kind: 'TOKEN', token: storageToken };
  if (properties.credentials?.credentialsType === 'None') return own;
  const path = `/datastores${below(name)}/listSecrets`;
  const request = arm({ method: 'POST', path, schema: datastoreSecrets, idempotent: true });
  const secrets = await request.catch((error: unknown) => {
    if (codeOf(error) !== 'BAD_USER_INPUT') throw error;
    return null;
  });
  if (secrets?.key) return { kind: 'ACCOUNT_KEY', key: secrets.key };
  if (secrets?.sasToken) return { kind: 'SAS', sas: secrets.sasToken };
  return own;
}
