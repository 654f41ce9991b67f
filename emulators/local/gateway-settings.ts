import { createHmac } from 'node:crypto';
import type { Keys } from '../supabase/index.ts';
import type { ApiKey } from './api-keys.ts';
import {
  localKeySecret,
  localProject,
  localQuestionsPerMinute,
  localRealm,
  localTenant,
  localWorkspace,
  memberRole,
} from './tenant.ts';

/** Addresses of the emulators, by the names under which they are known. */
export type Upstreams = {
  entra: string;
  arm: string;
  azureml: string;
  blob: string;
  foundry: string;
  databricks: string;
  chapkit: string;
  'chapkit-2': string;
  keycloak: string;
  threescale: string;
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

/** The Chapkit services, by the names of their emulators: one of each generation of the wire. */
export const chapkitServices = [
  { upstream: 'chapkit', systemName: 'disease-forecast', generation: 1 },
  { upstream: 'chapkit-2', systemName: 'climate-health', generation: 2 },
] as const;

/** The gateway's key of a Chapkit service. */
export const chapkitKey = (clientSecret: string, systemName: string): string =>
  `sk_ml_${createHmac('sha256', clientSecret).update(systemName).digest('base64url')}`;

/** The gateway's token for 3scale. */
export const threescaleToken = (clientSecret: string): string =>
  createHmac('sha256', clientSecret).update('threescale').digest('hex');

const linesOf = (apiKeys: readonly ApiKey[]): string =>
  apiKeys.map(({ name, scopes, key }) => `${name} ${scopes.join(',')} ${key}`).join(';');

/** The settings of a gateway on the local platform, by the names of the environment. */
export const gatewaySettings = (
  upstreams: Upstreams,
  clientSecret: string,
  apiKeys: readonly ApiKey[] = [],
): Record<string, string> => ({
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
  DATABRICKS_HOST: upstreams.databricks,
  DATABRICKS_QUESTIONS_PER_MINUTE: String(localQuestionsPerMinute),
  ...chapkitSettings(upstreams, clientSecret),
  OIDC_ISSUERS: localRealm,
  OIDC_STAFF_ISSUER: `${upstreams.keycloak}/realms/${localRealm}`,
  OIDC_STAFF_AUDIENCES: 'mlgraph',
  OIDC_STAFF_CLI_CLIENT_ID: 'mlgraph-cli',
  THREESCALE_ADMIN_URL: upstreams.threescale,
  THREESCALE_ACCESS_TOKEN: threescaleToken(clientSecret),
  THREESCALE_KEY_SECRET: localKeySecret,
  ...(apiKeys.length > 0 ? { MLGRAPH_API_KEYS: linesOf(apiKeys) } : {}),
  ...(upstreams.supabase === null ? {} : supabaseSettings(upstreams.supabase, supabaseKeys(clientSecret))),
});

/** Everybody but the outsider may use them. */
const chapkitSettings = (upstreams: Upstreams, clientSecret: string): Record<string, string> =>
  Object.fromEntries([
    ['CHAPKIT_SERVICES', chapkitServices.map(({ systemName }) => systemName).join(' ')],
    ...chapkitServices.flatMap(({ upstream, systemName }) => {
      const prefix = `CHAPKIT_${systemName.toUpperCase().replaceAll('-', '_')}_`;
      return [
        [`${prefix}URL`, upstreams[upstream]],
        [`${prefix}API_KEY`, chapkitKey(clientSecret, systemName)],
        [`${prefix}READ_ROLES`, memberRole],
        [`${prefix}TRAIN_ROLES`, memberRole],
        [`${prefix}PREDICT_ROLES`, memberRole],
      ];
    }),
  ]);

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
