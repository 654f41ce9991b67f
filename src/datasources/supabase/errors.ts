import { type ErrorCode, type ErrorDetails, MlgraphError } from '../../domain/errors.ts';
import type { ErrorReading } from '../http/types.ts';

/** As `health` and error extensions name it. */
export const upstream = 'supabase';
const details: ErrorDetails = { upstream };

type Reading = { code: ErrorCode; message: string };

const refusedText: Reading = {
  code: 'BAD_USER_INPUT',
  message: `${upstream} cannot hold a text of this form.`,
};
const busy: Reading = { code: 'UPSTREAM_UNAVAILABLE', message: `${upstream} is not able to answer now.` };
const tooSlow: Reading = { code: 'UPSTREAM_TIMEOUT', message: `${upstream} did not answer in time.` };
const missing: Reading = {
  code: 'UPSTREAM_ERROR',
  message: `${upstream} lacks a table or function of this gateway.`,
};

/** Raised by a function of ours. */
const noSession: Reading = { code: 'NOT_FOUND', message: 'There is no such session.' };

/** By SQLSTATE or PGRST code (contract section 4), where it says more than the status. */
const readings: readonly [RegExp, Reading][] = [
  [/^(22021|22P05|22001)$/, refusedText],
  [/^PT404$/, noSession],
  [/^57014$/, tooSlow],
  [/^(40001|40P01|55P03)$/, busy],
  [/^(42P01|42883|42703|PGRST202|PGRST204|PGRST205)$/, missing],
];

/**
 * What an answer of the database means. Its words never reach a client: they name tables, columns, and rows' values.
 * A 404 is NOT_FOUND only where a function of ours says so: missing rows are an empty list, so else the address or the
 * schema is wrong.
 */
export const readError: ErrorReading = (status, body) => {
  const { code } = (body ?? {}) as { code?: unknown };
  const known = typeof code === 'string' ? readings.find(([pattern]) => pattern.test(code))?.[1] : undefined;
  return known ?? readStatus(status);
};

function readStatus(status: number): Reading | undefined {
  if (status === 403) return { code: 'FORBIDDEN', message: `${upstream} refused access.` };
  if (status === 409) return { code: 'CONFLICT', message: `${upstream} holds another such row already.` };
  // 401, 408, 429 and 5xx read alike everywhere.
  if (status === 401 || status === 408 || status === 429 || status >= 500) return undefined;
  return { code: 'UPSTREAM_ERROR', message: `${upstream} did not understand this gateway.` };
}

/** An answer of a good status that is not what was asked for. `why` goes to the log: no part of the answer. */
export const unreadable = (why: string): MlgraphError =>
  new MlgraphError(
    'UPSTREAM_ERROR',
    `${upstream} answered in a form this gateway cannot read.`,
    details,
    new Error(why),
  );

/** Others change the same row again and again. */
export const busyWith = (what: string): MlgraphError =>
  new MlgraphError(busy.code, busy.message, details, new Error(what));
