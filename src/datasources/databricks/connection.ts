import type { CallContext, TokenFor } from '../../domain/callers.ts';
import type { Clock } from '../../domain/clock.ts';
import type { ActAs } from '../../domain/genie.ts';
import type { Upstream, UpstreamCall } from '../http.ts';
import { type Asked, readErrorFor } from './errors.ts';
import { type Paths, pathsFor, scope } from './places.ts';

export type Request<T> = Pick<
  UpstreamCall<T>,
  'method' | 'path' | 'query' | 'json' | 'schema' | 'idempotent' | 'deadlineMs'
> &
  Omit<Asked, 'actor'>;

/** The workspace as one actor sees it, for one operation. */
export type Connection = {
  home: string;
  actor: ActAs;
  paths: Paths;
  /** Milliseconds for the rows of a query that runs. */
  rowsMs: number;
  clock: Clock;
  /** Ends with the operation. */
  signal: AbortSignal;
  /** Paths are below `/api/2.0`. */
  send<T>(request: Request<T>): Promise<T>;
};

type Parts = Pick<Connection, 'home' | 'actor' | 'clock' | 'rowsMs'> & {
  upstream: Upstream;
  token: TokenFor;
  call: CallContext;
};

export function openConnection({ upstream, token, call, ...parts }: Parts): Connection {
  const { actor } = parts;
  const { signal } = call;
  return {
    ...parts,
    signal,
    paths: pathsFor(actor),
    async send({ what, isQuestion, ...request }) {
      const answer = await upstream.call(call, {
        ...request,
        token: (claims) => token(scope, { signal, claims }),
        error: readErrorFor({ actor, what, isQuestion }),
      });
      return answer.body;
    },
  };
}
