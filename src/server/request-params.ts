import type { IncomingMessage } from 'node:http';
import { unauthenticated } from '../domain/errors.ts';
import { readBody } from './body.ts';
import { httpError } from './http-errors.ts';
import { readMultipart } from './multipart.ts';
import type { OperationParams } from './multipart-map.ts';
import type { Operation } from './operation.ts';
import type { Service } from './runtime.ts';

/**
 * The GraphQL parameters of a GET or a POST, still to be checked. Yoga's own readers are not used: they hold a whole
 * body before they look at it, files too. Forms and plain text are refused, so that no page of another origin can
 * post anything that counts without a preflight.
 */
export async function readParams(
  request: IncomingMessage,
  operation: Operation,
  settings: Service['settings'],
): Promise<OperationParams> {
  const params = await unchecked(request, operation, settings);
  // Yoga would answer 200 to this, as if it were a query that GraphQL refuses.
  if (params.query === undefined || params.query === null) throw httpError(400, 'There is no `query`.');
  return params;
}

async function unchecked(
  request: IncomingMessage,
  operation: Operation,
  settings: Service['settings'],
): Promise<OperationParams> {
  if (request.method === 'GET') return paramsOfQuery(request.url ?? '');
  const { maxBodyBytes, bodyDeadlineMs } = settings;
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/json')
    return parseJson(
      'the body',
      await readBody(request, { maxBytes: maxBodyBytes, deadlineMs: bodyDeadlineMs }),
    );
  if (type !== 'multipart/form-data')
    throw httpError(415, 'The content-type must be application/json or multipart/form-data.');
  // There is nothing to upload for nobody: not a byte of the file is read.
  if (operation.identity === null)
    throw unauthenticated('A credential is needed for an upload: a bearer token or an API key.');
  return readMultipart(request, {
    maxFieldBytes: maxBodyBytes,
    maxFileBytes: settings.uploadMaxBytes,
    silenceMs: bodyDeadlineMs,
  });
}

function paramsOfQuery(url: string): OperationParams {
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  const params: OperationParams = {};
  for (const name of ['query', 'operationName']) if (query.get(name)) params[name] = query.get(name);
  for (const name of ['variables', 'extensions']) {
    const text = query.get(name);
    if (text) params[name] = parseJson(name, text);
  }
  return params;
}

function parseJson(what: string, text: string): OperationParams {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw httpError(400, `Not valid JSON: ${what}.`);
  }
  if (Array.isArray(value)) throw httpError(400, 'Batches of operations are not supported.');
  if (typeof value !== 'object' || value === null) throw httpError(400, `Not a JSON object: ${what}.`);
  return value as OperationParams;
}
