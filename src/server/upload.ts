import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { FileUpload } from '../domain/datasets.ts';
import { MlgraphError } from '../domain/errors.ts';

/**
 * A file as the resolver reads it. The stream throws BAD_USER_INPUT where the file is larger than `maxBytes`, or
 * ends before its end because the client broke off: whatever was made of it so far must not count.
 */
export const uploadOf = (
  part: { stream: Readable; filename: string; mimeType: string },
  maxBytes: number | null,
): FileUpload => ({
  filename: part.filename,
  mimeType: part.mimeType,
  stream: bounded(part.stream, maxBytes),
});

async function* bounded(stream: Readable, maxBytes: number | null): AsyncGenerator<Uint8Array, void, void> {
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (maxBytes !== null && size > maxBytes)
        throw new MlgraphError('BAD_USER_INPUT', `The file is larger than ${maxBytes} bytes.`);
      yield chunk;
    }
  } catch (error) {
    throw error instanceof MlgraphError ? error : brokenOff(error);
  }
}

export const brokenOff = (cause?: unknown) =>
  new MlgraphError('BAD_USER_INPUT', 'The upload broke off before the end of the file.', {}, cause);

/** Destroys the request when it falls silent for `ms` while the reader would take more. Returns how to stop. */
export function watchSilence(request: IncomingMessage, ms: number): () => void {
  let seen = -1;
  const timer = setInterval(() => {
    const read = request.socket.bytesRead;
    if (read === seen && !request.isPaused() && !request.complete) request.destroy(brokenOff());
    seen = read;
  }, ms);
  return () => clearInterval(timer);
}
