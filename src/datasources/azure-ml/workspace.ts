import { LRUCache } from 'lru-cache';
import { MlgraphError } from '../../domain/errors.ts';
import type { Upstream } from '../http.ts';
import type { Plane } from './connection.ts';
import type { AzureMLSettings } from './places.ts';
import { workspace } from './wire.ts';

const keptCallers = 5_000;
const keptMs = 3_600_000;

/** The data plane's host; where none is set, found by reading the workspace, once an hour for each caller. */
export type DataPlane = {
  upstreamFor(callerKey: string, arm: Plane): Promise<Upstream>;
  /** Null until it is known. */
  current(): Upstream | null;
  close(): Promise<void>;
};

export function createDataPlane(
  { apiEndpoint }: AzureMLSettings,
  open: (baseUrl: string) => Upstream,
): DataPlane {
  let upstream: Upstream | null = apiEndpoint ? open(apiEndpoint) : null;
  const locations = new LRUCache<string, string>({ max: keptCallers, ttl: keptMs });

  const locationFor = async (callerKey: string, arm: Plane) => {
    const remembered = locations.get(callerKey);
    if (remembered) return remembered;
    const location = await readLocation(arm);
    locations.set(callerKey, location);
    return location;
  };
  return {
    async upstreamFor(callerKey, arm) {
      if (apiEndpoint && upstream) return upstream;
      const location = await locationFor(callerKey, arm);
      // A workspace never moves: the first location read is its only one.
      upstream ??= open(`https://${location}.api.azureml.ms`);
      return upstream;
    },
    current: () => upstream,
    close: async () => upstream?.close(),
  };
}

/** The location becomes part of a host name that is sent tokens: nothing but a region's name will do. */
async function readLocation(arm: Plane): Promise<string> {
  const { location } = await arm({ method: 'GET', path: '', schema: workspace });
  const region = location.toLowerCase().replaceAll(' ', '');
  if (/^[a-z][a-z0-9]{1,40}$/.test(region)) return region;
  throw new MlgraphError('UPSTREAM_ERROR', 'arm names no usable location of the workspace.', {
    upstream: 'arm',
  });
}
