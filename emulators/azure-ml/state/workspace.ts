import { createHash, randomBytes } from 'node:crypto';
import type { Account } from '../../blob/sas.ts';
import type { Store } from './store.ts';

export type WorkspaceSettings = {
  subscriptionId: string;
  resourceGroup: string;
  workspace: string;
  location: string;
};

/** The one workspace of the emulated subscription, and the storage account behind it. */
export type Workspace = WorkspaceSettings & {
  /** GUID, the same whenever the same workspace is started. */
  workspaceId: string;
  /** ARM id. */
  id: string;
  tenantId: string;
  account: Account;
  /** Origins of the three emulators; known once they listen. */
  urls: { arm: string; azureml: string; blob: string };
};

/** The container behind each of the datastores that every workspace has. */
export const containerOf = (workspace: Workspace, datastore: string): string | undefined =>
  ({
    workspaceblobstore: `azureml-blobstore-${workspace.workspaceId}`,
    workspaceartifactstore: artifactContainer,
  })[datastore];
export const artifactContainer = 'azureml';

/** Describes the workspace; the account's key is made at the first start and kept. */
export function describeWorkspace(settings: WorkspaceSettings, tenantId: string, store: Store): Workspace {
  const { subscriptionId, resourceGroup, workspace } = settings;
  const id = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.MachineLearningServices/workspaces/${workspace}`;
  const keys = store.collection<string>('account-key');
  const key = keys.get('primary') ?? keys.put('primary', randomBytes(64).toString('base64'));
  return {
    ...settings,
    id,
    tenantId,
    workspaceId: guidFor(id),
    account: { name: `${workspace.toLowerCase().replace(/[^a-z0-9]/g, '')}st`.slice(0, 24), key },
    urls: { arm: '', azureml: '', blob: '' },
  };
}

/** A GUID that is always the same for the same text. */
export function guidFor(text: string): string {
  const hex = createHash('sha256').update(text.toLowerCase()).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
