import { guidFor, type Workspace } from '../../state/workspace.ts';
import { type Permission, permissionOf } from './permissions.ts';

/** A role as Azure defines it, or as somebody in the tenant did. */
export type Role = {
  /** GUID. */
  name: string;
  roleName: string;
  kind: 'BuiltInRole' | 'CustomRole';
  description: string;
  /** ARM paths at and below which it can be assigned. */
  assignableScopes: readonly string[];
  permissions: readonly Permission[];
};

const ml = 'Microsoft.MachineLearningServices';

const builtIn = (
  name: string,
  roleName: string,
  description: string,
  actions: string[],
  notActions: string[] = [],
): Role => ({
  name,
  roleName,
  kind: 'BuiltInRole',
  description,
  assignableScopes: ['/'],
  permissions: [permissionOf(actions, notActions)],
});

const builtInRoles = {
  owner: builtIn(
    '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
    'Owner',
    'Grants full access to manage all resources, including the ability to assign roles in Azure RBAC.',
    ['*'],
  ),
  contributor: builtIn(
    'b24988ac-6180-42a0-ab88-20f7382dd24c',
    'Contributor',
    'Grants full access to manage all resources, but does not allow you to assign roles in Azure RBAC.',
    ['*'],
    ['Microsoft.Authorization/*/Delete', 'Microsoft.Authorization/*/Write'],
  ),
  reader: builtIn(
    'acdd72a7-3385-48ef-bd42-f606fba81ae7',
    'Reader',
    'View all resources, but does not allow you to make any changes.',
    ['*/read'],
  ),
  userAccessAdministrator: builtIn(
    '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9',
    'User Access Administrator',
    'Lets you manage user access to Azure resources.',
    ['*/read', 'Microsoft.Authorization/*', 'Microsoft.Support/*'],
  ),
  dataScientist: builtIn(
    'f6c7c914-8db3-469d-8ca1-694a8f32e121',
    'AzureML Data Scientist',
    'Can perform all actions within an Azure Machine Learning workspace, except for creating or deleting compute resources and modifying the workspace itself.',
    ['read', 'action', 'delete', 'write'].map((verb) => `${ml}/workspaces/*/${verb}`),
    [
      `${ml}/workspaces/delete`,
      `${ml}/workspaces/write`,
      `${ml}/workspaces/computes/*/write`,
      `${ml}/workspaces/computes/*/delete`,
      `${ml}/workspaces/computes/listKeys/action`,
      `${ml}/workspaces/listKeys/action`,
    ],
  ),
  computeOperator: builtIn(
    'e503ece1-11d0-4e8e-8e2c-7a6c3bf38815',
    'AzureML Compute Operator',
    'Can access and perform CRUD operations on Machine Learning Services managed compute resources (including Notebook VMs).',
    [`${ml}/workspaces/computes/*`, `${ml}/workspaces/notebooks/vm/*`],
  ),
  blobContributor: {
    ...builtIn(
      'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
      'Storage Blob Data Contributor',
      'Allows for read, write and delete access to Azure Storage blob containers and data.',
      [],
    ),
    permissions: [
      {
        ...permissionOf(['Microsoft.Storage/storageAccounts/blobServices/containers/read']),
        dataActions: ['Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*'],
      },
    ],
  },
} satisfies Record<string, Role>;

/** Every role that can be assigned somewhere in the subscription. The custom one belongs to the workspace alone. */
export const rolesOf = ({ id }: Workspace) => ({
  ...builtInRoles,
  modelWatcher: {
    name: guidFor(`${id} role Model Watcher`),
    roleName: 'Model Watcher',
    kind: 'CustomRole',
    description: 'Sees models and their metrics, and nothing else.',
    assignableScopes: [id],
    permissions: [permissionOf([`${ml}/workspaces/models/*/read`, `${ml}/workspaces/metrics/*/read`])],
  } satisfies Role,
});
