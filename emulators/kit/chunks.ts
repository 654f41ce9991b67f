import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';

/**
 * The body of a response, as a stream of text. Each piece is one write of one chunk: the response itself hands a chunk
 * to the socket in four parts, which costs more than all else about a small one.
 */
export function chunked(response: ServerResponse): Writable {
  response.flushHeaders();
  const { socket } = response;
  if (!response.chunkedEncoding || !socket) return response;
  const send = (text: string, done: () => void) =>
    socket.write(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`, done);
  const body = new Writable({
    decodeStrings: false,
    write: (piece, _, done) => send(piece, done),
    writev: (pieces, done) => send(pieces.map(({ chunk }) => chunk).join(''), done),
    final: (done) => void response.end(done),
    destroy: (error, done) => {
      if (!response.writableEnded) response.destroy();
      done(error);
    },
  });
  // What fails is the connection, and that closes the response.
  body.on('error', () => undefined);
  response.once('close', () => body.destroy());
  return body;
}
