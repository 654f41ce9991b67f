import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { ReadableStream } from 'node:stream/web';
import { usage } from '../failure.ts';
import type { Body } from './client.ts';

/** A file that is there and can be uploaded. */
export type UploadFile = { path: string; size: number };

/** @throws Failure for what is no file, and what the file system throws for none. */
export async function openUpload(path: string): Promise<UploadFile> {
  const found = await stat(path);
  if (!found.isFile()) throw usage(`${path} is not a file.`);
  return { path, size: found.size };
}

/**
 * A GraphQL multipart request with one file at `variables.input.file`, read as fast as it is sent. `told` learns the
 * bytes that have been handed over.
 */
export function fileBody(
  document: { toString(): string },
  variables: unknown,
  file: UploadFile,
  told: (sent: number) => void,
): Body {
  const boundary = `mlgraph-${randomUUID()}`;
  const field = (name: string, value: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const head = [
    field('operations', JSON.stringify({ query: document.toString(), variables })),
    field('map', '{"0":["variables.input.file"]}'),
    `--${boundary}\r\ncontent-disposition: form-data; name="0"; filename="${quoted(basename(file.path))}"\r\n`,
    'content-type: application/octet-stream\r\n\r\n',
  ].join('');
  const parts = partsOf(Buffer.from(head), file.path, Buffer.from(`\r\n--${boundary}--\r\n`), told);
  return {
    content: ReadableStream.from(parts) as Body['content'],
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}

/** As browsers write file names in a header. */
const quoted = (name: string) => name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

async function* partsOf(head: Buffer, path: string, foot: Buffer, told: (sent: number) => void) {
  yield new Uint8Array(head);
  let sent = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    yield new Uint8Array(chunk as Buffer);
    sent += (chunk as Buffer).length;
    told(sent);
  }
  yield new Uint8Array(foot);
}
