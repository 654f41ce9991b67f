import { createHash } from 'node:crypto';

/** The workspace that this gateway serves, by the names of Azure's own tools. */
export type AzureMLSettings = {
  subscriptionId: string;
  resourceGroup: string;
  workspace: string;
  /** `https://management.azure.com`, or an emulator's. */
  armEndpoint: string;
  /** Data plane; without it `https://{location}.api.azureml.ms`, by the location the workspace states. */
  apiEndpoint?: string | null;
  /** One host for every storage account; without it each account's own. */
  blobEndpoint?: string | null;
};

/** Latest stable version of the ARM interface (contract section 1). */
export const armVersion = '2026-09-01';
/** Audiences of the three planes (contract section 1); a changed endpoint does not change them. */
export const scopes = {
  arm: 'https://management.azure.com/.default',
  data: 'https://ml.azure.com/.default',
  storage: 'https://storage.azure.com/.default',
} as const;

type Where = Pick<AzureMLSettings, 'subscriptionId' | 'resourceGroup' | 'workspace'>;

/** ARM id of the workspace: begins the path of every ARM call and of every data-plane call. */
export const workspaceId = ({ subscriptionId, resourceGroup, workspace }: Where): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.MachineLearningServices/workspaces/${workspace}`;

/** `home` of the workspace's global ids. ARM ids compare without regard to case (contract section 1). */
export const homeOf = (where: Where): string =>
  createHash('sha256').update(workspaceId(where).toLowerCase()).digest('base64url').slice(0, 12);

/** Path of a workspace's child, its names encoded. */
export const below = (...segments: string[]): string =>
  segments.map((segment) => `/${encodeURIComponent(segment)}`).join('');
