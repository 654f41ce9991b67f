import type { Provider } from './providers.ts';

export const healthStatuses = ['HEALTHY', 'DEGRADED', 'UNHEALTHY', 'NOT_CONFIGURED'] as const;
export type HealthStatus = (typeof healthStatuses)[number];

export type ServiceHealth = {
  name: string;
  provider: Provider | null;
  status: HealthStatus;
  latencyMs: number | null;
  /** Public: never names a host. */
  message: string | null;
};
export type Health = { status: HealthStatus; services: ServiceHealth[]; checkedAt: Date };
/** One probe of one upstream; resolves on any answer below 500, rejects otherwise. */
export type Probe = {
  name: string;
  provider: Provider | null;
  check: ((signal: AbortSignal) => Promise<void>) | null;
};

/** Facts of the running gateway. */
export type System = {
  version: string;
  timezone: string;
  runtime: string;
  platform: string;
  hostname: string;
  startedAt: Date;
};
