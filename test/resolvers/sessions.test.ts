import { expect, test } from 'vitest';
import { firstWords } from '../../src/resolvers/sessions.ts';

test.each([
  ['What is an iris?', 'What is an iris?'],
  ['  two\n\nlines\tand   blanks ', 'two lines and blanks'],
  [`${'word '.repeat(30)}`, `${'word '.repeat(12).trim()}…`],
  ['x'.repeat(100), `${'x'.repeat(60)}…`],
  [`${'x'.repeat(59)}😀 and more`, `${'x'.repeat(59)}…`],
])('a title is the first words of %j', (content, title) => {
  expect(firstWords(content)).toBe(title);
});
