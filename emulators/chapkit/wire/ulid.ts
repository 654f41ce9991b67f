import { monotonicFactory } from 'ulidx';

const next = monotonicFactory();

/** A new ULID, greater than all before it. */
export const newUlid = (): string => next();

/** The ULID in its canonical form; null for a text that is none. */
export function parseUlid(text: unknown): string | null {
  return typeof text === 'string' && /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i.test(text) ? text.toUpperCase() : null;
}
