import { createStoreTokens } from './auth/store-token.ts';
import type { TokenExchange } from './auth/token-exchange.ts';
import type { Config } from './config.ts';
import type { Connectors } from './connect.ts';
import { createAzureMLConnector } from './datasources/azure-ml/connector.ts';
import { createRoleConnector } from './datasources/azure-rbac/connector.ts';
import { createChapkitConnector } from './datasources/chapkit/connector.ts';
import { createGenieConnector } from './datasources/databricks/connector.ts';
import { createFoundryConnector } from './datasources/foundry/connector.ts';
import type { Upstream } from './datasources/http.ts';
import { createSupabaseConnector } from './datasources/supabase/connector.ts';
import { createThreeScaleConnector } from './datasources/threescale/connector.ts';
import type { Clock } from './domain/clock.ts';
import type { Probe } from './domain/health.ts';

/** What the settings say there is; nothing is called yet. */
export function createConnectors(config: Config, tokens: TokenExchange, clock: Clock): Connectors {
  const foundry = config.foundry && createFoundryConnector(config.foundry, config.foundry.streams);
  const azureML = config.azureML && createAzureMLConnector(config.azureML);
  const databricks = config.databricks && createGenieConnector(config.databricks);
  const chapkit = createChapkitConnector(config.chapkit);
  return {
    tokens,
    azureML,
    roles: azureML && config.azureML && createRoleConnector(config.azureML, azureML.upstreams()),
    foundry,
    databricks,
    chapkit,
    threescale: config.threescale && createThreeScaleConnector(config.threescale),
    supabase: openSupabase(config, foundry?.home ?? '', clock),
  };
}

function openSupabase({ supabase }: Config, agentHome: string, clock: Clock): Connectors['supabase'] {
  if (!supabase) return null;
  const { tokenFor } = createStoreTokens(supabase, { clock });
  return createSupabaseConnector({ ...supabase, agentHome, tokenFor });
}

export async function closeConnectors(connectors: Connectors): Promise<void> {
  const { tokens, azureML, foundry, databricks, chapkit, threescale, supabase } = connectors;
  const upstreams = [azureML, foundry, databricks, chapkit, threescale, supabase];
  await Promise.all([tokens.close(), ...upstreams.map((upstream) => upstream?.close())]);
}

type Probed = Pick<Upstream, 'probe'>;

/** The data plane's host is known, and so probed, once somebody has read the workspace. */
export function probesOf(entra: Probed, connectors: Connectors): Probe[] {
  const { azureML, foundry, databricks, chapkit, threescale, supabase } = connectors;
  const known = azureML?.upstreams();
  return [
    probeOf('entra', null, entra),
    probeOf('arm', 'AZURE_ML', known?.arm),
    ...(known?.azureml ? [probeOf('azureml', 'AZURE_ML', known.azureml)] : []),
    ...(known?.blob ? [probeOf('blob', 'AZURE_ML', known.blob)] : []),
    probeOf('foundry', 'AZURE_FOUNDRY', foundry?.upstream),
    probeOf('databricks', 'DATABRICKS', databricks?.upstream),
    ...(chapkit.probes.length > 0 ? chapkit.probes : [probeOf('chapkit', 'CHAPKIT', null)]),
    probeOf('threescale', 'THREESCALE', threescale?.upstream),
    probeOf('supabase', 'LOCAL', supabase?.service),
  ];
}

const probeOf = (name: string, provider: Probe['provider'], of: Probed | null | undefined): Probe => ({
  name,
  provider,
  check: of ? (signal) => of.probe(signal) : null,
});
