import type { IncomingMessage, ServerResponse } from 'node:http';
import { toGraphQLError } from '../schema/errors.ts';
import { account } from './account.ts';
import { discardBody } from './body.ts';
import { answerPreflight, setCors } from './cors.ts';
import type { Endpoint } from './endpoint.ts';
import { servePage, wantsPage } from './graphiql.ts';
import { createOperation, type Operation, restarting } from './operation.ts';
import { sendError, sendJson } from './plain-answers.ts';
import { metadataPaths, sendMetadata } from './resource-metadata.ts';
import type { Service } from './runtime.ts';
import { requestIdFrom, traceparentFrom } from './trace.ts';

/** Answers every request of the server by its path. */
export function createRequestHandler(service: Service, endpoint: Endpoint) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const requestId = requestIdFrom(request.headers['x-request-id']);
    response.setHeader('x-request-id', requestId);
    if (service.draining.aborted) response.setHeader('connection', 'close');
    answer(request, response, requestId, service, endpoint)
      .catch((error: unknown) => fail(error, response, requestId, service))
      .finally(() => discardBody(request, response));
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  service: Service,
  endpoint: Endpoint,
): Promise<void> {
  const path = request.url?.split('?', 1)[0];
  if (path === '/health') return sendJson(response, 200, { status: 'alive' });
  if (path === '/ready') return sendReadiness(response, service);
  const { protectedResource } = service.settings;
  if (protectedResource && metadataPaths.includes(path ?? ''))
    return sendMetadata(request, response, protectedResource);
  if (path !== '/graphql')
    return sendError(response, 404, 'NOT_FOUND', 'There is nothing here: try /graphql.');
  // Yoga makes a URL of it, and would fail in a way that looks like our fault.
  if (!URL.canParse(`http://${request.headers.host || 'localhost'}`))
    return sendError(response, 400, 'BAD_USER_INPUT', 'The Host header names no host.');
  setCors(request, response, service.settings.corsOrigins);
  if (request.method === 'OPTIONS') return answerPreflight(request, response);
  if (service.draining.aborted) throw restarting();
  if (wantsPage(request)) return servePage(request, response, service);
  await runOperation(request, response, requestId, { service, endpoint });
}

function sendReadiness(response: ServerResponse, { draining, runtime }: Service): void {
  const ready = !draining.aborted && runtime.ready();
  sendJson(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not ready' });
}

async function runOperation(
  req: IncomingMessage,
  res: ServerResponse,
  requestId: string,
  { service, endpoint }: { service: Service; endpoint: Endpoint },
): Promise<void> {
  const operation = operationOf(req, requestId);
  res.once('close', () => {
    operation.end();
    account(operation, service.runtime);
  });
  await endpoint.handle({ req, res, operation });
}

function operationOf({ headers }: IncomingMessage, requestId: string): Operation {
  const lastEventId = headers['last-event-id'];
  return createOperation({
    identity: null,
    requestId,
    traceparent: traceparentFrom(headers.traceparent),
    lastEventId: typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : null,
  });
}

/** For what went wrong outside of GraphQL; within it, the endpoint has answered. */
function fail(error: unknown, response: ServerResponse, requestId: string, { runtime }: Service): void {
  const shown = toGraphQLError(error, requestId, runtime.log);
  if (response.headersSent) return void response.destroy();
  const status = shown.extensions.code === 'UPSTREAM_UNAVAILABLE' ? 503 : 500;
  if (status === 503) response.setHeader('retry-after', '1');
  sendJson(response, status, { errors: [shown] });
}
