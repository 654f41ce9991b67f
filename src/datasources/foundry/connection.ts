import type { CallContext, TokenFor } from '../../domain/callers.ts';
import { codeOf, type MlgraphError, notFound } from '../../domain/errors.ts';
import type { StreamCall, Upstream, UpstreamCall } from '../http.ts';
import { readError, unreadable } from './errors.ts';
import { apiVersion, scope } from './places.ts';

type Request<T> = Pick<UpstreamCall<T>, 'method' | 'path' | 'query' | 'json' | 'schema' | 'idempotent'>;
type StreamRequest = Pick<StreamCall, 'method' | 'path' | 'query' | 'json' | 'idempotent'>;

/** The project as one caller sees it, for one operation. Paths are below the project's endpoint. */
export type Connection = {
  /** Management of agents (contract section 4). */
  manage<T>(request: Request<T>): Promise<T>;
  /** Conversations and responses (sections 5 and 6). */
  openAI<T>(request: Request<T>): Promise<T>;
  /** A response as it is made; lives by `signal`, not by the operation. */
  stream(request: StreamRequest, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
};

/** Milliseconds to the first byte of a stream, between two, and in all. */
export type StreamLimits = { firstByteMs?: number; idleMs?: number; totalMs?: number };

type Parts = { upstream: Upstream; token: TokenFor; call: CallContext; limits: StreamLimits };

export function openConnection({ upstream, token, call, limits }: Parts): Connection {
  const tokenUntil = (signal: AbortSignal) => (claims?: string) => token(scope, { signal, claims });
  const send = async <T>(request: Request<T>): Promise<T> =>
    (await upstream.call(call, { ...request, token: tokenUntil(call.signal), error: readError })).body;
  return {
    manage: (request) => send({ ...request, query: { 'api-version': apiVersion, ...request.query } }),
    openAI: (request) => send({ ...request, path: `/openai/v1${request.path}` }),
    async stream({ path, ...request }, signal) {
      const { firstByteMs: deadlineMs, idleMs, totalMs } = limits;
      const answer = await upstream.open(
        { ...call, signal },
        {
          ...request,
          path: `/openai/v1${path}`,
          deadlineMs,
          idleMs,
          totalMs,
          token: tokenUntil(signal),
          error: readError,
        },
      );
      if (!/^text\/event-stream\b/i.test(answer.headers['content-type'] ?? '')) {
        await answer.body.return?.();
        throw unreadable('an answer that is no event stream');
      }
      return answer.body;
    },
  };
}

/** Says in this API's words what was not found. */
export const orNotFound = <T>(answer: Promise<T>, message: string): Promise<T> =>
  answer.catch((error: unknown) => {
    throw codeOf(error) === 'NOT_FOUND' ? notFound(message, (error as MlgraphError).details) : error;
  });
