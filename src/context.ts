import type { PeopleSeen } from './auth/people.ts';
import type { TokenExchange } from './auth/token-exchange.ts';
import type { AzureMLConnector } from './datasources/azure-ml/connector.ts';
import type { AzureML } from './datasources/azure-ml/index.ts';
import type { CallContext, Caller, Identity } from './domain/callers.ts';
import { MlgraphError, unauthenticated } from './domain/errors.ts';
import type { Health, System } from './domain/health.ts';
import type { RunWatches } from './resolvers/watch/index.ts';

/**
 * What one operation may use (each event of a subscription gets a fresh one, so that nothing read for an
 * earlier event is taken for the present). The datasources are bound to the caller's tokens.
 */
export type Context = {
  /** Null: nobody, who may see public fields only. */
  readonly identity: Identity | null;
  readonly call: CallContext;
  /** Of an SSE client that reconnects: wins over `after`. */
  readonly lastEventId: string | null;
  /** @throws UNAUTHENTICATED for nobody. */
  readonly caller: Caller;
  /** @throws UNAUTHENTICATED for nobody, UPSTREAM_NOT_CONFIGURED where it is off. */
  readonly azureML: AzureML;
  readonly runWatches: RunWatches;
  readonly people: PeopleSeen;
  readonly health: () => Promise<Health>;
  readonly system: System;
};

/** What every context is made from. */
export type Parts = Pick<Context, 'runWatches' | 'people' | 'health' | 'system'> & {
  connectors: Connectors;
};
/** The upstreams; null where one is off. */
export type Connectors = { tokens: TokenExchange; azureML: AzureMLConnector | null };
export type Operation = Pick<Context, 'identity' | 'call' | 'lastEventId'>;

/** A fresh context: datasources come into being when a field first asks for them. */
export function createContext({ connectors, ...shared }: Parts, operation: Operation): Context {
  let azureML: AzureML | null = null;
  const { identity } = operation;
  return {
    ...shared,
    ...operation,
    get caller() {
      if (!identity) throw nobody();
      return identity.caller;
    },
    get azureML() {
      if (!identity) throw nobody();
      azureML ??= connectAzureML(connectors, identity, operation.call);
      return azureML;
    },
  };
}

/** Azure ML as this person. @throws UPSTREAM_NOT_CONFIGURED where it is off. */
export function connectAzureML(
  { tokens, azureML }: Connectors,
  identity: Identity,
  call: CallContext,
): AzureML {
  if (!azureML) {
    throw new MlgraphError(
      'UPSTREAM_NOT_CONFIGURED',
      'This gateway has no Azure Machine Learning workspace.',
      {
        upstream: 'azureml',
      },
    );
  }
  return azureML.connect({
    token: (scope, options) => tokens.onBehalfOf(identity, scope, options),
    call,
    callerKey: identity.caller.key,
  });
}

const nobody = () =>
  unauthenticated('This needs a credential: send an Authorization header with a bearer token.');
