import type { CallContext } from '../../domain/callers.ts';
import type { ServiceKeys } from '../chapkit/keys.ts';
import type { Answer, BytesCall, Upstream, UpstreamCall } from '../http.ts';
import { readError, tokenRefused } from './errors.ts';

type Common = Pick<BytesCall, 'method' | 'path' | 'query' | 'json'>;

/** The provider, for one operation or for nobody's in particular. Paths are below `/admin/api/`. */
export type Connection = {
  send<T>(request: Common & Pick<UpstreamCall<T>, 'schema'>): Promise<T>;
  bytes(request: Common & Pick<BytesCall, 'accept'>): Promise<Answer<Buffer>>;
};

type Parts = { upstream: Upstream; tokens: ServiceKeys; call: CallContext };

export function openConnection({ upstream, tokens, call }: Parts): Connection {
  const below = (path: string) => `/admin/api/${path}.json`;

  /** A 403 is told before anything is done, so that also what must not be repeated may be sent with another token. */
  async function withToken<A extends Answer<unknown>>(
    attempt: (headers: Record<string, string>) => Promise<A>,
  ): Promise<A> {
    const tried = new Set<string>();
    for (const fresh of [false, true]) {
      for (const token of await tokens.candidates({ fresh })) {
        if (tried.has(token)) continue;
        tried.add(token);
        const answer = await attempt({ authorization: basic(token) });
        if (answer.status === 403) continue;
        tokens.accepted(token);
        return answer;
      }
    }
    throw tokenRefused();
  }

  const error = readError;
  return {
    async send(request) {
      const path = below(request.path);
      const { body } = await withToken((headers) =>
        upstream.call(call, { ...request, path, headers, accept: refused, error }),
      );
      return body as Exclude<typeof body, null>;
    },
    bytes({ accept = [], ...request }) {
      const path = below(request.path);
      return withToken((headers) =>
        upstream.bytes(call, { ...request, path, headers, accept: [...accept, ...refused], error }),
      );
    },
  };
}

const refused = [403];

/** Not as a parameter: addresses stand in the logs of proxies. */
const basic = (token: string): string => `Basic ${Buffer.from(`:${token}`).toString('base64')}`;
