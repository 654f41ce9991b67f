import type { PeopleSeen } from './auth/people.ts';
import type { AzureML } from './datasources/azure-ml/index.ts';
import type { CallContext, Caller, Identity } from './domain/callers.ts';
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
