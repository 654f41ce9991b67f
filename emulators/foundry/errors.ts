import { type Reply, ReplyError } from '../kit/server.ts';

type More = {
  param?: string;
  details?: { message: string; param: string }[];
  headers?: Record<string, string>;
};

/** The envelope of the agents API and of the OpenAI routes. */
export const errorReply = (status: number, code: string, message: string, more: More = {}): Reply => ({
  status,
  headers: more.headers ?? {},
  body: {
    error: {
      code,
      message,
      type: status < 500 ? 'invalid_request_error' : 'server_error',
      param: more.param ?? null,
      ...(more.details ? { details: more.details } : {}),
    },
  },
});

export const refusal = (status: number, code: string, message: string, more?: More): ReplyError =>
  new ReplyError(errorReply(status, code, message, more));

/** A request that makes no sense, with the part of it that is to blame. */
export const invalid = (message: string, param: string): ReplyError =>
  refusal(400, 'invalid_payload', message, { param, details: [{ message, param }] });

export const notFound = (what: string): ReplyError => refusal(404, 'not_found', `${what} was not found.`);

const codes: Record<number, string> = {
  401: 'unauthorized',
  403: 'PermissionDenied',
  404: 'not_found',
  429: 'too_many_requests',
};

/** The service's own form of the status that a fault asks for. */
export const faultReply = (status: number): Reply =>
  errorReply(
    status,
    codes[status] ?? (status < 500 ? 'invalid_payload' : 'server_error'),
    `The emulator answered ${status}.`,
  );
