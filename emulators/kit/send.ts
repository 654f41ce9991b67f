import type { ServerResponse } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { chunked } from './chunks.ts';
import type { Pour, Reply } from './exchange.ts';

type Encoded =
  | { type: string | null; bytes: Buffer }
  | { type: string; stream: AsyncIterable<unknown> }
  | { type: string; pour: Pour };

/** Writes a reply; one whose client left is dropped. */
export async function send(response: ServerResponse, reply: Reply): Promise<void> {
  const encoded = encode(reply.body);
  response.writeHead(reply.status, headersOf(reply, encoded));
  if ('bytes' in encoded) {
    response.end(encoded.bytes);
    return;
  }
  if ('pour' in encoded) return encoded.pour(response.destroyed ? response : chunked(response));
  await pipeline(Readable.from(encoded.stream), response).catch(() => response.destroy());
}

/** Announces the whole body, sends half of it and drops the connection; one without a body is never answered. */
export async function sendCut(response: ServerResponse, reply: Reply): Promise<void> {
  const encoded = encode(reply.body);
  const half =
    'bytes' in encoded ? encoded.bytes.subarray(0, encoded.bytes.length >> 1) : await firstOf(encoded);
  if (half.length > 0) {
    response.writeHead(reply.status, headersOf(reply, encoded));
    await new Promise<void>((resolve) => response.write(half, () => resolve()));
  }
  response.destroy();
}

async function firstOf(encoded: Exclude<Encoded, { bytes: Buffer }>): Promise<Buffer> {
  for await (const chunk of 'pour' in encoded ? poured(encoded.pour) : encoded.stream)
    return Buffer.from(chunk as Uint8Array);
  return Buffer.alloc(0);
}

function poured(pour: Pour): PassThrough {
  const out = new PassThrough();
  pour(out);
  return out;
}

function encode(body: unknown): Encoded {
  if (body === undefined || body === null) return { type: null, bytes: Buffer.alloc(0) };
  if (typeof body === 'string') return { type: 'text/plain; charset=utf-8', bytes: Buffer.from(body) };
  if (body instanceof Uint8Array) return { type: 'application/octet-stream', bytes: Buffer.from(body) };
  if (typeof body === 'function') return { type: 'application/octet-stream', pour: body as Pour };
  if (isAsyncIterable(body)) return { type: 'application/octet-stream', stream: body };
  return { type: 'application/json; charset=utf-8', bytes: Buffer.from(JSON.stringify(body)) };
}

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

function headersOf(reply: Reply, encoded: Encoded): Record<string, string> {
  const headers: Record<string, string> = {};
  if (encoded.type !== null) headers['content-type'] = encoded.type;
  // A 204 or 304 must not bear a length; a reply may state one of its own, as that to a HEAD does.
  if ('bytes' in encoded && reply.status !== 204 && reply.status !== 304)
    headers['content-length'] = String(encoded.bytes.length);
  for (const [name, value] of Object.entries(reply.headers ?? {})) headers[name.toLowerCase()] = value;
  return headers;
}
