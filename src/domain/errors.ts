/** The closed family of expected failures; what is not of it is a bug and reaches clients as INTERNAL. */
export const errorCodes = [
  'UNAUTHENTICATED',
  'INTERACTION_REQUIRED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'CONFLICT',
  'CONTENT_FILTERED',
  'RATE_LIMITED',
  'CURSOR_EXPIRED',
  'QUERY_TOO_COMPLEX',
  'UPSTREAM_NOT_CONFIGURED',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_ERROR',
  'INTERNAL',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** What may stand beside the code in `extensions`. All of it is shown to clients: no URL, token or body. */
export type ErrorDetails = {
  /** Name of the upstream that failed, as `health` names it. */
  upstream?: string;
  retryAfterSeconds?: number;
  /** Claims challenge (JSON) to pass to the sign-in. */
  claims?: string;
  consentUrl?: string;
  /** The input field that was refused. */
  field?: string;
  /** The upstream's id of the failed call, for its support. */
  requestId?: string;
  /** What an operation costs that costs too much, and what it may. */
  cost?: number;
  limit?: number;
};

/** An expected failure. `message` is for the client; `cause` is for the log only. */
export class MlgraphError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'MlgraphError';
    this.code = code;
    this.details = details;
  }
}

export const unauthenticated = (message: string, cause?: unknown) =>
  new MlgraphError('UNAUTHENTICATED', message, {}, cause);
export const forbidden = (message: string, details?: ErrorDetails) =>
  new MlgraphError('FORBIDDEN', message, details);
export const notFound = (message: string, details?: ErrorDetails) =>
  new MlgraphError('NOT_FOUND', message, details);
export const badInput = (field: string, message: string) =>
  new MlgraphError('BAD_USER_INPUT', message, { field });
export const conflict = (message: string, details?: ErrorDetails) =>
  new MlgraphError('CONFLICT', message, details);

/** The code of any thrown value. */
export const codeOf = (error: unknown): ErrorCode =>
  error instanceof MlgraphError ? error.code : 'INTERNAL';

const refusals: readonly ErrorCode[] = ['BAD_USER_INPUT', 'CONFLICT', 'FORBIDDEN', 'NOT_FOUND'];

/** Whether a change that ended so may have been made all the same, its answer being lost. */
export const mayHaveHappened = (error: unknown): boolean => !refusals.includes(codeOf(error));
