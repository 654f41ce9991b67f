import type { IncomingMessage, ServerResponse } from 'node:http';
import { httpError } from './http-errors.ts';

/**
 * The whole body of a small request.
 * @throws a GraphQLError for 413 (more than `maxBytes`, known from its header or by counting), for 408 (not all of it
 * there after `deadlineMs`, however it trickles), or for 400 (cut off). What is left of the body is then still to be discarded.
 */
export function readBody(
  request: IncomingMessage,
  o: { maxBytes: number; deadlineMs: number },
): Promise<string> {
  const tooLarge = () => httpError(413, `The body is larger than ${o.maxBytes} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > o.maxBytes) return Promise.reject(tooLarge());
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  let size = 0;
  const deadline = setTimeout(() => reject(httpError(408, 'The body did not arrive in time.')), o.deadlineMs);
  const onData = (chunk: Buffer) => {
    size += chunk.length;
    if (size > o.maxBytes) reject(tooLarge());
    else chunks.push(chunk);
  };
  const onEnd = () => resolve(Buffer.concat(chunks).toString('utf8'));
  const onBroken = () => reject(httpError(400, 'The body broke off before its end.'));
  request.on('data', onData).on('end', onEnd).on('close', onBroken).on('error', onBroken);
  return promise.finally(() => {
    clearTimeout(deadline);
    request.off('data', onData).off('end', onEnd).off('close', onBroken);
  });
}

/** How much of a body that nobody wants is taken in, so that its sender gets to read the answer. */
const discarded = { bytes: 64 * 2 ** 20, milliseconds: 10_000 };

/** Lets the rest of the body pass unread, within bounds; then the connection is closed. */
export function discardBody(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete || request.destroyed) return;
  const { socket } = request;
  const timer = setTimeout(() => socket.destroy(), discarded.milliseconds);
  request.once('close', () => clearTimeout(timer));
  // A parser that has been left alone would hold the rest back.
  request.unpipe();
  request.resume();
  const bound = socket.bytesRead + discarded.bytes;
  const count = () =>
    request.on('data', () => {
      if (socket.bytesRead > bound) socket.destroy();
    });
  // When an answer is finished Node removes whoever still listens to the body.
  if (response.writableFinished) count();
  else response.once('finish', count);
}
