import { mintSas } from '../../blob/sas.ts';
import type { Platform } from '../state/platform.ts';
import { containerOf } from '../state/workspace.ts';
import type { ArmCall, ArmHandler } from './call.ts';
import { envelope } from './envelope.ts';
import { badRequest, missing } from './errors.ts';
import { pageReply } from './paging.ts';

const defaultDatastore = 'workspaceblobstore';
const names = [defaultDatastore, 'workspaceartifactstore'];

export const listDatastores: ArmHandler = (call) => {
  const wanted = call.query.get('isDefault');
  const asked = call.query.get('names')?.split(',');
  const shown = names
    .filter((name) => wanted === null || (wanted === 'true') === (name === defaultDatastore))
    .filter((name) => !asked || asked.includes(name));
  const count = Number(call.query.get('count') ?? 30) || 30;
  return pageReply(call, shown, {
    keyOf: (name) => name,
    render: (name) => render(call.platform, name),
    size: count,
  });
};

export const getDatastore: ArmHandler = (call) => ({ status: 200, body: render(call.platform, find(call)) });

/** What the real service answers for a datastore without credentials is not known; 400 is what is assumed. */
export const listSecrets: ArmHandler = (call) => {
  const { workspace, switches, now } = call.platform;
  const container = String(containerOf(workspace, find(call)));
  if (switches.datastoreCredentials === 'None') throw badRequest('The datastore has no credentials to list.');
  if (switches.datastoreCredentials === 'AccountKey')
    return { status: 200, body: { secretsType: 'AccountKey', key: workspace.account.key } };
  const grant = { permissions: 'racwdl', expiresAt: now() + 3_600_000 };
  const sasToken = mintSas(workspace.account, { container, name: null }, grant);
  return { status: 200, body: { secretsType: 'Sas', sasToken } };
};

function find({ params }: ArmCall): string {
  const found = names.find((name) => name === params.name?.toLowerCase());
  if (!found) throw missing(`Could not find datastore: ${params.name}`);
  return found;
}

/** Secrets are never part of it. */
function render({ workspace, switches }: Platform, name: string) {
  const credentialsType = switches.datastoreCredentials;
  const endpoint = new URL(workspace.urls.blob);
  return envelope(workspace, `datastores/${name}`, {
    properties: {
      datastoreType: 'AzureBlob',
      accountName: workspace.account.name,
      containerName: containerOf(workspace, name),
      endpoint: `localhost:${endpoint.port}`,
      protocol: endpoint.protocol.slice(0, -1),
      serviceDataAccessAuthIdentity: credentialsType === 'None' ? 'WorkspaceSystemAssignedIdentity' : 'None',
      credentials: { credentialsType },
      isDefault: name === defaultDatastore,
      description: null,
      tags: {},
      properties: {},
    },
  });
}
