import type { MlgraphError } from '../../domain/errors.ts';
import type { Upstream } from '../http.ts';
import { keyMissing, keyRefused, ownKeyRefused } from './errors.ts';
import type { ServiceKeys } from './keys.ts';

/** What goes with a call that is let in. */
export type Credential = { headers: Record<string, string>; query: Record<string, string> };

/** One way to call a service. */
export type Way = Credential & {
  upstream: Upstream;
  /** Tells it from others. */
  mark: string;
};

/** By whose key a service is called, and where. */
export type Access = {
  /** What to try, likeliest first. `fresh` reads past what is known. */
  ways(options: { fresh: boolean }): Promise<readonly Way[]>;
  /** Statuses by which a key is refused, before anything is done. */
  refusals: readonly number[];
  accepted(way: Way): void;
  /** What it comes to when all are refused. */
  refused(): MlgraphError;
};

/** A person's own key for a service that is published through another platform, and the public address there. */
export type PresentedKey = Credential & {
  endpoint: string;
  /** How the key begins; null where that is not to be shown. */
  prefix: string | null;
};

/** Asked before each call. @throws FORBIDDEN with what a person without a key is to do. */
export type OwnAccess = (options: { fresh: boolean }) => Promise<PresentedKey>;

/** By the gateway's own key, at the service's inner address. `keys`: null where it asks for none. */
export function gatewayAccess(systemName: string, upstream: Upstream, keys: ServiceKeys | null): Access {
  const bare = { upstream, mark: '', headers: {}, query: {} };
  const wayOf = (key: string): Way => ({ upstream, mark: key, headers: { 'x-api-key': key }, query: {} });
  return {
    ways: async (options) => (keys ? (await keys.candidates(options)).map(wayOf) : [bare]),
    refusals: [401],
    accepted: ({ mark }) => keys?.accepted(mark),
    refused: () => (keys ? keyRefused(systemName) : keyMissing(systemName)),
  };
}

/** By a person's own key, at the address where the service is published. */
export function personalAccess(
  systemName: string,
  own: OwnAccess,
  upstreamAt: (endpoint: string) => Upstream,
): Access & { prefix(): string | null } {
  let shown: string | null = null;
  return {
    async ways(options) {
      const { endpoint, prefix, headers, query } = await own(options);
      shown = prefix;
      const mark = JSON.stringify([endpoint, headers, query]);
      return [{ upstream: upstreamAt(endpoint), mark, headers, query }];
    },
    // What stands before the service says either, as its owner has set it.
    refusals: [401, 403],
    accepted: () => undefined,
    refused: () => ownKeyRefused(systemName),
    prefix: () => shown,
  };
}
