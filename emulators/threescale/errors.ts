import { type Reply, ReplyError } from '../kit/server.ts';

/** A wrong or missing credential, too: this API never answers 401. */
export const forbidden = (message = 'Access denied'): ReplyError =>
  new ReplyError({ status: 403, body: { error: message } });

export const readOnly = (): ReplyError =>
  forbidden('Your access token does not have the correct permissions');

export const notFound = (): ReplyError => new ReplyError({ status: 404, body: { status: 'Not found' } });

/** A business rule. */
export const ruled = (message: string): ReplyError =>
  new ReplyError({ status: 422, body: { error: message } });

/** Fields that do not hold. */
export const invalid = (errors: Record<string, string[]>): ReplyError =>
  new ReplyError({ status: 422, body: { errors } });

export const missing = (name: string): ReplyError =>
  new ReplyError({ status: 400, body: `Required parameter missing: ${name}` });

/** The service's own form of the status that a fault asks for. */
export function faultReply(status: number): Reply {
  if (status === 403) return forbidden().reply;
  if (status === 404) return notFound().reply;
  if (status === 422) return ruled('The emulator refused.').reply;
  return { status };
}
