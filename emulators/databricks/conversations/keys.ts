import { createHash, randomBytes } from 'node:crypto';

/** 32 hexadecimal digits, as every id of Genie. */
export const newKey = (): string => `01f0${randomBytes(14).toString('hex')}`;

/** An id that is always the same for a part of a message. */
export const derivedKey = (...parts: (string | number)[]): string =>
  `01f0${createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 28)}`;

/** Of a statement: the same digits with dashes. */
export const statementKey = (...parts: (string | number)[]): string =>
  derivedKey(...parts).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
