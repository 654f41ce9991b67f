import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { createYoga, type GraphQLParams, isAsyncIterable, type Plugin } from 'graphql-yoga';
import { authenticateRequest } from './credentials.ts';
import { documentCaches, useBoundedParser } from './documents.ts';
import { executeOperation, shown } from './execute.ts';
import { httpError, httpFactsOf } from './http-errors.ts';
import { negotiate } from './negotiate.ts';
import type { Operation } from './operation.ts';
import { sendJson } from './plain-answers.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';
import { readParams } from './request-params.ts';
import { challengeOf } from './resource-metadata.ts';
import type { Service } from './runtime.ts';
import { sendAsStream, streamSubscription } from './sse.ts';
import { subscribeOperation } from './subscribe.ts';
import { timed } from './timing.ts';

/** One request to `/graphql` and its answer; Yoga carries it as its server context. */
export type Exchange = {
  req: IncomingMessage;
  res: ServerResponse;
  operation: Operation;
};

/** `/graphql` over HTTP, and what the WebSocket shares with it: Yoga's caches of parsed and validated documents. */
export type Endpoint = {
  /** Answers the request; resolves when the answer has been handed to the socket. */
  handle(exchange: Exchange): Promise<void>;
  getEnveloped: ReturnType<typeof yogaFor>['getEnveloped'];
};

export function createEndpoint(service: Service): Endpoint {
  const yoga = yogaFor(service);
  return {
    getEnveloped: yoga.getEnveloped,
    handle: async (exchange) => {
      // The result processors write the answer themselves; the Response they return is a formality.
      await yoga.handleNodeRequestAndResponse(exchange.req, exchange.res, exchange);
    },
  };
}

/**
 * Yoga checks the parameters, parses, validates and caches. Off: what this server does itself (CORS, GraphiQL, body
 * limits, masking) and what it does not do (batching, the landing page).
 */
const yogaFor = (service: Service) =>
  createYoga<Exchange>({
    schema: service.runtime.schema,
    graphqlEndpoint: '/graphql',
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    batching: false,
    logging: false,
    // Every error of every answer is masked in one place, `useAnswer`; Yoga's hook does not see them all.
    maskedErrors: false,
    maxRequestBodySize: false,
    parserAndValidationCache: documentCaches(),
    plugins: [useBoundedParser(), useRequest(service), useExecutor(service), useAnswer(service)],
  });

/** Who is asking, then what they ask: in this order, so that a bad credential costs no body. */
const useRequest = ({ runtime, settings }: Service): Plugin<object, Exchange> => ({
  async onRequestParse({ serverContext: { req, operation }, setRequestParser }) {
    if (negotiate(req.headers.accept) === null) throw notAcceptable();
    const who = await timed(operation.timing, 'auth', () => authenticateRequest(req.headers, runtime));
    if (who) operation.identity = { caller: who.caller, assertion: () => who.token };
    operation.recheck = who?.recheck ?? null;
    setRequestParser(async () => (await readParams(req, operation, settings)) as GraphQLParams);
  },
});

const useExecutor = ({ runtime }: Service): Plugin<Exchange, Exchange> => ({
  onExecute: ({ setExecuteFn }) => setExecuteFn((args: ExecutionArgs) => executeOperation(args, runtime)),
  onSubscribe: ({ setSubscribeFn, context }) => {
    const streams = negotiate(context.req.headers.accept) === 'text/event-stream';
    setSubscribeFn((args: ExecutionArgs) => {
      if (!streams) throw subscriptionNotAcceptable();
      return subscribeOperation(args, runtime);
    });
  },
});

const notAcceptable = () =>
  httpError(
    406,
    'Nothing that Accept names can be given: ask for application/json, application/graphql-response+json or text/event-stream.',
  );

const subscriptionNotAcceptable = () =>
  httpError(406, 'A subscription over HTTP needs `Accept: text/event-stream`.');

/** Writes the answer: the one place through which every result and every error of HTTP leaves. */
const useAnswer = (service: Service): Plugin<object, Exchange> => ({
  onResultProcess({ result, serverContext, setResultProcessor }) {
    const { res, operation } = serverContext;
    setResultProcessor(async (_result, { Response }) => {
      res.setHeader('server-timing', operation.timing.header());
      setHeaders(res, rateLimitHeaders(operation.standings));
      if (isAsyncIterable(result)) await streamSubscription(res, result, operation, service);
      else sendResult(serverContext, result as ExecutionResult, service);
      return new Response(null);
    }, 'application/json');
  },
});

function setHeaders(res: ServerResponse, headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
}

function sendResult({ req, res, operation }: Exchange, thrown: ExecutionResult, service: Service): void {
  const mediaType = negotiate(req.headers.accept) ?? 'application/json';
  const { status, headers } = httpFactsOf(thrown, mediaType);
  const result = shown(thrown, operation, service.runtime);
  setHeaders(res, headers);
  const { protectedResource } = service.settings;
  if (status === 401 && protectedResource)
    res.setHeader('www-authenticate', challengeOf(req, protectedResource));
  if (mediaType === 'text/event-stream') sendAsStream(res, result, status);
  else sendJson(res, status, result, mediaType);
}
