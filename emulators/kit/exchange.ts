import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';

/** One request as an emulator's route sees it. */
export type EmulatorRequest = {
  method: string;
  /** Decoded, with runs of `/` collapsed, without the query. */
  path: string;
  url: URL;
  headers: IncomingHttpHeaders;
  raw: IncomingMessage;
  /** The whole body; read once, however often it is asked for. Not for what may be large: stream `raw` then. */
  body(): Promise<Buffer>;
  /** The body as JSON; an empty one is undefined. */
  json(): Promise<unknown>;
};

/** A body that writes itself as text, at its own time, and ends or destroys `out`, which may be closed by then. */
export type Pour = (out: Writable) => void;

/** An object goes out as JSON, a string or Buffer as it is, an async iterable and a `Pour` streamed. */
export type Reply = { status: number; headers?: Record<string, string>; body?: unknown };

/** Answers, or says by `null` that the request is not its own. */
export type Route = (request: EmulatorRequest) => Promise<Reply | null> | Reply | null;

/** Ends a request early with a reply: thrown by routes, answered by the server. */
export class ReplyError extends Error {
  readonly reply: Reply;

  constructor(reply: Reply) {
    super(`answered with ${reply.status}`);
    this.reply = reply;
  }
}

const maxBufferedBytes = 128 * 1024 * 1024;

/** Reads what the route needs of a request; throws ReplyError 400 for a target or a body that cannot be decoded. */
export function emulatorRequest(raw: IncomingMessage, base: string): EmulatorRequest {
  const url = new URL((raw.url ?? '/').replace(/^\/\/+/, '/'), base);
  let read: Promise<Buffer> | undefined;
  const body = () => {
    read ??= readAll(raw);
    return read;
  };
  return {
    method: raw.method ?? 'GET',
    path: decodePath(url.pathname),
    url,
    headers: raw.headers,
    raw,
    body,
    json: async () => parseJson(await body()),
  };
}

function decodePath(pathname: string): string {
  try {
    return decodeURIComponent(pathname).replace(/\/{2,}/g, '/');
  } catch {
    throw badRequest('The path is not valid percent-encoding.');
  }
}

function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw badRequest('The body is not valid JSON.');
  }
}

async function readAll(raw: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of raw) {
    bytes += chunk.length;
    if (bytes > maxBufferedBytes) throw new ReplyError({ status: 413 });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const badRequest = (message: string) =>
  new ReplyError({ status: 400, body: { error: { code: 'BadRequest', message } } });
