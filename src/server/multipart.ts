import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyFileStream, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import { httpError } from './http-errors.ts';
import {
  type FilePlace,
  type OperationParams,
  parseMap,
  parseOperations,
  placeFile,
} from './multipart-map.ts';
import { brokenOff, uploadOf, watchSilence } from './upload.ts';

export type MultipartLimits = {
  /** Of each of `operations` and `map`. */
  maxFieldBytes: number;
  maxFileBytes: number | null;
  /** How long the client may fall silent while more of the file is wanted. */
  silenceMs: number;
};

/** What has been read so far, in the order that the specification asks for. */
type Progress = { operations: OperationParams | null; place: FilePlace | null | undefined };

/**
 * Reads a GraphQL multipart request as it comes in: `operations`, `map`, then the file. Resolves when the file
 * begins; its bytes then flow as fast as the resolver reads them, so that only a few hundred KiB are ever held.
 * @throws a GraphQLError that says which part is wrong.
 */
export function readMultipart(request: IncomingMessage, limits: MultipartLimits): Promise<OperationParams> {
  const { promise, resolve, reject } = Promise.withResolvers<OperationParams>();
  const parser = parserFor(request, limits);
  const progress: Progress = { operations: null, place: undefined };
  const attempt = (work: () => void) => {
    try {
      work();
    } catch (error) {
      reject(error);
    }
  };
  parser.on('field', (name, value, _nameCut, valueCut) =>
    attempt(() => takeField(progress, name, value, valueCut)),
  );
  parser.on('file', (part, stream, filename, _encoding, mimeType) => {
    failWith(request, stream);
    attempt(() => {
      const operations = operationsFor(progress, part);
      const upload = uploadOf({ stream, filename: filename ?? part, mimeType }, limits.maxFileBytes);
      placeFile(operations, progress.place as FilePlace, upload);
      resolve(operations);
    });
  });
  parser.on('finish', () => attempt(() => resolve(withoutFile(progress))));
  parser.on('error', () => reject(httpError(400, 'Multipart: the body is malformed or broke off.')));
  request.once('close', () => reject(httpError(400, 'Multipart: the body broke off.')));
  const stopWatching = watchSilence(request, limits.silenceMs);
  request.once('close', stopWatching);
  request.pipe(parser);
  return promise.catch((error: unknown) => {
    request.unpipe(parser);
    throw error;
  });
}

const isField = (name: string | undefined) => name === 'operations' || name === 'map';

function parserFor(request: IncomingMessage, limits: MultipartLimits): BusboyInstance {
  try {
    return new Busboy({
      headers: request.headers as BusboyHeaders,
      limits: { fieldSize: limits.maxFieldBytes, fields: 2, files: 1, headerPairs: 20, headerSize: 8192 },
      // Browsers give a Blob a filename, and some clients send the JSON fields as Blobs.
      isPartAFile: (name) => !isField(name),
    });
  } catch {
    throw httpError(400, 'Multipart: the content-type names no boundary.');
  }
}

function takeField(progress: Progress, name: string, value: string, cut: boolean): void {
  if (cut) throw httpError(413, `Multipart: \`${name}\` is too large.`);
  if (name === 'operations' && progress.operations === null) progress.operations = parseOperations(value);
  else if (name === 'map' && progress.operations !== null) progress.place = parseMap(value);
  else throw wrongOrder();
}

const wrongOrder = () => httpError(400, 'Multipart: the parts must be `operations`, `map`, then the file.');

function operationsFor(progress: Progress, part: string): OperationParams {
  const { operations, place } = progress;
  if (operations === null || place === undefined) throw wrongOrder();
  if (place?.part !== part) throw httpError(400, `Multipart: \`map\` does not name the part "${part}".`);
  return operations;
}

/** What is known when the body ends: fine only where `map` promised no file. */
function withoutFile({ operations, place }: Progress): OperationParams {
  if (operations === null || place === undefined) throw wrongOrder();
  if (place !== null)
    throw httpError(400, `Multipart: the file "${place.part}" named by \`map\` is missing.`);
  return operations;
}

/** The parser does not learn that the client has gone: the file must fail, or it would look complete or wait forever. */
function failWith(request: IncomingMessage, stream: BusboyFileStream): void {
  const fail = () => {
    if (!request.complete) stream.destroy(brokenOff());
  };
  request.once('close', fail);
  stream.once('close', () => request.off('close', fail));
  // The parser only emits that the closing boundary is missing: who has not begun to read would not know. And without
  // a listener it would end the process.
  stream.on('error', () => stream.destroy(brokenOff()));
}
