import { type Dispatcher, errors, request } from 'undici';
import type { Answer, Method } from './types.ts';

/** No answer came: refused, unreachable, or dropped before the status line. */
export class ConnectionFailed extends Error {}
/** An answer began and broke off, or was not HTTP. */
export class AnswerBroken extends Error {}
/** The answer is longer than the call allows. */
export class AnswerTooLong extends Error {}

export type Body = Dispatcher.ResponseData['body'];

export type Exchange = {
  url: URL;
  method: Method;
  headers: Record<string, string>;
  body?: Uint8Array | string;
  maxBytes: number;
};

/**
 * One request and its whole answer. A redirect is an answer like any other, never followed: the token must not
 * travel to another host.
 * @throws ConnectionFailed, AnswerBroken, AnswerTooLong, or the signal's reason.
 */
export async function exchange(
  dispatcher: Dispatcher,
  request: Exchange,
  signal: AbortSignal,
): Promise<Answer<Buffer>> {
  const response = await begin(dispatcher, request, signal);
  return { ...response, body: await readWhole(response.body, request.maxBytes, signal) };
}

/**
 * The same as soon as status and headers are there. What is then made of the body is the caller's: it lives until
 * it is read to its end, destroyed, or the signal aborts, and has no time limit of its own.
 */
export async function begin(
  dispatcher: Dispatcher,
  { url, method, headers, body }: Exchange,
  signal: AbortSignal,
): Promise<Answer<Body>> {
  try {
    const unlimited = { headersTimeout: 0, bodyTimeout: 0 };
    const response = await request(url, { dispatcher, method, headers, body, signal, ...unlimited });
    return { status: response.statusCode, headers: plain(response.headers), body: response.body };
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    if (cause instanceof errors.HTTPParserError) throw new AnswerBroken('the answer broke off', { cause });
    throw new ConnectionFailed('no connection', { cause });
  }
}

/** @throws AnswerBroken, AnswerTooLong, or the signal's reason. */
export async function readWhole(body: Body, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  try {
    return await readBody(body, maxBytes);
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw cause instanceof AnswerTooLong ? cause : new AnswerBroken('the answer broke off', { cause });
  }
}

async function readBody(body: Body, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw new AnswerTooLong(`longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length);
}

const plain = (headers: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
