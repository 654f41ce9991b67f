import { MlgraphError } from '../../domain/errors.ts';
import type { ActAs } from '../../domain/genie.ts';
import type { ErrorReading } from '../http/types.ts';
import { type Missing, missing, upstreamName } from './places.ts';
import { refusedAccess } from './refusals.ts';
import { wordsOf } from './values.ts';

/** What was asked for, as far as it decides what a refusal means. */
export type Asked = {
  actor: ActAs;
  /** What a 404 is about. */
  what: Missing;
  /** Counts toward the workspace's quota of questions. */
  isQuestion?: boolean;
};

/** The shapes of section 6: `error_code` may be a number, SCIM has `detail`, older interfaces `error`. */
function toldIn(body: unknown): { code: string; isNumber: boolean; text: string } {
  if (typeof body !== 'object' || body === null) return { code: '', isNumber: false, text: '' };
  const { error_code, message, detail, error } = body as Record<string, unknown>;
  const nested = (error as { message?: unknown } | null | undefined)?.message;
  const text = [message, detail, error, nested].find((each) => typeof each === 'string');
  const code = typeof error_code === 'string' || typeof error_code === 'number' ? String(error_code) : '';
  return { code, isNumber: /^\d+$/.test(code), text: typeof text === 'string' ? text.slice(0, 4_000) : '' };
}

/** The quota is counted by the minute (contract section 7). */
const quotaSeconds = 60;

/** What the general rule does not know of error answers (contract section 6). */
export const readErrorFor =
  (asked: Asked): ErrorReading =>
  (status, body) => {
    const told = toldIn(body);
    if (/BLOCK_MULTIPLE_EXECUTIONS/.test(`${told.code} ${told.text}`)) return busy;
    if (status === 403) return { message: refusedAccess(asked.actor, told) };
    if (status === 400) return badRequest(asked, body, told);
    if (status === 404 || status === 410) return notThere(asked, told);
    if (status === 409)
      return asked.isQuestion ? busy : { code: 'CONFLICT', message: 'Somebody else changed this.' };
    if (status === 429) return tooMany(asked);
    if (status === 500)
      return { code: 'UPSTREAM_ERROR', message: 'Databricks failed by an error of its own.' };
    return undefined;
  };

const busy = {
  code: 'CONFLICT',
  message: 'Another question of this conversation is still being answered: wait for it.',
} as const;

const tooMany = ({ isQuestion }: Asked) =>
  isQuestion
    ? { message: 'The workspace takes no more questions to Genie now.', retryAfterSeconds: quotaSeconds }
    : { message: 'Databricks asks for fewer calls.', retryAfterSeconds: 1 };

type Told = ReturnType<typeof toldIn>;
type Reading = ReturnType<ErrorReading>;

/** A page, or nothing to read, is not of the interface itself: its front knows only tokens. */
function badRequest({ what, actor }: Asked, body: unknown, { text }: Told): Reading {
  if (body === undefined) {
    const message = 'Databricks took no token of this gateway: the workspace may belong to another tenant.';
    return { code: 'UPSTREAM_ERROR', message };
  }
  if (what === 'rows' && isGone(text)) return { code: 'NOT_FOUND', message: missing.rows(actor) };
  const words = wordsOf(text);
  return { code: 'BAD_USER_INPUT', message: words ? `Genie refused this: ${words}` : 'Genie refused this.' };
}

function notThere({ what, actor }: Asked, { code, text }: Told): Reading {
  if (code === 'ENDPOINT_NOT_FOUND' || code === 'FEATURE_DISABLED') {
    return {
      code: 'UPSTREAM_ERROR',
      message: 'This Databricks workspace has no Genie, or it is switched off.',
    };
  }
  // Without a body of theirs it is another server that answers.
  if (code === '' && text === '') return undefined;
  const isOfSpace = /\b(space|agent|node)\b/i.test(text) && !isGone(text);
  return { code: 'NOT_FOUND', message: missing[isOfSpace ? 'space' : what](actor) };
}

const isGone = (text: string): boolean => /expired|no longer|closed|purged/i.test(text);

/** The rows are gone, and come again by running the query again. */
export const expired = (actor: ActAs): MlgraphError =>
  new MlgraphError('NOT_FOUND', missing.rows(actor), { upstream: upstreamName });

/** The SQL itself did not run to its end. */
export const queryFailed = (said: string | null | undefined): MlgraphError => {
  const words = wordsOf(said);
  const message = words ? `The query of this answer failed: ${words}` : 'The query of this answer failed.';
  return new MlgraphError('UPSTREAM_ERROR', message, { upstream: upstreamName });
};

export const stillRunning = (): MlgraphError =>
  new MlgraphError('UPSTREAM_TIMEOUT', 'The query is still running: ask for its rows later.', {
    upstream: upstreamName,
  });

/** `why` goes to the log: no part of what was read. */
export const unreadable = (why: string): MlgraphError =>
  new MlgraphError(
    'UPSTREAM_ERROR',
    `${upstreamName} answered in a form this gateway cannot read.`,
    { upstream: upstreamName },
    new Error(why),
  );
