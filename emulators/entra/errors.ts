import { randomUUID } from 'node:crypto';
import type { Reply } from '../kit/server.ts';

export type OAuthFailure = {
  status: number;
  /** The OAuth `error`. */
  error: string;
  /** The number after AADSTS. */
  code: number;
  message: string;
  suberror?: string;
  /** JSON to be passed to the sign-in. */
  claims?: string;
  /** Seconds. */
  retryAfter?: number;
};

/** A refusal by the token endpoint. */
export class OAuthError extends Error {
  readonly failure: OAuthFailure;

  constructor(failure: OAuthFailure) {
    super(`AADSTS${failure.code}: ${failure.message}`);
    this.failure = failure;
  }
}

/** Status 400 `invalid_grant`: the assertion or the grant is not good. */
export const invalidGrant = (code: number, message: string) =>
  new OAuthError({ status: 400, error: 'invalid_grant', code, message });
/** Status 401 `invalid_client`: the client did not prove who it is. */
export const invalidClient = (code: number, message: string) =>
  new OAuthError({ status: 401, error: 'invalid_client', code, message });
export const invalidRequest = (code: number, message: string) =>
  new OAuthError({ status: 400, error: 'invalid_request', code, message });
export const missingParameter = (name: string) =>
  invalidRequest(900144, `The request body must contain the following parameter: '${name}'.`);

/** The error body of Entra ID, which repeats its ids in the description. */
export function oauthReply(failure: OAuthFailure, trace: { correlationId: string; at: number }): Reply {
  const traceId = randomUUID();
  const timestamp = `${new Date(trace.at).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const ids = `Trace ID: ${traceId} Correlation ID: ${trace.correlationId} Timestamp: ${timestamp}`;
  return {
    status: failure.status,
    headers: {
      'cache-control': 'no-store, no-cache',
      'x-ms-request-id': traceId,
      'client-request-id': trace.correlationId,
      ...(failure.retryAfter === undefined ? {} : { 'retry-after': String(failure.retryAfter) }),
    },
    body: {
      error: failure.error,
      ...(failure.suberror ? { suberror: failure.suberror } : {}),
      error_description: `AADSTS${failure.code}: ${failure.message} ${ids}`,
      error_codes: [failure.code],
      timestamp,
      trace_id: traceId,
      correlation_id: trace.correlationId,
      ...(failure.claims ? { claims: failure.claims } : {}),
    },
  };
}

/** What a failure of the service itself looks like. */
export function serviceFailure(status: number, retryAfter?: number): OAuthFailure {
  const base = {
    status,
    error: 'temporarily_unavailable',
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
  if (status === 429) return { ...base, code: 90055, message: 'There are too many incoming requests.' };
  return { ...base, code: 90033, message: 'A transient error has occurred. Please try again.' };
}
