import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { documentCaches } from '../../src/server/documents.ts';
import { isPublic } from '../../src/server/public-fields.ts';
import { ada, post, startServer } from './support.ts';

/** Fragments of which each spreads the next one twice: two to the `count` ways to the last. */
const doubling = (count: number, last: string) =>
  `{ ...F0 } ${Array.from({ length: count }, (_, of) => `fragment F${of} on Query { ...F${of + 1} ...F${of + 1} }`).join(' ')} fragment F${count} on Query { ${last} }`;

describe('what is public', () => {
  test('is known at once, however fragments spread each other', () => {
    expect(isPublic(parse(doubling(200, 'health')))).toBe(true);
    expect(isPublic(parse(doubling(200, 'health me')))).toBe(false);
  });

  test('a fragment counts wherever it is spread', () => {
    const document =
      'query A { health } query B { ...F ...G } fragment F on Query { health } fragment G on Query { ...F me }';
    expect(isPublic(parse(document), 'A')).toBe(true);
    expect(isPublic(parse(document), 'B')).toBe(false);
  });
});

describe('documents', () => {
  test.each([
    ['too many tokens', `{${' health'.repeat(10_000)} }`, /more than 10000 tokens/],
    ['selections nested too deeply', `${'{a'.repeat(4_500)}${'}'.repeat(4_500)}`, /./],
    ['values nested too deeply', `{ echo(any: ${'['.repeat(4_900)}${']'.repeat(4_900)}) }`, /./],
    ['more brackets than the stack holds', `{ echo(any: ${'['.repeat(300_000)}`, /./],
  ])('%s: refused as bad input, with nothing in the log', async (_, query, message) => {
    await using server = await startServer();
    const { status, answer } = await post(server.graphql, { query });
    expect(status).toBeLessThan(500);
    expect(answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(answer.errors?.[0]?.message).toMatch(message);
    expect(server.stage.logs).toEqual([]);
    expect((await post(server.graphql, { query: '{ me }' }, ada)).answer.data).toEqual({ me: 'ada' });
  });

  test('are cached by their size together, and large ones not at all', () => {
    const { documentCache } = documentCaches();
    const large = `{ ${'health '.repeat(5_000)}}`;
    documentCache.set(large, parse('{ health }'));
    expect(documentCache.get(large)).toBeUndefined();
    for (let n = 0; n < 100; n++)
      documentCache.set(`{ a${n}: health ${' '.repeat(20_000)} }`, parse('{ health }'));
    expect(documentCache.calculatedSize).toBeLessThanOrEqual(512 * 1024);
    expect(documentCache.size).toBeGreaterThan(1);
  });
});
