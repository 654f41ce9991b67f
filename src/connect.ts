import { tokensFor } from './auth/caller-tokens.ts';
import type { TokenExchange } from './auth/token-exchange.ts';
import type { Context } from './context.ts';
import type { AzureMLConnector } from './datasources/azure-ml/connector.ts';
import type { AzureML } from './datasources/azure-ml/index.ts';
import type { RoleConnector } from './datasources/azure-rbac/connector.ts';
import type { RoleAssignments } from './datasources/azure-rbac/index.ts';
import type { ChapkitConnector } from './datasources/chapkit/connector.ts';
import type { Chapkit } from './datasources/chapkit/index.ts';
import type { GenieConnector } from './datasources/databricks/connector.ts';
import type { Genie } from './datasources/databricks/index.ts';
import type { FoundryConnector } from './datasources/foundry/connector.ts';
import type { Foundry } from './datasources/foundry/index.ts';
import type { SupabaseConnector } from './datasources/supabase/connector.ts';
import type { Store } from './datasources/supabase/store.ts';
import type { ThreeScaleConnector } from './datasources/threescale/connector.ts';
import type { ThreeScale } from './datasources/threescale/index.ts';
import type { CallContext, Identity, TokenFor } from './domain/callers.ts';
import { forbidden, MlgraphError, notFound } from './domain/errors.ts';
import type { ActAs } from './domain/genie.ts';
import type { Use, UsesOfIdentity } from './resolvers/audit-uses.ts';

/** The upstreams; null where one is off. */
export type Connectors = {
  tokens: TokenExchange;
  /** Told of every person's token that is asked for. */
  uses?: UsesOfIdentity;
  azureML: AzureMLConnector | null;
  /** Of the subscription that the workspace is in. */
  roles: RoleConnector | null;
  foundry: FoundryConnector | null;
  databricks: GenieConnector | null;
  /** Without services where there are none. */
  chapkit: ChapkitConnector;
  threescale: ThreeScaleConnector | null;
  supabase: SupabaseConnector | null;
};

/** Azure ML as this caller. @throws UPSTREAM_NOT_CONFIGURED where it is off, FORBIDDEN as `tokensFor` does. */
export function connectAzureML(connectors: Connectors, identity: Identity, call: CallContext): AzureML {
  const { azureML } = connectors;
  if (!azureML) throw off('azureml', 'This gateway has no Azure Machine Learning workspace.');
  return azureML.connect({
    token: callerTokens(connectors, { identity, call, upstream: 'AZURE_ML' }),
    call,
    callerKey: identity.caller.key,
  });
}

/** Who may do what in Azure, as this caller may read it. @throws UPSTREAM_NOT_CONFIGURED, FORBIDDEN as Azure ML. */
export function connectRoles(connectors: Connectors, identity: Identity, call: CallContext): RoleAssignments {
  const { roles } = connectors;
  if (!roles) throw off('arm', 'This gateway has no Azure subscription.');
  const token = callerTokens(connectors, { identity, call, upstream: 'AZURE_ML' });
  return roles.connect({ token, call, callerKey: identity.caller.key });
}

/** The agents as this caller may use them. @throws UPSTREAM_NOT_CONFIGURED, FORBIDDEN as Azure ML. */
export const connectFoundry = (connectors: Connectors, identity: Identity, call: CallContext): Foundry =>
  theFoundry(connectors).connect({
    token: callerTokens(connectors, { identity, call, upstream: 'AZURE_FOUNDRY' }),
    call,
    caller: identity.caller,
  });

/** What is remembered of this person. @throws UPSTREAM_NOT_CONFIGURED where the database is off. */
export function connectStore({ supabase }: Connectors, { caller }: Identity, call: CallContext): Store {
  if (!supabase) throw off('supabase', 'This gateway has no database: it remembers no chats.');
  return supabase.connect({ caller, call });
}

/**
 * Genie, in the name of a person or of the application.
 * @throws UPSTREAM_NOT_CONFIGURED, FORBIDDEN as Azure ML, and for a service that would be a person: what the application
 * sees of its own there is everybody's.
 */
export function connectGenie(
  connectors: Connectors,
  identity: Identity,
  actor: ActAs,
  call: CallContext,
): Genie {
  const { key: callerKey, kind } = identity.caller;
  if (actor === 'USER' && kind === 'SERVICE') throw forbidden('An API key stands for no person: ask as APP.');
  const asPerson = () => callerTokens(connectors, { identity, call, upstream: 'DATABRICKS' });
  const token = actor === 'APP' ? connectors.tokens.asApplication : asPerson();
  return theGenie(connectors).connect({ token, call, callerKey, actor });
}

/**
 * A configured service, by the gateway's own key; by a person's, where it is published in 3scale.
 * @throws NOT_FOUND where there is none of this name.
 */
export function connectChapkit(
  { chapkit }: Connectors,
  systemName: string,
  { call, caller, ownKeys }: Pick<Context, 'call' | 'caller' | 'ownKeys'>,
): Chapkit {
  const service = chapkit.services.find((each) => each.systemName === systemName);
  if (!service) throw notFound('No such service for this caller.');
  const product = caller.kind === 'USER' && service.threescaleService;
  return chapkit.connect(systemName, { call, own: product ? ownKeys.access(product) : undefined });
}

export function connectThreeScale({ threescale }: Connectors, call: CallContext): ThreeScale {
  if (!threescale) throw off('threescale', 'This gateway has no 3scale.');
  return threescale.connect({ call });
}

/** As `tokensFor`, and that they were used is told to the trail. */
function callerTokens({ tokens, uses }: Connectors, use: Use): TokenFor {
  const own = tokensFor(tokens, use.identity);
  return uses ? uses.noting(own, use) : own;
}

export function theGenie({ databricks }: Connectors): GenieConnector {
  if (!databricks) throw off('databricks', 'This gateway has no Databricks workspace.');
  return databricks;
}

export function theFoundry({ foundry }: Connectors): FoundryConnector {
  if (!foundry) throw off('foundry', 'This gateway has no Microsoft Foundry project.');
  return foundry;
}

const off = (upstream: string, message: string) =>
  new MlgraphError('UPSTREAM_NOT_CONFIGURED', message, { upstream });
