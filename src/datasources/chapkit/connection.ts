import type { CallContext } from '../../domain/callers.ts';
import type { Clock } from '../../domain/clock.ts';
import { codeOf, type MlgraphError, notFound } from '../../domain/errors.ts';
import type { Answer, BytesCall, UpstreamCall } from '../http.ts';
import type { Access, Way } from './access.ts';
import { readErrorOf } from './errors.ts';

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
  access: Access;
  clock: Clock;
  call: CallContext;
  /** For a call with all the keys it tries. */
  deadlineMs: number;
};
type Sent = Pick<BytesCall, 'headers' | 'query' | 'deadlineMs' | 'error'> & { accept: readonly number[] };

export function openConnection({ systemName, access, clock, call, deadlineMs }: Parts): Connection {
  const error = readErrorOf(systemName);
  const remembered = new Map<string, Promise<unknown>>();

  /** A refusal is told before anything is done, so that also what must not be repeated may be sent with another key. */
  async function withKey<A extends Answer<unknown>>(
    { query, accept = [], deadlineMs: limit = deadlineMs }: Common,
    attempt: (way: Way, sent: Sent) => Promise<A>,
  ): Promise<A> {
    const endsAt = clock.now() + limit;
    const tried = new Set<string>();
    const common = { accept: [...accept, ...access.refusals], error };
    for (const fresh of [false, true]) {
      for (const way of await access.ways({ fresh })) {
        if (tried.has(way.mark)) continue;
        tried.add(way.mark);
        const remaining = Math.max(1, endsAt - clock.now());
        const { headers } = way;
        const answer = await attempt(way, {
          ...common,
          headers,
          query: { ...query, ...way.query },
          deadlineMs: remaining,
        });
        if (access.refusals.includes(answer.status)) continue;
        access.accepted(way);
        return answer;
      }
    }
    throw access.refused();
  }

  const send = async <T>(request: Request<T>): Promise<T | null> =>
    (await withKey(request, ({ upstream }, sent) => upstream.call(call, { ...request, ...sent }))).body;

  return {
    systemName,
    send: send as Connection['send'],
    bytes: async (request) =>
      (await withKey(request, ({ upstream }, sent) => upstream.bytes(call, { ...request, ...sent }))).body,
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
