import { randomUUID } from 'node:crypto';
import type { DatasetType, FileUpload } from '../../domain/datasets.ts';
import { unlessAborted } from '../../domain/deadline.ts';
import { MlgraphError } from '../../domain/errors.ts';
import { DeadlinePassed, withinDeadline } from '../http/deadline.ts';
import type { BlobContainer } from './blob.ts';
import { type BlockWriter, createBlockWriter } from './block-writer.ts';
import { markLength } from './delimited.ts';
import { writeMLTable } from './mltable.ts';
import { checkContent, refused, type TableForm } from './upload-content.ts';
import { safeFileName, type UploadKind, uploadKind } from './upload-name.ts';

const idleMs = 60_000;
const binary = 'application/octet-stream';
const contentTypes: Record<UploadKind, string> = {
  CSV: 'text/csv',
  TSV: 'text/tab-separated-values',
  OTHER: binary,
};

export type UploadTarget = {
  /** Name and container of the default datastore. */
  datastore: string;
  container: BlobContainer;
  signal: AbortSignal;
  /** How long the client may send nothing; 60,000 ms unless told. */
  idleMs?: number;
};

/** Where the file lies now: for a TABLE its folder with the MLTable, for a FILE itself. */
export type UploadedFile = {
  type: Extract<DatasetType, 'TABLE' | 'FILE'>;
  uri: string;
  header: string[] | null;
};

/**
 * Streams a file into `LocalUpload/{random id}/` of the datastore, as Azure's own tools do (Azure ML contract,
 * section 4), in blocks: nothing is to be seen of it before the last byte has come and was found good. A table's
 * byte order mark is left out, lest it become part of the first column's name.
 * @throws BAD_USER_INPUT for `input.file` when it is empty, no table though it claims to be, or breaks off.
 */
export async function uploadFile(target: UploadTarget, file: FileUpload): Promise<UploadedFile> {
  const kind = uploadKind(file);
  const name = safeFileName(file.filename, kind);
  const folder = `LocalUpload/${randomUUID()}`;
  const path = `${folder}/${name}`;
  const { container, datastore } = target;
  const writer = createBlockWriter((id, bytes) => container.putBlock(path, id, bytes));
  try {
    const table = await takeIn(file, kind, writer, target);
    const blocks = await writer.finish();
    // Before the data: should one of the two fail, what is left behind is the small one.
    if (table) await container.put(`${folder}/MLTable`, mlTable(name, table), binary);
    if ('whole' in blocks) await container.put(path, blocks.whole, contentTypes[kind]);
    else await container.commit(path, blocks.ids, contentTypes[kind]);
    const root = `azureml://datastores/${datastore}/paths`;
    return table
      ? { type: 'TABLE', uri: `${root}/${folder}/`, header: table.columns }
      : { type: 'FILE', uri: `${root}/${path}`, header: null };
  } finally {
    await writer.settle();
  }
}

const mlTable = (file: string, { delimiter }: TableForm) =>
  Buffer.from(writeMLTable({ file, delimiter }), 'utf8');

async function takeIn(
  file: FileUpload,
  kind: UploadKind,
  writer: BlockWriter,
  { signal, idleMs: patience = idleMs }: UploadTarget,
): Promise<TableForm | null> {
  const check = checkContent(kind);
  const chunks = arriving(file, signal, patience);
  for await (const chunk of kind === 'OTHER' ? chunks : withoutMark(chunks)) {
    check.see(chunk);
    await writer.write(chunk);
  }
  return check.end();
}

/** The file's chunks, as long as the client keeps sending. */
async function* arriving({ stream }: FileUpload, signal: AbortSignal, patience: number) {
  const chunks = stream[Symbol.asyncIterator]();
  const next = () => withinDeadline(signal, patience, (either) => unlessAborted(chunks.next(), either));
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await next();
      ended = done === true;
      if (ended) return;
      yield value as Uint8Array;
    }
  } catch (failure) {
    throw signal.aborted ? signal.reason : brokenOff(failure);
  } finally {
    // Not awaited: a generator that waits for its next chunk would not return before that comes.
    if (!ended) void chunks.return?.().then(undefined, () => {});
  }
}

function brokenOff(failure: unknown): unknown {
  if (failure instanceof MlgraphError) return failure;
  const why =
    failure instanceof DeadlinePassed
      ? 'the upload came to a standstill; nothing of it was kept.'
      : 'the upload broke off before its end; nothing of it was kept.';
  const { code, message, details } = refused(why);
  return new MlgraphError(code, message, details, failure);
}

/** Leaves out a UTF-8 byte order mark, which may come in pieces. */
async function* withoutMark(chunks: AsyncIterable<Uint8Array>) {
  let start: Buffer | null = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (!start) {
      yield chunk;
      continue;
    }
    start = Buffer.concat([start, chunk]);
    if (start.length < 3) continue;
    yield start.subarray(markLength(start));
    start = null;
  }
  if (start && start.length > 0) yield start;
}
