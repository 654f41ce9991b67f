import { type Reply, ReplyError } from '../kit/server.ts';

/** The error body of most Databricks APIs. `details` is left out: official clients break on one without metadata. */
export const errorReply = (
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Reply => ({ status, headers, body: { error_code: code, message } });

export const refusal = (
  status: number,
  code: string,
  message: string,
  headers?: Record<string, string>,
): ReplyError => new ReplyError(errorReply(status, code, message, headers));

export const invalid = (message: string): ReplyError => refusal(400, 'INVALID_PARAMETER_VALUE', message);

export const notFound = (message: string): ReplyError => refusal(404, 'RESOURCE_DOES_NOT_EXIST', message);

export const forbidden = (message: string): ReplyError => refusal(403, 'PERMISSION_DENIED', message);

const codes: Record<number, string> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'RESOURCE_DOES_NOT_EXIST',
  409: 'RESOURCE_CONFLICT',
  429: 'REQUEST_LIMIT_EXCEEDED',
  503: 'TEMPORARILY_UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** The service's own form of the status that a fault asks for. */
export const faultReply = (status: number): Reply =>
  errorReply(status, codes[status] ?? 'INTERNAL_ERROR', `The emulator answered ${status}.`);
