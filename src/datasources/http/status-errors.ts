import { type ErrorCode, type ErrorDetails, MlgraphError } from '../../domain/errors.ts';
import { retryAfterSeconds } from '../../domain/retry-after.ts';
import { challengedClaims } from './authorize.ts';
import { safeLine } from './safe-text.ts';
import type { Answer, ErrorReading } from './types.ts';

/** The JSON of a body; undefined where it is none. Never throws, never quotes. */
export function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The upstream's own words: `error.message` (ARM, run history), `message` (MLflow). */
function messageIn(body: unknown): string | null {
  const { error, message } = (body ?? {}) as { error?: { message?: unknown } | null; message?: unknown };
  return safeLine(error?.message) ?? safeLine(message);
}

/** The right that was missing: ARM names the action in its text, storage a code in a header. */
function missingRight(answer: Answer<Buffer>, body: unknown): string | null {
  const text = String((body as { error?: { message?: unknown } } | undefined)?.error?.message ?? '');
  const action = /action '([A-Za-z0-9.]+(?:\/[A-Za-z0-9._*-]+)+)'/.exec(text.slice(0, 4_000))?.[1];
  if (action) return `it needs the right to ${action}`;
  const code = /^[A-Za-z]{1,64}$/.exec(answer.headers['x-ms-error-code'] ?? '')?.[0];
  return code ? `its reason is ${code}` : null;
}

type Reading = { code: ErrorCode; message: string };

/** Table of the Azure ML contract, section 2, "Errors". */
function readStatus(name: string, answer: Answer<Buffer>, body: unknown): Reading {
  const said = messageIn(body);
  const because = said ? `: ${said}` : '.';
  const { status } = answer;
  if (status === 403) {
    const right = missingRight(answer, body);
    return { code: 'FORBIDDEN', message: `${name} refused${right ? `: ${right}.` : ' access.'}` };
  }
  if (status === 429) return { code: 'RATE_LIMITED', message: `${name} asks for fewer calls.` };
  if (status === 408) return { code: 'UPSTREAM_TIMEOUT', message: `${name} did not answer in time.` };
  if (status >= 500) return { code: 'UPSTREAM_UNAVAILABLE', message: `${name} is not able to answer now.` };
  // A page for people is a proxy speaking, not the API.
  if (/html/i.test(answer.headers['content-type'] ?? '')) return unreadable(name);
  if (status === 404) return { code: 'NOT_FOUND', message: `${name} knows no such object.` };
  if (status === 409 || status === 412)
    return { code: 'CONFLICT', message: `${name} reports a conflict${because}` };
  if (status === 400 || status === 422) {
    return { code: 'BAD_USER_INPUT', message: `${name} refused the input${because}` };
  }
  if (status === 401) return { code: 'UPSTREAM_ERROR', message: `${name} refused the token.` };
  return { code: 'UPSTREAM_ERROR', message: `${name} answered with the unexpected status ${status}.` };
}

const unreadable = (name: string): Reading => ({
  code: 'UPSTREAM_ERROR',
  message: `${name} answered in a form this gateway cannot read.`,
});

/** The upstream's id of the call, for its support; only if it looks like one. */
export const requestIdOf = (headers: Record<string, string>): string | undefined =>
  /^[\w-]{1,128}$/.exec(
    headers['x-ms-request-id'] ?? headers['apim-request-id'] ?? headers['x-request-id'] ?? '',
  )?.[0];

/** The failure that an answer outside 200–299 stands for. */
export function statusError(
  name: string,
  answer: Answer<Buffer>,
  now: number,
  readError: ErrorReading | undefined,
): MlgraphError {
  const body = jsonOf(answer.body);
  const own = readError?.(answer.status, body);
  const claims = answer.status === 401 ? challengedClaims(answer.headers['www-authenticate']) : null;
  const general: Reading = claims
    ? { code: 'INTERACTION_REQUIRED', message: `${name} asks you to sign in again.` }
    : readStatus(name, answer, body);
  const code = own?.code ?? general.code;
  const wait = retryAfterSeconds(answer.headers, now) ?? own?.retryAfterSeconds ?? null;
  const details: ErrorDetails = { upstream: name, requestId: requestIdOf(answer.headers) };
  if (wait !== null && (code === 'RATE_LIMITED' || code === 'UPSTREAM_UNAVAILABLE')) {
    details.retryAfterSeconds = wait;
  }
  if (claims && code === 'INTERACTION_REQUIRED') details.claims = claims;
  const cause = new Error(`${name} answered ${answer.status}: ${messageIn(body) ?? 'nothing readable'}`);
  return new MlgraphError(code, safeLine(own?.message) ?? general.message, details, cause);
}

/** An answer of a good status whose body is not what was expected. `why` goes to the log: no part of the body. */
export function unreadableError(name: string, answer: Answer<Buffer>, why: string): MlgraphError {
  const { code, message } = unreadable(name);
  return new MlgraphError(
    code,
    message,
    { upstream: name, requestId: requestIdOf(answer.headers) },
    new Error(why),
  );
}
