import { createHmac } from 'node:crypto';
import type { Keys } from '../supabase/index.ts';
import { localProject, localTenant, localWorkspace } from './tenant.ts';

/** Addresses of the emulators, by the names under which they are known. */
export type Upstreams = {
  entra: string;
  arm: string;
  azureml: string;
  blob: string;
  foundry: string;
  /** Null where the platform was started without a database. */
  supabase: string | null;
};

/** The keys of the database: as secret as what they are made from. */
export function supabaseKeys(clientSecret: string): Keys {
  const key = (name: string) => createHmac('sha256', clientSecret).update(name).digest('base64url');
  return {
    jwtSecret: key('jwt'),
    anonKey: `sb_publishable_${key('publishable')}`,
    serviceRoleKey: `sb_secret_${key('secret')}`,
  };
}

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
  FOUNDRY_PROJECT_ENDPOINT: `${upstreams.foundry}/api/projects/${localProject}`,
  ...(upstreams.supabase === null ? {} : supabaseSettings(upstreams.supabase, supabaseKeys(clientSecret))),
});

const supabaseSettings = (url: string, { jwtSecret, anonKey, serviceRoleKey }: Keys) => ({
  SUPABASE_URL: url,
  SUPABASE_ANON_KEY: anonKey,
  SUPABASE_SERVICE_ROLE_KEY: serviceRoleKey,
  SUPABASE_JWT_SECRET: jwtSecret,
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
