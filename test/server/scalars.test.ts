import { parseValue } from 'graphql';
import { describe, expect, test } from 'vitest';
import { DateTimeScalar, FileScalar, JSONScalar, SafeIntScalar } from '../../src/schema/scalars.ts';

const literal = (text: string) => parseValue(text, { noLocation: true }) as never;

describe('DateTime', () => {
  test.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31t12:00:00.123456z', '2026-01-31T12:00:00.123Z'],
    ['2024-02-29T23:59:59+02:00', '2024-02-29T21:59:59.000Z'],
  ])('reads %s', (text, expected) => {
    expect(DateTimeScalar.coerceInputValue(text)).toEqual(new Date(expected));
    expect(DateTimeScalar.coerceOutputValue(text)).toBe(expected);
  });

  test.each(['2026-01-31', '31.1.2026', '2026-01-31T12:00:00', '2026-01-31T24:00:00Z', 1767225600, null])(
    'refuses %s',
    (value) => {
      expect(() => DateTimeScalar.coerceInputValue(value)).toThrow('RFC 3339');
    },
  );

  test.each([
    '2026-02-30T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
  ])('refuses the day of %s', (value) => {
    expect(() => DateTimeScalar.coerceInputValue(value)).toThrow('a day that does not exist');
  });

  test('prints a Date in UTC, and refuses one that is none', () => {
    expect(DateTimeScalar.coerceOutputValue(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
    expect(() => DateTimeScalar.coerceOutputValue(new Date(Number.NaN))).toThrow();
  });
});

describe('SafeInt', () => {
  test.each([0, 1, Number.MAX_SAFE_INTEGER])('takes %d, both ways', (value) => {
    expect(SafeIntScalar.coerceInputValue(value)).toBe(value);
    expect(SafeIntScalar.coerceOutputValue(value)).toBe(value);
    expect(SafeIntScalar.coerceInputLiteral?.(literal(String(value)))).toBe(value);
    expect(SafeIntScalar.coerceOutputValue(BigInt(value))).toBe(value);
  });

  test.each([-1, 1.5, 2 ** 53, Number.NaN, '7', null, true, 2n ** 60n])('refuses %s', (value) => {
    expect(() => SafeIntScalar.coerceInputValue(value)).toThrow('whole number');
    expect(() => SafeIntScalar.coerceOutputValue(value)).toThrow('whole number');
  });

  test.each(['9007199254740992', '-1', '1.5', '"1"'])('refuses the literal %s', (text) => {
    expect(() => SafeIntScalar.coerceInputLiteral?.(literal(text))).toThrow('whole number');
  });
});

test('JSON lets everything through', () => {
  const value = { a: [1, null, 'x'] };
  expect(JSONScalar.coerceInputValue(value)).toBe(value);
  expect(JSONScalar.coerceOutputValue(value)).toBe(value);
});

describe('File', () => {
  test.each(['text', null, {}, { filename: 'a', stream: 'b' }])('is not %s', (value) => {
    expect(() => FileScalar.coerceInputValue(value)).toThrow('multipart');
  });

  test('is an input only, never a literal', () => {
    expect(() => FileScalar.coerceOutputValue('x')).toThrow('input only');
    expect(() => FileScalar.coerceInputLiteral?.(literal('"x"'))).toThrow('multipart');
  });
});
