import { guidFor, type Workspace } from '../state/workspace.ts';
import type { ArmHandler } from './call.ts';

export const getWorkspace: ArmHandler = ({ platform }) => ({ status: 200, body: render(platform.workspace) });

export const listWorkspaces: ArmHandler = ({ platform }) => ({
  status: 200,
  body: { value: [render(platform.workspace)] },
});

function render(workspace: Workspace) {
  const { azureml } = workspace.urls;
  const group = workspace.id.split('/providers/')[0];
  const sibling = (type: string, name: string) => `${group}/providers/${type}/${name}`;
  return {
    id: workspace.id,
    name: workspace.workspace,
    type: 'Microsoft.MachineLearningServices/workspaces',
    location: workspace.location,
    tags: {},
    sku: { name: 'Basic', tier: 'Basic' },
    identity: {
      type: 'SystemAssigned',
      principalId: guidFor(`${workspace.id} identity`),
      tenantId: workspace.tenantId,
    },
    properties: {
      workspaceId: workspace.workspaceId,
      friendlyName: workspace.workspace,
      description: '',
      tenantId: workspace.tenantId,
      storageAccount: sibling('Microsoft.Storage/storageAccounts', workspace.account.name),
      keyVault: sibling('Microsoft.KeyVault/vaults', `${workspace.workspace}-kv`),
      applicationInsights: sibling('Microsoft.Insights/components', `${workspace.workspace}-ai`),
      containerRegistry: null,
      discoveryUrl: `${azureml}/discovery`,
      mlFlowTrackingUri: `${azureml.replace(/^https?:/, 'azureml:')}/mlflow/v1.0${workspace.id}`,
      provisioningState: 'Succeeded',
      publicNetworkAccess: 'Enabled',
      storageHnsEnabled: false,
      systemDatastoresAuthMode: 'AccessKey',
    },
  };
}

/** Where the data plane's parts are; official clients ask it without a token. */
export function discovery({ urls }: Workspace): Record<string, string> {
  return { api: urls.azureml, history: urls.azureml, artifact: urls.azureml, experimentation: urls.azureml };
}
