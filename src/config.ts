import { type ApiKeysConfig, readApiKeys } from './config/api-keys.ts';
import { type ChapkitConfig, readChapkit } from './config/chapkit.ts';
import { type DatabricksConfig, readDatabricks } from './config/databricks.ts';
import { type EntraConfig, readEntra } from './config/entra.ts';
import { type OidcConfig, readOidc } from './config/oidc.ts';
import { type QuotasConfig, readQuotas } from './config/quotas.ts';
import { type Environment, readerOf, type Settings } from './config/settings.ts';
import { readThreeScale, type ThreeScaleConfig } from './config/threescale.ts';

export type { ApiKeysConfig } from './config/api-keys.ts';
export type { ChapkitConfig } from './config/chapkit.ts';
export type { DatabricksConfig } from './config/databricks.ts';
export type { CredentialConfig, EntraConfig } from './config/entra.ts';
export type { OidcConfig } from './config/oidc.ts';
export { protectedResourceOf } from './config/protected-resource.ts';
export type { QuotasConfig } from './config/quotas.ts';
export type { ThreeScaleConfig } from './config/threescale.ts';

/** Everything the gateway is told from outside. Read once, at start; nothing else reads the environment. */
export type Config = Readonly<{
  host: string;
  port: number;
  logLevel: LogLevel;
  /** Where clients reach this; null: what each request says. */
  publicUrl: string | null;
  /** Origins whose pages may call this API; `loopback` is every origin on this machine. */
  corsOrigins: 'loopback' | readonly string[];
  /** Opening headers and tabs of GraphiQL (JSON), read at each load of the page. */
  graphiqlFile: string | null;
  entra: EntraConfig;
  /** Issuers trusted beside Entra. */
  oidc: readonly OidcConfig[];
  /** Null: none but those that are stored. */
  apiKeys: ApiKeysConfig | null;
  quotas: QuotasConfig;
  /** Null: off. */
  azureML: AzureMLConfig | null;
  /** Null: off; nothing is remembered then. */
  supabase: SupabaseConfig | null;
  /** Null: off. */
  foundry: FoundryConfig | null;
  /** Null: off. */
  databricks: DatabricksConfig | null;
  /** None: off. */
  chapkit: readonly ChapkitConfig[];
  /** Null: off. */
  threescale: ThreeScaleConfig | null;
}>;
export type AzureMLConfig = Readonly<{
  subscriptionId: string;
  resourceGroup: string;
  workspace: string;
  armEndpoint: string;
  /** Null: the one of the workspace's region. */
  apiEndpoint: string | null;
  /** Null: the storage account's own host. */
  blobEndpoint: string | null;
}>;
export type SupabaseConfig = Readonly<{
  url: string;
  anonKey: string;
  serviceRoleKey: string;
  /** Signs the tokens by which the database knows a person. */
  jwtSecret: string;
}>;
/** `https://{resource}.services.ai.azure.com/api/projects/{project}` */
export type FoundryConfig = Readonly<{
  projectEndpoint: string;
  /** How long an answer may take: to its first byte, between two, and in all. */
  streams: Readonly<{ firstByteMs: number; idleMs: number; totalMs: number }>;
}>;

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
type LogLevel = (typeof logLevels)[number];

/** All that is wrong with the settings, so that one start finds every fault. */
export class ConfigError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(
      `The settings have ${faults.length} fault(s):\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** @throws ConfigError listing every fault. */
export function readConfig(env: Environment = process.env): Config {
  const settings = readerOf(env);
  const entra = readEntra(settings);
  const threescale = readThreeScale(settings);
  const config: Config = {
    host: settings.text('HOST') ?? '0.0.0.0',
    port: settings.whole('PORT', 4000, { max: 65_535 }),
    logLevel: settings.oneOf('LOG_LEVEL', logLevels, 'info'),
    publicUrl: readPublicUrl(settings),
    corsOrigins: readOrigins(settings),
    graphiqlFile: settings.text('MLGRAPH_GRAPHIQL_FILE') ?? null,
    entra,
    oidc: readOidc(settings, originOf(entra.authorityHost)),
    apiKeys: readApiKeys(settings),
    quotas: readQuotas(settings),
    azureML: readAzureML(settings),
    supabase: readSupabase(settings),
    foundry: readFoundry(settings),
    databricks: readDatabricks(settings),
    chapkit: readChapkit(settings, threescale !== null),
    threescale,
  };
  if (settings.faults.length > 0) throw new ConfigError(settings.faults);
  return Object.freeze(config);
}

function readPublicUrl(settings: Settings): string | null {
  const address = settings.url('MLGRAPH_PUBLIC_URL');
  if (address !== undefined && originOf(address) !== address)
    settings.fault('MLGRAPH_PUBLIC_URL', 'an address without a path was expected');
  return address ?? null;
}

function readOrigins(settings: Settings): Config['corsOrigins'] {
  const origins = settings.list('MLGRAPH_CORS_ORIGINS');
  if (origins.length === 1 && origins[0] === 'loopback') return 'loopback';
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      settings.fault('MLGRAPH_CORS_ORIGINS', `"${origin}" is no origin such as https://app.example.com`);
    }
  }
  return origins;
}

const originOf = (address: string): string => URL.parse(address)?.origin ?? '';

function readAzureML(settings: Settings): AzureMLConfig | null {
  const names = ['AZURE_SUBSCRIPTION_ID', 'AZURE_RESOURCE_GROUP', 'AZUREML_WORKSPACE_NAME'] as const;
  const [subscriptionId, resourceGroup, workspace] = settings.group('Azure Machine Learning', names);
  const endpoints = {
    armEndpoint: settings.url('AZURE_RESOURCE_MANAGER_ENDPOINT') ?? 'https://management.azure.com',
    apiEndpoint: settings.url('AZUREML_API_ENDPOINT') ?? null,
    blobEndpoint: settings.url('AZURE_STORAGE_BLOB_ENDPOINT') ?? null,
  };
  if (!subscriptionId || !resourceGroup || !workspace) return null;
  return { subscriptionId, resourceGroup, workspace, ...endpoints };
}

function readSupabase(settings: Settings): SupabaseConfig | null {
  const names = [
    'SUPABASE_URL',
    'SUPABASE_ANON_KEY',
    'SUPABASE_SERVICE_ROLE_KEY',
    'SUPABASE_JWT_SECRET',
  ] as const;
  const [, anonKey, serviceRoleKey, jwtSecret] = settings.group('Supabase', names);
  const url = settings.url('SUPABASE_URL');
  if (jwtSecret && jwtSecret.length < 32)
    settings.fault('SUPABASE_JWT_SECRET', 'at least 32 characters were expected');
  if (!url || !anonKey || !serviceRoleKey || !jwtSecret) return null;
  return { url, anonKey, serviceRoleKey, jwtSecret };
}

function readFoundry(settings: Settings): FoundryConfig | null {
  const projectEndpoint = settings.url('FOUNDRY_PROJECT_ENDPOINT');
  const ms = (name: string, seconds: number) =>
    1_000 * settings.whole(name, seconds, { min: 1, max: 86_400 });
  const streams = {
    firstByteMs: ms('FOUNDRY_FIRST_BYTE_SECONDS', 60),
    idleMs: ms('FOUNDRY_IDLE_SECONDS', 120),
    totalMs: ms('FOUNDRY_REPLY_SECONDS', 600),
  };
  if (!projectEndpoint) return null;
  if (!/\/api\/projects\/[^/?#]+$/.test(projectEndpoint))
    settings.fault(
      'FOUNDRY_PROJECT_ENDPOINT',
      'an address that ends in /api/projects/{project} was expected',
    );
  return { projectEndpoint, streams };
}
