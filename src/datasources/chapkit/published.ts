import type { Upstream } from '../http.ts';

/** The upstream at a public address, which its owner may move. */
export type PublishedUpstream = { at(endpoint: string): Upstream; close(): Promise<void> };

export function createPublishedUpstream(open: (baseUrl: string) => Upstream): PublishedUpstream {
  let held: { endpoint: string; upstream: Upstream } | null = null;
  return {
    at(endpoint) {
      if (held?.endpoint === endpoint) return held.upstream;
      // Calls on the wire come to their end.
      void held?.upstream.close();
      held = { endpoint, upstream: open(endpoint.replace(/\/+$/, '')) };
      return held.upstream;
    },
    close: async () => held?.upstream.close(),
  };
}
