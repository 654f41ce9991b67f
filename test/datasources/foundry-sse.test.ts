import { describe, expect, it } from 'vitest';
import { createEventReader, EventTooLong, type ServerEvent } from '../../src/datasources/foundry/sse.ts';

const read = (pieces: Uint8Array[], options?: { longest: number }): ServerEvent[] => {
  const reader = createEventReader(options);
  return pieces.flatMap((piece) => reader.feed(piece));
};
const whole = (text: string) => read([Buffer.from(text)]);

describe('events', () => {
  it.each([
    [
      'are ended by a blank line',
      'event: a\ndata: 1\n\ndata: 2\n\n',
      [
        ['a', '1'],
        ['', '2'],
      ],
    ],
    [
      'may end their lines with CRLF',
      'event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n',
      [
        ['a', '1'],
        ['', '2'],
      ],
    ],
    [
      'may end their lines with CR',
      'event: a\rdata: 1\r\rdata: 2\r\r',
      [
        ['a', '1'],
        ['', '2'],
      ],
    ],
    ['may have comments', ': ping\n\ndata: 1\n: in between\ndata: 2\n\n:\n\n', [['', '1\n2']]],
    ['may have several lines of data', 'data: {\ndata:  "a": 1\ndata:}\n\n', [['', '{\n "a": 1\n}']]],
    ['may have no colon, or unknown fields', 'data\nid: 7\nretry: 10\nother\n\n', [['', '']]],
    ['without data are none, and leave no name', 'event: a\n\ndata: 1\n\n', [['', '1']]],
    ['lose a byte order mark', '\ufeffdata: 1\n\n', [['', '1']]],
    ['are none without their blank line', 'data: 1\n\ndata: 2\n', [['', '1']]],
    ['keep colons of their data', 'data: a: b\n\n', [['', 'a: b']]],
  ])('%s', (_, text, expected) => {
    expect(whole(text).map(({ event, data }) => [event, data])).toEqual(expected);
  });

  const text =
    ': hi\r\n\r\nevent: délta\r\ndata: {"a":"søøt 🦊"}\r\n\r\ndata: one\ndata: two\n\nevent: c\rdata: 3\r\r';
  const bytes = Buffer.from(text);

  it('are the same wherever the stream is split', () => {
    const expected = whole(text);
    expect(expected.map(({ data }) => data)).toEqual(['{"a":"søøt 🦊"}', 'one\ntwo', '3']);
    for (let at = 0; at <= bytes.length; at++) {
      expect(read([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(expected);
      expect(read([bytes.subarray(0, at), Buffer.alloc(0), bytes.subarray(at)])).toEqual(expected);
    }
    expect(read([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
  });

  it('are handed on by their last byte, not the one behind it', () => {
    const reader = createEventReader();
    expect(reader.feed(Buffer.from('data: 1\r\n\r'))).toEqual([{ event: '', data: '1' }]);
    expect(reader.feed(Buffer.from('\ndata: 2\n\n'))).toEqual([{ event: '', data: '2' }]);
  });

  it.each([
    ['line', ['data: ', 'x'.repeat(60), 'x'.repeat(60)]],
    ['event of many lines', Array.from({ length: 30 }, () => 'data: xxx\n')],
    ['comment', [':', 'x'.repeat(120)]],
  ])('of too long a %s are refused', (_, pieces) => {
    expect(() =>
      read(
        pieces.map((piece) => Buffer.from(piece)),
        { longest: 100 },
      ),
    ).toThrow(EventTooLong);
  });

  it('are each measured by themselves', () => {
    const many = 'data: 0123456789\n\n: a comment\n'.repeat(50);
    expect(read([Buffer.from(many)], { longest: 100 })).toHaveLength(50);
    const comments = `${': a comment\n'.repeat(50)}data: 1\n\n`;
    expect(read([Buffer.from(comments)], { longest: 100 })).toHaveLength(1);
  });
});
