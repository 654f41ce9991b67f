import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';

/** A GraphQL error as the server sends it. */
export type ApiError = {
  message: string;
  path?: readonly (string | number)[];
  extensions?: {
    code?: string;
    field?: string;
    retryAfterSeconds?: number;
    requestId?: string;
    consentUrl?: string;
  };
};

const exitCodeByCode: Record<string, ExitCode> = {
  UNAUTHENTICATED: exitCodes.signInNeeded,
  INTERACTION_REQUIRED: exitCodes.signInNeeded,
  FORBIDDEN: exitCodes.refused,
  CONTENT_FILTERED: exitCodes.refused,
  NOT_FOUND: exitCodes.notFound,
  BAD_USER_INPUT: exitCodes.usage,
  QUERY_TOO_COMPLEX: exitCodes.usage,
  CONFLICT: exitCodes.conflict,
  RATE_LIMITED: exitCodes.rateLimited,
};

/** The failure that a GraphQL error means for the command: its exit code and what to do next. */
export function failureOf(error: ApiError): Failure {
  const { code, field, retryAfterSeconds, requestId } = error.extensions ?? {};
  const exitCode = exitCodeByCode[code ?? ''] ?? exitCodes.upstream;
  return new Failure(exitCode, error.message, {
    code,
    field,
    retryAfterSeconds,
    requestId,
    next: nextOf(error),
  });
}

function nextOf({ extensions = {} }: ApiError): string | undefined {
  const { code = '', consentUrl, retryAfterSeconds } = extensions;
  if (consentUrl) return `Give your consent at ${consentUrl}, then try again.`;
  if (code === 'UNAUTHENTICATED' || code === 'INTERACTION_REQUIRED') return 'Sign in: mlgraph login';
  if (code === 'FORBIDDEN') return 'Ask an administrator, or use another sign-in or key.';
  if (code === 'CONTENT_FILTERED') return 'Say it in other words.';
  if (code === 'RATE_LIMITED') return `Try again ${after(retryAfterSeconds)}.`;
  if (code === 'UPSTREAM_NOT_CONFIGURED') return 'Ask the people who run the server.';
  if (code.startsWith('UPSTREAM_')) return `See "mlgraph health"; try again ${after(retryAfterSeconds)}.`;
  return undefined;
}

const after = (seconds: number | undefined) =>
  seconds === undefined ? 'later' : `after ${Math.ceil(seconds)} s`;
