import { type ExecutionResult, GraphQLError } from 'graphql';
import type { ErrorCode } from '../domain/errors.ts';
import { errorCodeOf, errorDetailsOf } from '../schema/errors.ts';
import type { MediaType } from './negotiate.ts';

/** What Yoga and this server note on an error for HTTP; the mask removes it. */
type HttpFacts = { status?: number; headers?: Record<string, string>; spec?: boolean };

/** A request that is refused before GraphQL looks at it: BAD_USER_INPUT with an HTTP status of its own. */
export const httpError = (status: number, message: string, headers: Record<string, string> = {}) =>
  new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', http: { status, headers } } });

const statusByCode: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  BAD_USER_INPUT: 400,
  QUERY_TOO_COMPLEX: 400,
  RATE_LIMITED: 429,
  UPSTREAM_UNAVAILABLE: 503,
  UPSTREAM_TIMEOUT: 504,
};

/** Of a well-formed request that GraphQL refuses. */
const refusals: readonly ErrorCode[] = ['BAD_USER_INPUT', 'QUERY_TOO_COMPLEX'];

const challengeByCode: Partial<Record<ErrorCode, string>> = {
  UNAUTHENTICATED: 'Bearer',
  FORBIDDEN: 'Bearer error="insufficient_scope"',
};

/**
 * Status and headers of an answer, from errors as they were thrown. An error with a path happened within an
 * operation that ran, so it decides nothing: 200. For `application/json` the specification of GraphQL over HTTP
 * wants 200 for well-formed requests that GraphQL refuses, too.
 */
export function httpFactsOf(result: ExecutionResult, mediaType: MediaType) {
  let status = 200;
  let headers: Record<string, string> = {};
  for (const error of result.errors ?? []) {
    if (error.path !== undefined || 'data' in result) continue;
    const facts = factsOf(error);
    if (facts.spec && mediaType !== 'application/graphql-response+json') continue;
    status = Math.max(status, facts.status);
    headers = { ...headers, ...facts.headers };
  }
  return { status, headers };
}

function factsOf(error: GraphQLError): { status: number; headers: Record<string, string>; spec: boolean } {
  const code = errorCodeOf(error);
  const http = error.extensions.http as HttpFacts | undefined;
  const challenge = challengeByCode[code];
  const retryAfter = errorDetailsOf(error).retryAfterSeconds;
  return {
    status: http?.status ?? statusByCode[code] ?? 500,
    headers: http?.headers ?? {
      ...(challenge && { 'www-authenticate': challenge }),
      ...(retryAfter && { 'retry-after': String(retryAfter) }),
    },
    spec: refusals.includes(code) && (http === undefined || http.spec === true),
  };
}
