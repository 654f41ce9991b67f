import { type Reply, ReplyError } from '../../kit/server.ts';
import type { DatabaseError } from '../database.ts';

export type ErrorBody = { code: string; message: string; details?: string | null; hint?: string | null };

export const errorReply = (status: number, body: ErrorBody, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: { code: body.code, message: body.message, details: body.details ?? null, hint: body.hint ?? null },
});

/** A refusal by PostgREST itself, to be thrown. */
export const refusal = (status: number, body: ErrorBody, headers?: Record<string, string>) =>
  new ReplyError(errorReply(status, body, headers));

/** PGRST100, for a query string that cannot be read. */
export const unreadable = (what: string, text: string, why: string) =>
  refusal(400, { code: 'PGRST100', message: `"failed to parse ${what} (${text})"`, details: why });

/** 501, for what a real server does and this one does not. */
export const notEmulated = (what: string) =>
  refusal(501, { code: 'EMULATOR', message: `The emulator of Supabase does not know ${what}.` });

/** What an error of the database becomes on the wire. */
export function databaseReply(error: DatabaseError, role: string): Reply {
  const status = statusOf(error.code, role);
  const headers: Record<string, string> = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  return errorReply(status, error, headers);
}

const exact: Record<string, number> = {
  '23505': 409,
  '23503': 409,
  '42P01': 404,
  '42883': 404,
  '25006': 405,
  P0001: 400,
  '42P17': 500,
  '53400': 500,
};
const byClass: Record<string, number> = {
  '08': 503,
  '09': 500,
  '0L': 403,
  '0P': 403,
  '25': 500,
  '28': 403,
  '2D': 500,
  '38': 500,
  '39': 500,
  '3B': 500,
  '40': 500,
  '53': 503,
  '54': 500,
  '55': 500,
  '57': 500,
  '58': 500,
  F0: 500,
  HV: 500,
  P0: 500,
  XX: 500,
};

function statusOf(code: string, role: string): number {
  if (code === '42501') return role === 'anon' ? 401 : 403;
  const raised = /^PT(\d{3})$/.exec(code)?.[1];
  if (raised) return Number(raised);
  return exact[code] ?? byClass[code.slice(0, 2)] ?? 400;
}

/** What a fault is answered with: the edge's words for a limit, PostgREST's for the rest. */
export function faultReply(status: number): Reply {
  if (status === 429) return { status, body: { message: 'API rate limit exceeded' } };
  if (status === 503)
    return errorReply(status, {
      code: 'PGRST002',
      message: 'Could not query the database for the schema cache. Retrying.',
    });
  if (status === 504)
    return errorReply(status, {
      code: 'PGRST003',
      message: 'Timed out acquiring connection from connection pool.',
    });
  if (status === 404)
    return errorReply(status, { code: 'PGRST125', message: 'Invalid path specified in request URL' });
  return errorReply(status, { code: 'XX000', message: `The emulator answered ${status}.` });
}
