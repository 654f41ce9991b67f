import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { type ApiKeyVerifier, createApiKeyVerifier } from './auth/api-keys.ts';
import { createAuthenticator } from './auth/authenticate.ts';
import { createKeyFile } from './auth/configured-keys.ts';
import { createEntraVerifier } from './auth/entra.ts';
import { createOidcVerifier } from './auth/oidc.ts';
import { createPeopleSeen } from './auth/people.ts';
import { createTokenExchange } from './auth/token-exchange.ts';
import { createVerifiers } from './auth/verifiers.ts';
import { type Config, protectedResourceOf } from './config.ts';
import { type Connectors, connectFoundry, connectGenie, connectStore } from './connect.ts';
import { type Context, createContext, type Operation, type Parts } from './context.ts';
import { createUpstream } from './datasources/http.ts';
import type { NewAuditEvent } from './domain/audit.ts';
import type { CallContext, Identity } from './domain/callers.ts';
import { type Clock, systemClock } from './domain/clock.ts';
import { createUsage, type Usage } from './resolvers/api-key-usage.ts';
import { createArrivals } from './resolvers/arrivals.ts';
import { createRefusals } from './resolvers/audit-refusals.ts';
import { type AuditTrail, createAuditTrail } from './resolvers/audit-trail.ts';
import { createUses } from './resolvers/audit-uses.ts';
import { createReplies } from './resolvers/chat/index.ts';
import { createGenieQuestions } from './resolvers/genie/index.ts';
import { createHealth } from './resolvers/health.ts';
import { createPeople } from './resolvers/people.ts';
import { createRunReader } from './resolvers/run-reader.ts';
import { createRunWatches } from './resolvers/watch/index.ts';
import { schema } from './schema/index.ts';
import type { Account } from './server/account.ts';
import { createBudgets } from './server/budgets.ts';
import { createServer, type GraphQLServer } from './server/index.ts';
import { traceparentFrom } from './server/trace.ts';
import { systemFacts } from './system.ts';
import { closeConnectors, createConnectors, probesOf } from './upstreams.ts';

/** What lives as long as the process: the server, and beneath it key sets, tokens, upstreams, watches and replies. */
export type Gateway = {
  server: GraphQLServer;
  /** After the server has drained: stores what is under way, and ends what is left. */
  close(): Promise<void>;
};

export function createGateway(config: Config, log: Logger): Gateway {
  const clock = systemClock;
  const verifier = createVerifiers([
    createEntraVerifier(config.entra, { clock }),
    ...config.oidc.map((issuer) => createOidcVerifier(issuer, { clock })),
  ]);
  const upstreams = createConnectors(config, createTokenExchange(config.entra, { clock }), clock);
  const audit = openTrail(upstreams, clock, log);
  const connectors: Connectors = { ...upstreams, uses: createUses({ clock, record: audit.record }) };
  const refusals = createRefusals({ clock, record: audit.record });
  const entra = createUpstream({ name: 'entra', baseUrl: config.entra.authorityHost });
  const apiKeys = openApiKeys(config, connectors, clock, log);
  const contextOf = (identity: Identity, signal: AbortSignal) =>
    createContext(parts, { identity, call: ownCall(signal), lastEventId: null });
  const parts: Parts = {
    connectors,
    apiKeys,
    clock,
    system: systemFacts(new Date()),
    health: createHealth(() => probesOf(entra, connectors), clock),
    ...roomsOf(config, connectors, { audit, clock, contextOf }),
  };
  const arrive = createArrivals(parts, log);
  const usage = openUsage(connectors, clock, log);
  const runtime = {
    schema,
    authenticate: refusals.watching(createAuthenticator(verifier, apiKeys)).authenticate,
    createContext(operation: Operation) {
      if (operation.identity) arrive(operation.identity, operation.call.requestId);
      return createContext(parts, operation);
    },
    quotas: { maxCost: config.quotas.maxCost, budgets: createBudgets(config.quotas.costPerMinute) },
    account({ caller, failed, cost }: Account) {
      if (caller.apiKey) usage?.count(caller.apiKey.id, { errors: failed ? 1 : 0, cost });
    },
    ready: () => true,
    log,
  };
  return {
    server: createServer(runtime, {
      corsOrigins: config.corsOrigins,
      graphiqlFile: config.graphiqlFile,
      protectedResource: protectedResourceOf(config),
    }),
    async close() {
      parts.runWatches.close();
      await parts.genieQuestions.close();
      await parts.replies.close();
      await refusals.close();
      await Promise.all([audit.close(), usage?.close()]);
      await Promise.all([verifier.close(), entra.close(), closeConnectors(connectors)]);
    },
  };
}

/** Those of the settings, and those that are stored where there is a database. */
function openApiKeys(
  { apiKeys }: Config,
  { supabase }: Connectors,
  clock: Clock,
  log: Logger,
): ApiKeyVerifier {
  const warn = (fields: object, message: string) => log.warn(fields, message);
  const fixed = apiKeys && 'fixed' in apiKeys ? async () => apiKeys.fixed : null;
  const file = apiKeys && 'file' in apiKeys ? createKeyFile({ path: apiKeys.file, clock, warn }) : null;
  return createApiKeyVerifier({
    clock,
    find: supabase?.service.findApiKey ?? null,
    configured: fixed ?? file,
  });
}
type Surroundings = {
  audit: AuditTrail;
  clock: Clock;
  /** Of what goes on without an operation, for one piece of it. */
  contextOf(identity: Identity, signal: AbortSignal): Context;
};

/** What goes on beside the operations. */
function roomsOf(
  config: Config,
  connectors: Connectors,
  { audit, clock, contextOf }: Surroundings,
): Pick<Parts, 'audit' | 'people' | 'runWatches' | 'genieQuestions' | 'replies'> {
  return {
    audit,
    people: createPeople({
      clock,
      seen: createPeopleSeen(clock),
      connect:
        connectors.supabase && ((identity, signal) => connectStore(connectors, identity, ownCall(signal))),
    }),
    runWatches: createRunWatches({
      clock,
      connect: (identity, signal) => createRunReader(contextOf(identity, signal)),
    }),
    genieQuestions: createGenieQuestions({
      clock,
      perMinute: config.databricks?.questionsPerMinute ?? 1,
      deadlineMs: config.databricks?.questionDeadlineMs ?? 0,
      connect: (identity, as, signal, requestId) =>
        connectGenie(connectors, identity, as, ownCall(signal, requestId)),
      connectStore: (identity, signal) => connectStore(connectors, identity, ownCall(signal)),
      audit: audit.record,
    }),
    replies: createReplies({
      clock,
      connect: (identity, signal, requestId) => {
        const call = ownCall(signal, requestId);
        const storeOf = forLatest(() => connectStore(connectors, identity, call));
        // Each only when it is asked for: what is stored can be told also where there is no Foundry.
        return {
          get foundry() {
            return connectFoundry(connectors, identity, call);
          },
          get store() {
            return storeOf(identity.caller);
          },
        };
      },
      audit: audit.record,
    }),
  };
}

/** What was made for a key, until another one comes. */
function forLatest<K, V>(make: () => V): (key: K) => V {
  let latest: { key: K; value: V } | null = null;
  return (key) => {
    if (latest?.key !== key) latest = { key, value: make() };
    return latest.value;
  };
}

/** In the database where there is one, else in the log. */
function openTrail({ supabase }: Connectors, clock: Clock, log: Logger): AuditTrail {
  const write = async (events: NewAuditEvent[]) => {
    for (const event of events) log.info({ audit: event }, 'audit');
  };
  return createAuditTrail({
    clock,
    append: supabase?.service.appendAudit ?? write,
    lost: (events, cause) => log.error({ audit: events, err: cause }, 'audit events could not be kept'),
  });
}

/** In the database; without one nobody is told how their keys are used. */
function openUsage({ supabase }: Connectors, clock: Clock, log: Logger): Usage | null {
  if (!supabase) return null;
  return createUsage({
    clock,
    write: supabase.service.countUsage,
    lost: (counts, cause) => log.error({ usage: counts, err: cause }, 'use of keys could not be kept'),
  });
}

/** What outlives the operation that started it is traced on its own. */
const ownCall = (signal: AbortSignal, requestId: string = randomUUID()): CallContext => ({
  signal,
  requestId,
  traceparent: traceparentFrom(undefined),
});
