import type { CallContext } from '../../domain/callers.ts';
import type { BytesCall, Upstream } from '../http.ts';
import { readError, unreadable } from './errors.ts';

export type Transport = {
  upstream: Upstream;
  /** `{project}/rest/v1`: no call leaves it. */
  baseUrl: string;
  call: CallContext;
  /** Whether a POST may be sent again: only where its rows carry their own keys. */
  repeatPosts?: boolean;
  /** Milliseconds; the upstream's own unless told. */
  deadlineMs?: number;
};

/**
 * The `fetch` that the Supabase client is given: by the upstream's pool, deadline, retries and breaker, and within the
 * operation. It answers good statuses with JSON or nothing, and throws MlgraphError for all else, before the client
 * can make a success of a bare 404 or an error message of a page (contract section 4).
 */
export function createStoreFetch(transport: Transport): typeof fetch {
  const { upstream, baseUrl, call, repeatPosts = false, deadlineMs } = transport;
  return async (input, init) => {
    const url = String(input);
    if (!url.startsWith(`${baseUrl}/`)) throw new Error('a call left its upstream');
    const method = (init?.method ?? 'GET') as BytesCall['method'];
    const answer = await upstream.bytes(call, {
      method,
      path: url.slice(baseUrl.length),
      headers: Object.fromEntries(new Headers(init?.headers)),
      body: typeof init?.body === 'string' ? init.body : undefined,
      idempotent: isRepeatable(method) || (repeatPosts && method === 'POST'),
      deadlineMs,
      error: readError,
    });
    const text = answer.body.toString('utf8');
    if (text !== '' && !isJson(text)) throw unreadable(`${text.length} characters that are not JSON`);
    return new Response(text === '' ? null : text, { status: answer.status });
  };
}

/** A PATCH sets what is, whatever was. A DELETE answers otherwise the second time: what it removed. */
const isRepeatable = (method: BytesCall['method']) =>
  method === 'GET' || method === 'HEAD' || method === 'PATCH';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
