import { localTenant, localWorkspace } from './tenant.ts';

/** Addresses of the emulators, by the names under which they are known. */
export type Upstreams = { entra: string; arm: string; azureml: string; blob: string };

/** The settings of a gateway on the local platform, by the names of the environment. */
export const gatewaySettings = (upstreams: Upstreams, clientSecret: string): Record<string, string> => ({
  AZURE_TENANT_ID: localTenant.tenantId,
  AZURE_CLIENT_ID: localTenant.clientId,
  AZURE_CLIENT_SECRET: clientSecret,
  AZURE_AUTHORITY_HOST: upstreams.entra,
  AZURE_SUBSCRIPTION_ID: localWorkspace.subscriptionId,
  AZURE_RESOURCE_GROUP: localWorkspace.resourceGroup,
  AZUREML_WORKSPACE_NAME: localWorkspace.workspace,
  AZURE_RESOURCE_MANAGER_ENDPOINT: upstreams.arm,
  AZUREML_API_ENDPOINT: upstreams.azureml,
  AZURE_STORAGE_BLOB_ENDPOINT: upstreams.blob,
});

/** What Node itself may need of the environment that the supervisor was started in; a program's settings do not pass. */
export const neededBy = (environment: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined &&
        (entry[0] === 'PATH' || entry[0] === 'HOME' || entry[0].startsWith('NODE_')),
    ),
  );
