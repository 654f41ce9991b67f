import { randomBytes, randomUUID } from 'node:crypto';
import type { CallContext } from '../../domain/callers.ts';
import { MlgraphError } from '../../domain/errors.ts';
import type { BytesCall } from './types.ts';

/**
 * The URL of a call, below `baseUrl`.
 * @throws BAD_USER_INPUT for a segment `.` or `..`: a name must not climb out of its collection.
 */
export function urlOf(baseUrl: string, { path, query = {} }: Pick<BytesCall, 'path' | 'query'>): URL {
  const pathname = path.split('?', 1)[0] ?? '';
  if (pathname.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment))) {
    throw new MlgraphError('BAD_USER_INPUT', 'A name may not be "." or "..".');
  }
  const base = new URL(baseUrl);
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}${path}`);
  if (url.origin !== base.origin) throw new Error('a path left its upstream');
  const added = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  if (added.length > 0) url.search = [url.search.slice(1), ...added].filter(Boolean).join('&');
  return url;
}

/** Whether the call may be sent again after a failure. */
export const isIdempotent = ({ idempotent, method }: Pick<BytesCall, 'idempotent' | 'method'>): boolean =>
  idempotent ?? (method !== 'POST' && method !== 'PATCH');

/** W3C trace context: the operation's trace, under a span id of this call's own. */
function traceparent(operation: string): string {
  const [, trace, flags] = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/.exec(operation) ?? [];
  return `00-${trace ?? randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-${flags ?? '00'}`;
}

/** Headers of one call; made once, so that its retries carry the same client request id. */
export const headersOf = (context: CallContext, call: BytesCall): Record<string, string> => ({
  accept: 'application/json',
  'user-agent': 'mlgraph',
  traceparent: traceparent(context.traceparent),
  'x-ms-client-request-id': randomUUID(),
  ...(call.json === undefined ? {} : { 'content-type': 'application/json' }),
  ...call.headers,
});
