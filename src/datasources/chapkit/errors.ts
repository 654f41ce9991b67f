import { type ErrorDetails, MlgraphError } from '../../domain/errors.ts';
import { safeLine } from '../http/safe-text.ts';
import type { ErrorReading } from '../http/types.ts';

/** What belongs into the service's own log alone: SQL and its library, stack traces, files of the machine. */
const inner =
  /sqlite|sqlalchemy|psycopg|asyncpg|\[SQL|Traceback|\b(SELECT|DELETE)\b.*\bFROM\b|\bINSERT\s+INTO\b|\bUPDATE\b.*\bSET\b|\bline \d+, in\b/i;
const files = /(?<![\w.])(?:\/[\w.@+-]+){2,}|\b[A-Z]:\\[^\s'"]+/g;

/** A service's own words as far as they are fit for a client; null where nothing is. */
export function plainWords(text: unknown): string | null {
  if (typeof text !== 'string' || inner.test(text.slice(0, 4_000))) return null;
  return safeLine(text.slice(0, 4_000).replace(files, '…'));
}

type Body = { type?: unknown; detail?: unknown; errors?: unknown; message?: unknown };
type Fault = { loc?: unknown; msg?: unknown; message?: unknown };

const shownFaults = 3;

/** One entry of a list of faults: where, and what. What was sent is not repeated. */
function faultWords(fault: unknown): string | null {
  if (typeof fault === 'string') return plainWords(fault);
  const { loc, msg, message } = (fault ?? {}) as Fault;
  const said = plainWords(msg ?? message);
  const path = Array.isArray(loc) ? loc.filter((step) => step !== 'body').join('.') : '';
  return said && path ? `${plainWords(path) ?? 'the input'}: ${said}` : said;
}

/** Whatever form a refusal has (contract section 3): a list of faults, in two places, or a text. */
export function refusalWords(body: unknown): string | null {
  const { detail, errors, message } = (body ?? {}) as Body;
  const listed = [detail, errors].find(Array.isArray) as unknown[] | undefined;
  const faults = (listed ?? []).map(faultWords).filter((words) => words !== null);
  if (faults.length > 0) return faults.slice(0, shownFaults).join('; ');
  return plainWords(errors) ?? plainWords(detail) ?? plainWords(message);
}

const urnCode = (body: unknown): string | null => {
  const { type } = (body ?? {}) as Body;
  return typeof type === 'string' ? (/^urn:\w+:error:([\w-]+)$/.exec(type)?.[1] ?? null) : null;
};

/** What the general rule does not know of a service's errors. It knows no people: a refusal is never theirs. */
export const readErrorOf =
  (systemName: string): ErrorReading =>
  (status, body) => {
    if (status === 403) return { code: 'UPSTREAM_ERROR', message: `${systemName} refuses the gateway.` };
    if (status === 409) return { message: `${systemName} has something else under this key.` };
    if (status !== 400 && status !== 422) return undefined;
    if (urnCode(body) === 'invalid-ulid') return { code: 'NOT_FOUND' };
    const words = refusalWords(body);
    return words ? { message: `${systemName} refused the input: ${words}` } : undefined;
  };

const failure = (systemName: string, code: MlgraphError['code'], message: string, why?: string) => {
  const details: ErrorDetails = { upstream: systemName };
  return new MlgraphError(code, message, details, why === undefined ? undefined : new Error(why));
};

/**
 * The gateway's key is wrong, not the person's credential: never UNAUTHENTICATED. UPSTREAM_ERROR, for within a
 * rotation it is a failure of the moment, which those who watch sit out.
 */
export const keyRefused = (systemName: string): MlgraphError =>
  failure(systemName, 'UPSTREAM_ERROR', `${systemName} does not accept the gateway's key for it.`);

/** A person's own key, which somebody may have suspended or changed meanwhile. */
export const ownKeyRefused = (systemName: string): MlgraphError =>
  failure(
    systemName,
    'FORBIDDEN',
    `${systemName} does not accept your key for it; ask the owner of the service.`,
  );

export const keyMissing = (systemName: string): MlgraphError =>
  failure(
    systemName,
    'UPSTREAM_NOT_CONFIGURED',
    `${systemName} asks for a key, and the gateway has none for it.`,
  );

/** `why` goes to the log: no part of what was read. */
export const unreadable = (systemName: string, why: string): MlgraphError =>
  failure(systemName, 'UPSTREAM_ERROR', `${systemName} answered in a form this gateway cannot read.`, why);
