import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createBlockWriter } from '../../src/datasources/azure-ml/block-writer.ts';
import { readMLTable, writeMLTable } from '../../src/datasources/azure-ml/mltable.ts';
import { readTableHeader } from '../../src/datasources/azure-ml/table-header.ts';
import { uploadFile } from '../../src/datasources/azure-ml/upload.ts';
import { safeFileName, uploadKind } from '../../src/datasources/azure-ml/upload-name.ts';
import { accountKey, contextOf, place, startBlobs } from './blob-emulator.ts';

type Blobs = Awaited<ReturnType<typeof startBlobs>>;
type Chunks = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;
const home = { subscriptionId: 'S', resourceGroup: 'RG', workspace: 'WS' };
const mebibyte = 1024 * 1024;
const mark = '\uFEFF';

const fileOf = (filename: string, chunks: Chunks, mimeType = 'application/octet-stream') => ({
  filename,
  mimeType,
  stream: Readable.from(
    (async function* () {
      for await (const chunk of chunks) yield Buffer.from(chunk as string);
    })(),
    { objectMode: false },
  ),
});

const upload = (
  blobs: Blobs,
  file: ReturnType<typeof fileOf>,
  signal = new AbortController().signal,
  idleMs?: number,
) =>
  uploadFile(
    {
      datastore: 'workspaceblobstore',
      container: blobs.store.container(contextOf(signal), place, accountKey),
      signal,
      idleMs,
    },
    file,
  );
const root = 'azureml://datastores/workspaceblobstore/paths/';
const below = (uri: string) => uri.slice(root.length);

describe('an upload', () => {
  it('of a CSV becomes a table: the file, and its MLTable beside it', async () => {
    await using blobs = await startBlobs();
    const file = fileOf('my sales.csv', ['day,un', 'its\n2026-01-01,3\n']);
    const { type, uri, header } = await upload(blobs, file);
    expect({ type, header }).toEqual({ type: 'TABLE', header: ['day', 'units'] });
    expect(uri).toMatch(/^azureml:\/\/datastores\/workspaceblobstore\/paths\/LocalUpload\/[0-9a-f-]{36}\/$/);
    const folder = below(uri);
    expect(blobs.names()).toEqual([`${folder}MLTable`, `${folder}my_sales.csv`]);
    expect((await blobs.text(`${folder}my_sales.csv`)).toString()).toBe('day,units\n2026-01-01,3\n');
    expect((await blobs.text(`${folder}MLTable`)).toString()).toBe(
      'type: mltable\npaths:\n  - file: ./my_sales.csv\ntransformations:\n  - read_delimited: { delimiter: ",", header: all_files_same_headers, encoding: utf8 }\n',
    );
  });

  it.each([
    ['a.csv', '"a;1";b\r\n1;2', ['a;1', 'b'], ';'],
    ['a.tsv', 'a\tb,c\n1\t2', ['a', 'b,c'], '\t'],
    ['a.csv', '\n\n"line\nbreak",b\n1,2\n', ['line\nbreak', 'b'], ','],
    ['a.csv', 'only\n1', ['only'], ','],
    ['a.csv', `${mark}first,b\n1,2`, ['first', 'b'], ','],
    ['ÄRGER 2026.CSV', 'größe,b\n1,2', ['größe', 'b'], ','],
  ])('of %s reads what its header says: %j', async (name, text, columns, delimiter) => {
    await using blobs = await startBlobs();
    // In single bytes, so that every character and the mark come in pieces.
    const bytes = [...Buffer.from(text)].map((byte) => Uint8Array.of(byte));
    const { uri, header } = await upload(blobs, fileOf(name, bytes));
    expect(header).toEqual(columns);
    const file = blobs.names().find((path) => !path.endsWith('MLTable'));
    expect((await blobs.text(file ?? '')).toString()).toBe(text.replace(mark, ''));
    const container = blobs.store.container(contextOf(), place, accountKey);
    expect(await readTableHeader(uri, home, async () => container)).toEqual({ columns, delimiter });
  });

  it('of anything else is a file, byte for byte', async () => {
    await using blobs = await startBlobs();
    const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0, 255, 10]);
    const { type, uri, header } = await upload(blobs, fileOf('../../etc/model\u0000.bin', [bytes]));
    expect({ type, header }).toEqual({ type: 'FILE', header: null });
    expect(below(uri)).toMatch(/^LocalUpload\/[0-9a-f-]{36}\/model_\.bin$/);
    expect(blobs.names()).toEqual([below(uri)]);
    expect(await blobs.text(below(uri))).toEqual(bytes);
  });

  it('goes in blocks, in order, a few at a time', async () => {
    await using blobs = await startBlobs();
    const lines = Array.from({ length: 400 }, (_, row) => `${row},${'x'.repeat(65_000)}\n`);
    const { uri } = await upload(blobs, fileOf('big.csv', ['id,text\n', ...lines]));
    const stored = await blobs.text(`${below(uri)}big.csv`);
    expect(stored.equals(Buffer.from(['id,text\n', ...lines].join('')))).toBe(true);
    const blocks = (await blobs.calls()).filter(({ query }) => query.includes('comp=block&'));
    expect(blocks).toHaveLength(Math.ceil(stored.length / (4 * mebibyte)));
  });
});

describe('an upload leaves nothing to be seen', () => {
  it.each([
    ['empty.csv', [], 'the file is empty.'],
    ['blank.csv', [' \r\n', '\t\n\n'], 'the file is empty.'],
    ['mark.csv', [mark, '\n'], 'the file is empty.'],
    ['header.csv', ['a,b\n', '\n  \n'], 'the table has a header, but no rows.'],
    ['long.csv', ['a,'.repeat(40_000), '\n1'], 'no header line ends within the first 64 KiB.'],
    ['open.csv', ['"a,b\n1,2\n'], 'no header line ends within the first 64 KiB.'],
    [
      'sheet.csv',
      [Buffer.from('a\0,\0b\0\n\x001\0')],
      'the table is not text in UTF-8; a spreadsheet must be saved as CSV.',
    ],
    [
      'latin.csv',
      [Buffer.from('gr\u00f6\u00dfe,b\n1,2', 'latin1')],
      'the header line is not delimited text in UTF-8.',
    ],
    ['unnamed.csv', [' , \n1,2\n'], 'the header line names no column.'],
    ['empty.bin', [], 'the file is empty.'],
    ['blank.bin', ['\n \n'], 'the file is empty.'],
  ] satisfies [string, Chunks, string][])('of %s', async (name, chunks, why) => {
    await using blobs = await startBlobs();
    await expect(upload(blobs, fileOf(name, chunks))).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: `input.file: ${why}`,
      details: { field: 'input.file' },
    });
    expect(blobs.names()).toEqual([]);
  });

  async function* megabytes(count: number, end: () => unknown) {
    yield 'a,b\n';
    for (let index = 0; index < count; index++) yield Buffer.alloc(mebibyte, '1,2\n');
    await end();
  }

  it('when the client breaks off in the middle', async () => {
    await using blobs = await startBlobs();
    const cut = () => {
      throw new Error('aborted at 10.0.0.1');
    };
    await expect(upload(blobs, fileOf('cut.csv', megabytes(9, cut)))).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'input.file: the upload broke off before its end; nothing of it was kept.',
    });
    expect(blobs.names()).toEqual([]);
    expect((await blobs.calls()).filter(({ query }) => query.includes('comp=block&'))).toHaveLength(2);
  });

  it('when the client stands still, or its operation ends', async () => {
    await using blobs = await startBlobs();
    const never = () => new Promise(() => {});
    await expect(
      upload(blobs, fileOf('still.csv', megabytes(1, never)), undefined, 30),
    ).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    const operation = new AbortController();
    const reason = new Error('the client left');
    const leaving = upload(
      blobs,
      fileOf(
        'left.csv',
        megabytes(5, () => operation.abort(reason)),
      ),
      operation.signal,
    );
    await expect(leaving).rejects.toBe(reason);
    expect(blobs.names()).toEqual([]);
  });

  it.each([
    ['a block', { kind: 'status', status: 403, method: 'PUT', path: 'csv$' }],
    ['the MLTable', { kind: 'status', status: 403, method: 'PUT', path: 'MLTable$' }],
  ])('when the storage refuses %s', async (_, fault) => {
    await using blobs = await startBlobs();
    await blobs.fault(fault);
    await expect(
      upload(
        blobs,
        fileOf(
          'no.csv',
          megabytes(30, () => {}),
        ),
      ),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(blobs.names()).toEqual([]);
  });
});

describe('the block writer', () => {
  it('holds three buffers, and takes no more while they are on their way', async () => {
    const waiting: (() => void)[] = [];
    const memory = new Set<ArrayBufferLike>();
    const writer = createBlockWriter((_, bytes) => {
      memory.add(bytes.buffer);
      return new Promise((resolve) => waiting.push(resolve));
    });
    let written = 0;
    const writing = (async () => {
      for (; written < 40; written++) await writer.write(Buffer.alloc(mebibyte));
    })();
    await expect.poll(() => waiting.length).toBe(3);
    expect(written).toBe(12);
    const ending = writing.then(() => writer.finish());
    while (waiting.length > 0) {
      waiting.shift()?.();
      await new Promise(setImmediate);
    }
    const end = await ending;
    expect('ids' in end && end.ids.length).toBe(10);
    expect(memory.size).toBe(3);
  });
});

describe('a file name', () => {
  it.each([
    ['C:\\data\\sales.csv', 'sales.csv'],
    ['../../x.CSV', 'x.CSV'],
    ['a\u0000b\n*?[1]{}#".csv', 'a_b_1_.csv'],
    ['…​.csv', 'data.csv'],
    ['.csv', 'data.csv'],
    ['größe.csv', 'gro_e.csv'],
    [`${'n'.repeat(300)}.csv`, `${'n'.repeat(80)}.csv`],
    ['MLTable', 'MLTable.csv'],
    ['export.txt', 'export.txt'],
  ])('%j becomes safe', (name, safe) => {
    expect(safeFileName(name, 'CSV')).toBe(safe);
  });

  it('and type say what the file is', () => {
    const kinds = [
      ['a.csv', 'application/vnd.ms-excel'],
      ['a.TSV', 'text/plain'],
      ['a.txt', 'text/csv; charset=utf-8'],
      ['a', 'text/tab-separated-values'],
      ['a.csv.gz', 'application/gzip'],
      ['a.parquet', ''],
    ].map(([filename = '', mimeType = '']) => uploadKind({ filename, mimeType }));
    expect(kinds).toEqual(['CSV', 'TSV', 'CSV', 'TSV', 'OTHER', 'OTHER']);
  });
});

describe('an MLTable', () => {
  const python = (lines: string) => `paths:\n- file: ${lines}\ntype: mltable\n`;
  it.each([
    [writeMLTable({ file: 'a.tsv', delimiter: '\t' }), { file: 'a.tsv', delimiter: '\t', hasHeader: true }],
    [
      python("./iris.csv\ntransformations:\n- read_delimited:\n    delimiter: ','\n    header: no_header"),
      { file: 'iris.csv', delimiter: ',', hasHeader: false },
    ],
    [
      `# data\n${python(`"in/it's.csv" # one\ntransformations:\n- read_delimited:\n    delimiter: "\\t"`)}`,
      { file: "in/it's.csv", delimiter: '\t', hasHeader: true },
    ],
    [
      '{"type":"mltable","paths":[{"file":"./a.csv"}],"transformations":[{"read_delimited":{"delimiter":";"}}]}',
      { file: 'a.csv', delimiter: ';', hasHeader: true },
    ],
    [python('./a.parquet\ntransformations:\n- read_parquet: {}'), null],
    [python('https://example.com/a.csv\ntransformations:\n- read_delimited: {}'), null],
    [python('../other/a.csv\ntransformations:\n- read_delimited: {}'), null],
    ['paths:\n- pattern: ./*.csv\ntransformations:\n- read_delimited: {}', null],
    ['', null],
  ])('is read: %j', (text, table) => {
    expect(readMLTable(text)).toEqual(table);
  });
});

describe('a table’s header', () => {
  it('is read through either form of a URI of this workspace, from no other place', async () => {
    await using blobs = await startBlobs();
    const { uri } = await upload(blobs, fileOf('a.csv', ['x,y\n1,2']));
    const container = blobs.store.container(contextOf(), place, accountKey);
    const asked: string[] = [];
    const read = (from: string) =>
      readTableHeader(from, home, async (datastore) => {
        asked.push(datastore);
        return container;
      });
    const long = `azureml://subscriptions/s/resourcegroups/rg/workspaces/ws/datastores/store/paths/${below(uri)}`;
    expect((await read(long)).columns).toEqual(['x', 'y']);
    expect(asked).toEqual(['store']);
    for (const foreign of [
      long.replace('workspaces/ws', 'workspaces/other'),
      'https://acct.blob.core.windows.net/c/a.csv',
      'azureml://jobs/j/outputs/o/paths/',
    ]) {
      await expect(read(foreign)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    }
    expect(asked).toHaveLength(1);
  });

  it('that is gone, or of no table, is told', async () => {
    await using blobs = await startBlobs();
    const container = blobs.store.container(contextOf(), place, accountKey);
    const read = (path: string) => readTableHeader(`${root}${path}`, home, async () => container);
    await expect(read('nowhere')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await container.put('p/MLTable', Buffer.from('type: mltable'), 'text/plain');
    await expect(read('p/')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await container.put(
      'e/MLTable',
      Buffer.from(writeMLTable({ file: 'a.csv', delimiter: ',' })),
      'text/plain',
    );
    await container.put('e/a.csv', Buffer.alloc(0), 'text/csv');
    await expect(read('e')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});
