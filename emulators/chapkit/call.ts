import type { EmulatorRequest, Reply } from '../kit/server.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { Artifacts } from './state/artifacts.ts';
import type { Configs } from './state/configs.ts';

/** Of the wire: 1.x or 2.x. */
export type Generation = 1 | 2;

export const healthStates = ['healthy', 'degraded', 'unhealthy'] as const;
export type HealthState = (typeof healthStates)[number];

/** Everything that the parts of one emulated service share. */
export type Service = {
  name: string;
  generation: Generation;
  /** Keys that it takes; none is no reason to let anybody in. */
  keys: Set<string>;
  configs: Configs;
  artifacts: Artifacts;
  jobs: Jobs;
  /** Of its database. */
  health: { state: HealthState };
  /** Milliseconds since the epoch. */
  now(): number;
};

/** One request with a valid key, or to a public path. `params` are the names in its path. */
export type Call = {
  service: Service;
  request: EmulatorRequest;
  query: URLSearchParams;
  params: Record<string, string>;
};

export type ChapkitRoute = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Segments; `:name` takes any that is not empty. */
  path: string;
  handle(call: Call): Reply | Promise<Reply>;
};

/** The names in a path of exactly this form. */
export function paramsOf(pattern: string, path: string): Record<string, string> | null {
  const [parts, segments] = [pattern.split('/'), path.split('/')];
  if (parts.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith(':') && segment !== '') params[part.slice(1)] = segment;
    else if (part !== segment) return null;
  }
  return params;
}

/** Aborts when the client leaves. */
export function clientLeft({ request }: Call): AbortSignal {
  const left = new AbortController();
  request.raw.socket.once('close', () => left.abort());
  if (request.raw.socket.destroyed) left.abort();
  return left.signal;
}
