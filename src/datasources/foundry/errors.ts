import type { UpstreamReplyEvent } from '../../domain/chat.ts';
import { type ErrorCode, MlgraphError } from '../../domain/errors.ts';
import { safeLine } from '../http/safe-text.ts';
import type { ErrorReading } from '../http/types.ts';
import { upstreamName } from './places.ts';
import type { WireFailure } from './wire.ts';

type Failure = NonNullable<Extract<UpstreamReplyEvent, { kind: 'ended' }>['error']>;

const said: Partial<Record<ErrorCode, string>> = {
  CONTENT_FILTERED: 'The content filter refused this.',
  RATE_LIMITED: `${upstreamName} asks for fewer calls.`,
  UPSTREAM_UNAVAILABLE: `${upstreamName} is not able to answer now.`,
  UPSTREAM_TIMEOUT: `${upstreamName} did not answer in time.`,
};

/** Codes of failures within a stream and of failed responses (contract sections 6.3 and 10). */
const codes: Record<string, ErrorCode> = {
  content_filter: 'CONTENT_FILTERED',
  rate_limit_exceeded: 'RATE_LIMITED',
  too_many_requests: 'RATE_LIMITED',
  ratelimitreached: 'RATE_LIMITED',
  server_error: 'UPSTREAM_UNAVAILABLE',
  vector_store_timeout: 'UPSTREAM_TIMEOUT',
  invalid_prompt: 'BAD_USER_INPUT',
};

/** Where nobody names a wait: the first step of a back-off. */
const firstWaitSeconds = 1;

/** The wait that a message names, as "try again in 1.5s" or "retry after 26 seconds" do; null where none does. */
export function namedWait(message: unknown): number | null {
  if (typeof message !== 'string') return null;
  const pattern = /\b(?:try again|retry)\D{0,20}?(\d{1,6}(?:\.\d{1,6})?)\s*(ms|milli|s|min)/i;
  const [, number, unit] = pattern.exec(message.slice(0, 4_000)) ?? [];
  if (!number || !unit) return null;
  const perSecond = { ms: 1_000, milli: 1_000, s: 1, min: 1 / 60 }[unit.toLowerCase()] ?? 1;
  return Math.max(1, Math.ceil(Number(number) / perSecond));
}

/** What a failure told within a stream, or in a failed response, is to clients. */
export function toFailure(failure: WireFailure | null | undefined): Failure {
  const code = codes[failure?.code?.toLowerCase() ?? ''] ?? 'UPSTREAM_ERROR';
  const words = safeLine(failure?.message);
  const plain = words ? `${upstreamName} failed: ${words}` : `${upstreamName} failed to answer.`;
  const wait = code === 'RATE_LIMITED' ? (namedWait(failure?.message) ?? firstWaitSeconds) : null;
  return { code, message: said[code] ?? plain, retryAfterSeconds: wait };
}

/** The same as something to throw. */
export function toError(failure: WireFailure | null | undefined): MlgraphError {
  const { code, message, retryAfterSeconds } = toFailure(failure);
  const details = { upstream: upstreamName, ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }) };
  return new MlgraphError(code, message, details, new Error(safeLine(failure?.message) ?? 'no words'));
}

/** `why` goes to the log: no part of what was read. */
export const unreadable = (why: string): MlgraphError =>
  new MlgraphError(
    'UPSTREAM_ERROR',
    `${upstreamName} answered in a form this gateway cannot read.`,
    { upstream: upstreamName },
    new Error(why),
  );

/** The stream ended, cleanly or not, before its answer did. */
export const cutShort = (): MlgraphError =>
  new MlgraphError('UPSTREAM_ERROR', `${upstreamName} broke off its answer.`, { upstream: upstreamName });

type Told = { code?: unknown; message?: unknown; innererror?: unknown; inner_error?: unknown };
const codeIn = (error: unknown): unknown => (error as Told | null | undefined)?.code;

function missingRight(message: unknown): ReturnType<ErrorReading> {
  const pattern = /data action [`']([A-Za-z0-9.]+(?:\/[\w.*-]+)+)[`']/;
  const action = typeof message === 'string' ? pattern.exec(message.slice(0, 4_000))?.[1] : null;
  return action ? { message: `${upstreamName} refused: it needs the right to ${action}.` } : undefined;
}

/** What the general rule does not know of error answers (contract section 10). */
export const readError: ErrorReading = (status, body) => {
  const error = ((body ?? {}) as { error?: Told | null }).error ?? {};
  if (status === 403) return missingRight(error.message);
  if (status === 429) return { retryAfterSeconds: namedWait(error.message) ?? firstWaitSeconds };
  if (status === 409 && error.code === 'agent_disabled') return { message: 'This agent is switched off.' };
  if (status !== 400) return undefined;
  const inner = codeIn(error.innererror) ?? codeIn(error.inner_error);
  if (error.code === 'content_filter' || inner === 'ResponsibleAIPolicyViolation') {
    return { code: 'CONTENT_FILTERED', message: said.CONTENT_FILTERED };
  }
  if (error.code === 'conversation_locked') {
    return { code: 'CONFLICT', message: 'Another answer is under way in this conversation.' };
  }
  return undefined;
};
