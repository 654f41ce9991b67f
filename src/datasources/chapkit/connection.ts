import type { CallContext } from '../../domain/callers.ts';
import type { Clock } from '../../domain/clock.ts';
import { codeOf, type MlgraphError, notFound } from '../../domain/errors.ts';
import type { Answer, BytesCall, Upstream, UpstreamCall } from '../http.ts';
import { keyMissing, keyRefused, readErrorOf } from './errors.ts';
import type { ServiceKeys } from './keys.ts';

type Common = Pick<BytesCall, 'method' | 'path' | 'query' | 'json' | 'idempotent' | 'accept' | 'deadlineMs'>;
export type Request<T> = Common & Pick<UpstreamCall<T>, 'schema'>;

/** One service, for one operation. Paths are below the service's address. */
export type Connection = {
  systemName: string;
  /** Null for a status that only `accept` lets through. */
  send<T>(request: Request<T> & { accept: readonly number[] }): Promise<T | null>;
  send<T>(request: Request<T>): Promise<T>;
  bytes(request: Common): Promise<Buffer>;
  /** Reads once for the whole operation, until something is changed by it. */
  once<T>(name: string, read: () => Promise<T>): Promise<T>;
  /** Forgets what was read: something was changed. */
  changed(): void;
};

type Parts = {
  systemName: string;
  upstream: Upstream;
  /** Null: the service asks for none. */
  keys: ServiceKeys | null;
  clock: Clock;
  call: CallContext;
  /** For a call with all the keys it tries. */
  deadlineMs: number;
};
type Sent = { headers: Record<string, string>; deadlineMs: number };

export function openConnection({ systemName, upstream, keys, clock, call, deadlineMs }: Parts): Connection {
  const error = readErrorOf(systemName);
  const acceptable = ({ accept = [] }: Common) => [...accept, 401];
  const remembered = new Map<string, Promise<unknown>>();

  /** A 401 is told before anything is done, so that also what must not be repeated may be sent with another key. */
  async function withKey<A extends Answer<unknown>>(
    limit: number,
    attempt: (sent: Sent) => Promise<A>,
  ): Promise<A> {
    const endsAt = clock.now() + limit;
    const send = (headers: Record<string, string>) =>
      attempt({ headers, deadlineMs: Math.max(1, endsAt - clock.now()) });
    if (!keys) {
      const answer = await send({});
      if (answer.status === 401) throw keyMissing(systemName);
      return answer;
    }
    const tried = new Set<string>();
    for (const fresh of [false, true]) {
      for (const key of await keys.candidates({ fresh })) {
        if (tried.has(key)) continue;
        tried.add(key);
        const answer = await send({ 'x-api-key': key });
        if (answer.status === 401) continue;
        keys.accepted(key);
        return answer;
      }
    }
    throw keyRefused(systemName);
  }

  const send = async <T>(request: Request<T>): Promise<T | null> => {
    const accept = acceptable(request);
    const { deadlineMs: limit = deadlineMs } = request;
    const attempt = (sent: Sent) => upstream.call(call, { ...request, ...sent, accept, error });
    return (await withKey(limit, attempt)).body;
  };

  return {
    systemName,
    send: send as Connection['send'],
    async bytes(request) {
      const accept = acceptable(request);
      const { deadlineMs: limit = deadlineMs } = request;
      const attempt = (sent: Sent) => upstream.bytes(call, { ...request, ...sent, accept, error });
      return (await withKey(limit, attempt)).body;
    },
    once<T>(name: string, read: () => Promise<T>): Promise<T> {
      const known = remembered.get(name) as Promise<T> | undefined;
      if (known) return known;
      const reading = read();
      remembered.set(name, reading);
      reading.catch(() => remembered.get(name) === reading && remembered.delete(name));
      return reading;
    },
    changed: () => remembered.clear(),
  };
}

/** Says in this API's words what was not found. */
export const orNotFound = <T>(answer: Promise<T>, message: string): Promise<T> =>
  answer.catch((error: unknown) => {
    throw codeOf(error) === 'NOT_FOUND' ? notFound(message, (error as MlgraphError).details) : error;
  });
