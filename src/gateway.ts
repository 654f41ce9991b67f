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
import {
  type Connectors,
  connectAzureML,
  connectFoundry,
  connectStore,
  createContext,
  type Operation,
  type Parts,
} from './context.ts';
import { createUpstream } from './datasources/http.ts';
import type { NewAuditEvent } from './domain/audit.ts';
import type { CallContext } from './domain/callers.ts';
import { type Clock, systemClock } from './domain/clock.ts';
import { createArrivals } from './resolvers/arrivals.ts';
import { type AuditTrail, createAuditTrail } from './resolvers/audit-trail.ts';
import { createReplies } from './resolvers/chat/index.ts';
import { createHealth } from './resolvers/health.ts';
import { createPeople } from './resolvers/people.ts';
import { createRunWatches } from './resolvers/watch/index.ts';
import { schema } from './schema/index.ts';
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
  const connectors = createConnectors(config, createTokenExchange(config.entra, { clock }), clock);
  const entra = createUpstream({ name: 'entra', baseUrl: config.entra.authorityHost });
  const apiKeys = openApiKeys(config, connectors, clock, log);
  const parts: Parts = {
    connectors,
    apiKeys,
    clock,
    system: systemFacts(new Date()),
    health: createHealth(() => probesOf(entra, connectors), clock),
    ...roomsOf(connectors, clock, log),
  };
  const arrive = createArrivals(parts, log);
  const runtime = {
    schema,
    authenticate: createAuthenticator(verifier, apiKeys).authenticate,
    createContext(operation: Operation) {
      if (operation.identity) arrive(operation.identity, operation.call.requestId);
      return createContext(parts, operation);
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
      await parts.replies.close();
      await parts.audit.close();
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

/** What goes on beside the operations. */
function roomsOf(
  connectors: Connectors,
  clock: Clock,
  log: Logger,
): Pick<Parts, 'audit' | 'people' | 'runWatches' | 'replies'> {
  const audit = openTrail(connectors, clock, log);
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
      connect: (identity, signal) => connectAzureML(connectors, identity, ownCall(signal)),
    }),
    replies: createReplies({
      clock,
      connect: (identity, signal, requestId) => {
        const call = ownCall(signal, requestId);
        // Each only when it is asked for: what is stored can be told also where there is no Foundry.
        return {
          get foundry() {
            return connectFoundry(connectors, identity, call);
          },
          get store() {
            return connectStore(connectors, identity, call);
          },
        };
      },
      audit: audit.record,
    }),
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

/** What outlives the operation that started it is traced on its own. */
const ownCall = (signal: AbortSignal, requestId: string = randomUUID()): CallContext => ({
  signal,
  requestId,
  traceparent: traceparentFrom(undefined),
});
