import { notFound } from '../../domain/errors.ts';

/** Entities are dated in UTC without a zone, jobs with `Z`, metadata with `+00:00` (contract section 2). Null if unreadable. */
export function toDate(text: string | null | undefined): Date | null {
  if (!text) return null;
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`;
  const date = new Date(zoned);
  return Number.isNaN(date.getTime()) ? null : date;
}

const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;

/** A key as part of a path; it came from a client. @throws NOT_FOUND for what no service can have made. */
export function known(key: string, what: string): string {
  if (!ulid.test(key)) throw notFound(`The service has no such ${what}.`);
  return key.toUpperCase();
}

const longWhole = /[[,:]\s*-?\d{16,}\s*[,\]}]/;

type Source = { source?: string };
type Reviver = (key: string, value: unknown, context: Source) => unknown;

/** JSON whose whole numbers beyond 2^53 are their text. @throws SyntaxError. */
export function parseExactly(text: string): unknown {
  if (!longWhole.test(text)) return JSON.parse(text);
  const exact: Reviver = (_, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && source && /^-?\d+$/.test(source)
      ? source
      : value;
  return (JSON.parse as (text: string, reviver: Reviver) => unknown)(text, exact);
}
