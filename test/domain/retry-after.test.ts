import { expect, test } from 'vitest';
import { retryAfterSeconds } from '../../src/domain/retry-after.ts';

const now = Date.parse('2026-05-04T08:00:00Z');

test.each([
  ['7', 7],
  [' 7 ', 7],
  ['0', 0],
  ['Mon, 04 May 2026 08:00:30 GMT', 30],
  ['Mon, 04 May 2026 07:00:00 GMT', 0],
  ['soon', null],
  ['-1', 0],
  ['', null],
  // No more than GraphQL's Int: the report of a failed upstream must not fail itself.
  ['99999999999', 2 ** 31 - 1],
  ['9'.repeat(400), 2 ** 31 - 1],
  ['Fri, 31 Dec 9999 23:59:59 GMT', 2 ** 31 - 1],
])('Retry-After %j', (text, seconds) => {
  expect(retryAfterSeconds({ 'retry-after': text }, now)).toBe(seconds);
});

test('no Retry-After', () => {
  expect(retryAfterSeconds({}, now)).toBeNull();
});
