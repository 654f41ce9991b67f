import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { createAuthenticator } from './auth/authenticate.ts';
import { createEntraVerifier } from './auth/entra.ts';
import { createPeopleSeen } from './auth/people.ts';
import { createTokenExchange } from './auth/token-exchange.ts';
import type { Config } from './config.ts';
import { type Connectors, connectAzureML, createContext, type Operation, type Parts } from './context.ts';
import { createAzureMLConnector } from './datasources/azure-ml/connector.ts';
import { createUpstream, type Upstream } from './datasources/http.ts';
import { systemClock } from './domain/clock.ts';
import type { Probe } from './domain/health.ts';
import { createHealth } from './resolvers/health.ts';
import { createRunWatches } from './resolvers/watch/index.ts';
import { schema } from './schema/index.ts';
import { createServer, type GraphQLServer } from './server/index.ts';
import { traceparentFrom } from './server/trace.ts';
import { systemFacts } from './system.ts';

/** What lives as long as the process: the server, and beneath it key sets, tokens, upstreams and watches. */
export type Gateway = {
  server: GraphQLServer;
  /** After the server has drained: ends what is left. */
  close(): Promise<void>;
};

export function createGateway(config: Config, log: Logger): Gateway {
  const clock = systemClock;
  const verifier = createEntraVerifier(config.entra, { clock });
  const tokens = createTokenExchange(config.entra, { clock });
  const azureML = config.azureML && createAzureMLConnector(config.azureML);
  const entra = createUpstream({ name: 'entra', baseUrl: config.entra.authorityHost });
  const connectors: Connectors = { tokens, azureML };
  const parts: Parts = {
    connectors,
    people: createPeopleSeen(clock),
    system: systemFacts(new Date()),
    health: createHealth(() => probesOf(entra, connectors), clock),
    runWatches: createRunWatches({
      clock,
      connect: (identity, signal) => connectAzureML(connectors, identity, ownCall(signal)),
    }),
  };
  const runtime = {
    schema,
    authenticate: createAuthenticator(verifier).authenticate,
    createContext: (operation: Operation) => createContext(parts, operation),
    ready: () => true,
    log,
  };
  return {
    server: createServer(runtime, { corsOrigins: config.corsOrigins, graphiqlFile: config.graphiqlFile }),
    async close() {
      parts.runWatches.close();
      await Promise.all([verifier.close(), tokens.close(), azureML?.close(), entra.close()]);
    },
  };
}

/** A watch outlives the operation that started it, so its reads are traced on their own. */
const ownCall = (signal: AbortSignal) => ({
  signal,
  requestId: randomUUID(),
  traceparent: traceparentFrom(undefined),
});

/** The data plane's host is known, and so probed, once somebody has read the workspace. */
function probesOf(entra: Upstream, { azureML }: Connectors): Probe[] {
  const known = azureML?.upstreams();
  const probeOf = (name: string, provider: Probe['provider'], of: Pick<Upstream, 'probe'> | null): Probe => ({
    name,
    provider,
    check: of && ((signal) => of.probe(signal)),
  });
  return [
    probeOf('entra', null, entra),
    probeOf('arm', 'AZURE_ML', known?.arm ?? null),
    ...(known?.azureml ? [probeOf('azureml', 'AZURE_ML', known.azureml)] : []),
    ...(known?.blob ? [probeOf('blob', 'AZURE_ML', known.blob)] : []),
  ];
}
