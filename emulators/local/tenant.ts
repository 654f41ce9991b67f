/** The company of the local people. The ids are fixed, so that what is stored outlives a restart. */
export const localTenant = {
  tenantId: '3f0e7a52-4b1d-4c8e-9f26-5a7d10c3e001',
  clientId: '8b1c64f9-0d2a-4e53-b8c7-61f4a92d7002',
} as const;

/** The one Foundry project of the local platform. */
export const localProject = 'local';

/** The one workspace of the local platform. */
export const localWorkspace = {
  subscriptionId: '0f5a2c1e-93b7-4d68-8e04-7c16b3d5a003',
  resourceGroup: 'rg-contoso-ml',
  workspace: 'contoso-ml',
  location: 'westeurope',
} as const;

/** How many questions the Databricks workspace takes in a minute. */
export const localQuestionsPerMinute = 60;

/** The app role of everybody but the outsider. */
export const memberRole = 'mlgraph.member';

/** The realm of Keycloak. */
export const localRealm = 'staff';

/** What people's keys for services are derived from: the same at each start, for 3scale keeps them. It guards nothing. */
export const localKeySecret = 'the keys of this machine are for this machine alone';
