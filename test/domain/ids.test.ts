import { expect, test } from 'vitest';
import { encodeId, parseId, readId } from '../../src/domain/ids.ts';

const id = encodeId({ concept: 'Run', provider: 'AZURE_ML', home: 'ws1', key: ['brave_leaf', '7'] });

test('an id carries concept, provider, home and key', () => {
  expect(parseId(id)).toEqual({
    concept: 'Run',
    provider: 'AZURE_ML',
    home: 'ws1',
    key: ['brave_leaf', '7'],
  });
});

test.each(['', 'x', 'bm90LWpzb24', Buffer.from('{"a":1}').toString('base64url'), 'a'.repeat(5000)])(
  'what is no id is refused: %s',
  (text) => {
    expect(() => readId(text, { field: 'id', concepts: ['Run'], home: 'ws1' })).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', details: { field: 'id' } }),
    );
  },
);

test('an id of another concept is refused, one of another workspace is not found', () => {
  expect(() => readId(id, { field: 'id', concepts: ['Dataset'], home: 'ws1' })).toThrow(
    /Dataset was expected, not that of a Run/,
  );
  expect(() => readId(id, { field: 'id', concepts: ['Run'], home: 'ws2' })).toThrow(
    expect.objectContaining({ code: 'NOT_FOUND' }),
  );
});
