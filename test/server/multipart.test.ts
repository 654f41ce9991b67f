import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Answer, ada, startServer } from './support.ts';

const upload = 'mutation($file: File!) { upload(file: $file) { name type bytes sha256 } }';
const operations = JSON.stringify({ query: upload, variables: { file: null } });
const map = JSON.stringify({ 0: ['variables.file'] });

async function send(
  url: string,
  parts: [string, string | Blob, string?][],
  headers: Record<string, string> = ada,
) {
  const body = new FormData();
  for (const [name, value, filename] of parts) {
    if (typeof value === 'string') body.append(name, value);
    else body.append(name, value, filename);
  }
  const response = await fetch(url, { method: 'POST', headers, body });
  return { status: response.status, answer: (await response.json()) as Answer };
}

const file = (content: string | Uint8Array<ArrayBuffer>, type = 'text/csv') => new Blob([content], { type });

describe('a file', () => {
  test('reaches the resolver byte by byte', async () => {
    await using server = await startServer();
    const bytes = new Uint8Array(randomBytes(3 * 2 ** 20));
    const { status, answer } = await send(server.graphql, [
      ['operations', operations],
      ['map', map],
      ['0', file(bytes), 'iris.csv'],
    ]);
    expect(status).toBe(200);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(answer).toEqual({
      data: { upload: { name: 'iris.csv', type: 'text/csv', bytes: bytes.length, sha256 } },
    });
  });

  test('may be empty, lie deep in the input, and come with fields that browsers send as Blobs', async () => {
    await using server = await startServer();
    const query = 'mutation($input: UploadInput!) { uploadInput(input: $input) { bytes note } }';
    const { answer } = await send(server.graphql, [
      [
        'operations',
        file(JSON.stringify({ query, variables: { input: { file: null, note: 'n' } } }), 'application/json'),
        'blob',
      ],
      ['map', JSON.stringify({ theFile: ['variables.input.file'] })],
      ['theFile', file(''), 'empty.csv'],
    ]);
    expect(answer).toEqual({ data: { uploadInput: { bytes: 0, note: 'n' } } });
  });

  test('larger than the bound makes the stream throw', async () => {
    await using server = await startServer({ uploadMaxBytes: 1000 });
    const { answer } = await send(server.graphql, [
      ['operations', operations],
      ['map', map],
      ['0', file('x'.repeat(1001)), 'a.csv'],
    ]);
    expect(answer.errors?.[0]).toMatchObject({
      message: 'The file is larger than 1000 bytes.',
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  test('a multipart request without a file runs, too', async () => {
    await using server = await startServer();
    const { answer } = await send(server.graphql, [
      ['operations', JSON.stringify({ query: '{ me }' })],
      ['map', '{}'],
    ]);
    expect(answer).toEqual({ data: { me: 'ada' } });
  });
});

describe('bad input', () => {
  const csv: [string, Blob, string] = ['0', file('a,b'), 'a.csv'];
  test.each<[string, [string, string | Blob, string?][], string]>([
    [
      'the file first',
      [csv, ['operations', operations], ['map', map]],
      'must be `operations`, `map`, then the file',
    ],
    [
      'map first',
      [['map', map], ['operations', operations], csv],
      'must be `operations`, `map`, then the file',
    ],
    ['no map', [['operations', operations], csv], 'must be `operations`, `map`, then the file'],
    ['no operations', [['map', map], csv], 'must be `operations`, `map`, then the file'],
    ['nothing', [], 'Multipart: '],
    [
      'no file',
      [
        ['operations', operations],
        ['map', map],
      ],
      'the file "0" named by `map` is missing',
    ],
    ['bad JSON in operations', [['operations', '{'], ['map', map], csv], '`operations` is not valid JSON'],
    ['bad JSON in map', [['operations', operations], ['map', '{'], csv], '`map` is not valid JSON'],
    [
      'a batch',
      [['operations', `[${operations}]`], ['map', map], csv],
      'batches of operations are not supported',
    ],
    ['no object', [['operations', '7'], ['map', map], csv], '`operations` must be a JSON object'],
    [
      'two files',
      [['operations', operations], ['map', '{"0":["variables.file"],"1":["variables.b"]}'], csv],
      'one file per request',
    ],
    [
      'two places',
      [['operations', operations], ['map', '{"0":["variables.file","variables.b"]}'], csv],
      'a list of one path',
    ],
    [
      'another part',
      [
        ['operations', operations],
        ['map', map],
        ['1', file('a'), 'a.csv'],
      ],
      '`map` does not name the part "1"',
    ],
    [
      'a place without null',
      [['operations', operations], ['map', '{"0":["variables.other"]}'], csv],
      'must hold null at "variables.other"',
    ],
    [
      'a place outside the variables',
      [['operations', operations], ['map', '{"0":["query"]}'], csv],
      'must hold null at "query"',
    ],
    [
      'a prototype',
      [['operations', operations], ['map', '{"0":["variables.__proto__.x"]}'], csv],
      'must hold null at',
    ],
    ['no query', [['operations', '{"variables":{"file":null}}'], ['map', map], csv], 'There is no `query`'],
  ])('%s is told clearly', async (_what, parts, message) => {
    await using server = await startServer();
    const { status, answer } = await send(server.graphql, parts);
    expect(answer.errors?.[0]).toMatchObject({
      message: expect.stringContaining(message),
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(status).toBe(400);
    expect(server.stage.uploads).toEqual([]);
  });

  test('a field that is too large is 413', async () => {
    await using server = await startServer({ maxBodyBytes: 1000 });
    const { status, answer } = await send(server.graphql, [
      ['operations', JSON.stringify({ query: upload, pad: 'x'.repeat(1000) })],
      ['map', map],
      csv,
    ]);
    expect(status).toBe(413);
    expect(answer.errors?.[0]?.message).toBe('Multipart: `operations` is too large.');
  });

  test.each(['multipart/form-data', 'multipart/form-data; boundary=x'])(
    'a body that is none (%s)',
    async (type) => {
      await using server = await startServer();
      const response = await fetch(server.graphql, {
        method: 'POST',
        headers: { ...ada, 'content-type': type },
        body: 'something else',
      });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    },
  );

  test('a File in JSON says how it is sent', async () => {
    await using server = await startServer();
    const response = await fetch(server.graphql, {
      method: 'POST',
      headers: { ...ada, 'content-type': 'application/json' },
      body: JSON.stringify({ query: upload, variables: { file: 'a.csv' } }),
    });
    const { errors } = (await response.json()) as Answer;
    expect(errors?.[0]?.message).toContain('multipart request');
  });
});
