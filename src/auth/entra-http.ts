import { type Dispatcher, request } from 'undici';
import { MlgraphError } from '../domain/errors.ts';

/** How failures of an issuer are reported: the upstream's name, and what a message calls it. */
export type IssuerName = Readonly<{ upstream: string; title: string }>;

export const entra: IssuerName = { upstream: 'entra', title: 'Entra' };
export const { upstream } = entra;

export type EntraCall = {
  method: 'GET' | 'POST';
  url: string;
  headers?: Record<string, string>;
  body?: string;
};
/** `body` is parsed JSON, or undefined where the answer was something else (a proxy's HTML page). */
export type EntraAnswer = { status: number; headers: Record<string, string>; body: unknown };

/** Far above any key set or token answer; beyond it the answer is none of these. */
const maxBodyBytes = 1024 * 1024;

/** As `callIssuer` does, of Entra. */
export const callEntra = (dispatcher: Dispatcher, call: EntraCall, signal: AbortSignal) =>
  callIssuer(entra, dispatcher, call, signal);

/** One HTTP call, redirects not followed. The caller's signal is its only deadline. @throws network errors as they are. */
export async function callIssuer(
  issuer: IssuerName,
  dispatcher: Dispatcher,
  call: EntraCall,
  signal: AbortSignal,
): Promise<EntraAnswer> {
  const { url, ...options } = call;
  const answer = await request(url, { ...options, dispatcher, signal });
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { status: answer.statusCode, headers, body: parse(await readBody(answer.body, issuer)) };
}

async function readBody(body: AsyncIterable<Buffer>, { upstream, title }: IssuerName): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) {
      throw new MlgraphError('UPSTREAM_ERROR', `${title} answered more than it should.`, { upstream });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const unreachedCodes = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** Whether the call failed before anything of it reached the issuer. */
export const neverReached = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && unreachedCodes.includes(String(error.code));
