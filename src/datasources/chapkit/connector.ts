import { randomUUID } from 'node:crypto';
import type { CallContext } from '../../domain/callers.ts';
import { systemClock } from '../../domain/clock.ts';
import { MlgraphError, notFound } from '../../domain/errors.ts';
import type { Probe } from '../../domain/health.ts';
import { encodeId } from '../../domain/ids.ts';
import type { Service, ServiceRight } from '../../domain/services.ts';
import { createUpstream, type UpstreamOptions, type UpstreamSettings } from '../http.ts';
import type { KeyFile } from '../key-file.ts';
import { type Access, gatewayAccess, type OwnAccess, personalAccess } from './access.ts';
import { createArtifacts } from './artifacts.ts';
import { createConfigs } from './configs.ts';
import { openConnection } from './connection.ts';
import { createDescription, type Description } from './description.ts';
import { readHealth } from './health.ts';
import type { Chapkit } from './index.ts';
import { createJobs } from './jobs.ts';
import { createKeys, type KeySource } from './keys.ts';
import { createPublishedUpstream } from './published.ts';

/** App roles, any of which gives the right; null: everybody has it. */
export type ServiceSettings = {
  systemName: string;
  roles: Readonly<Record<ServiceRight, readonly string[] | null>>;
  /** `system_name` of the 3scale product through which people call it; none unless told. */
  threescaleService?: string | null;
};
export type ChapkitSettings = ServiceSettings & {
  url: string;
  /** Null: the service asks for none. */
  keys: KeySource | null;
};

/** `own`: a person's key, by which all is done for which a service wants a key; without it, the gateway's. */
export type ServiceOperation = { call: CallContext; own?: OwnAccess };

/** All services for the life of the process; `connect` gives one of them for one operation. */
export type ChapkitConnector = {
  services: readonly ServiceSettings[];
  /** @throws NOT_FOUND for a service that is not configured. */
  connect(systemName: string, operation: ServiceOperation): Chapkit;
  /** For health: one per service, which rejects where it is not well. */
  probes: readonly Probe[];
  close(): Promise<void>;
};

/** Calls have 15 s, those with rows 30 s, with all keys they try. */
export type ChapkitOptions = UpstreamOptions &
  Pick<UpstreamSettings, 'maxInFlight' | 'deadlineMs' | 'retries' | 'breaker'> & { keyFile?: KeyFile };

/** Nothing is read here: whoever calls first finds out what is wrong with the settings. */
export function createChapkitConnector(
  settings: readonly ChapkitSettings[],
  options: ChapkitOptions = {},
): ChapkitConnector {
  const hosts = new Map(settings.map((each) => [each.systemName, openHost(each, options)]));
  return {
    services: settings.map(({ systemName, roles, threescaleService }) => ({
      systemName,
      roles,
      threescaleService,
    })),
    connect(systemName, operation) {
      const host = hosts.get(systemName);
      if (!host) throw notFound('There is no such service.');
      return host.connect(operation);
    },
    probes: [...hosts.values()].map(({ probe }) => probe),
    close: async () => void (await Promise.all([...hosts.values()].map((host) => host.close()))),
  };
}

/** Health is asked past the breaker of the other calls: a sick service must be able to say so. */
const unbroken = { failures: Number.MAX_SAFE_INTEGER };
const healthDeadlineMs = 5_000;

/** One service: its connections, breaker, keys, and what it says of itself. */
function openHost({ systemName, url, keys: source }: ChapkitSettings, options: ChapkitOptions) {
  const { dispatcher, clock = systemClock, random, keyFile, deadlineMs = 15_000, ...limits } = options;
  const base = { name: systemName, baseUrl: url.replace(/\/+$/, '') };
  const parts = { dispatcher, clock, random };
  const openAt = (baseUrl: string) =>
    createUpstream({ maxInFlight: 16, ...limits, deadlineMs, name: systemName, baseUrl }, parts);
  const upstream = openAt(base.baseUrl);
  const published = createPublishedUpstream(openAt);
  const health = createUpstream(
    { ...base, maxInFlight: 4, retries: 0, deadlineMs: healthDeadlineMs, breaker: unbroken },
    parts,
  );
  const keys = source && createKeys({ systemName, source, clock, file: keyFile });
  const gateways = gatewayAccess(systemName, upstream, keys);
  const open = (call: CallContext, access: Access) =>
    openConnection({ systemName, access, clock, call, deadlineMs });
  const description = createDescription({ systemName, clock, connect: (call) => open(call, gateways) });
  const authMethod: Service['authMethod'] = keys ? 'API_KEY' : 'NONE';
  const healthFor = (call: CallContext) => readHealth({ systemName, upstream: health, clock, call });

  return {
    connect({ call, own }: ServiceOperation): Chapkit {
      const personal = own && personalAccess(systemName, own, published.at);
      const connection = open(call, personal ?? gateways);
      return {
        get service() {
          return toService({ systemName, authMethod, ...description.present() });
        },
        keyPrefix: () => (personal ?? keys)?.prefix() ?? null,
        describe: () => description.describe(call.signal),
        health: () => healthFor(call),
        ...createConfigs(connection),
        ...createArtifacts(connection),
        ...createJobs(connection),
      };
    },
    probe: probeOf(systemName, healthFor),
    close: async () => void (await Promise.all([upstream.close(), published.close(), health.close()])),
  };
}

function probeOf(name: string, healthFor: (call: CallContext) => ReturnType<Chapkit['health']>): Probe {
  const check = async (signal: AbortSignal) => {
    const { status, message } = await healthFor({ signal, requestId: randomUUID(), traceparent: '' });
    if (status !== 'UNHEALTHY') return;
    throw new MlgraphError('UPSTREAM_UNAVAILABLE', message ?? `${name} is not well.`, { upstream: name });
  };
  return { name, provider: 'CHAPKIT', check };
}

type Known = Pick<Service, 'systemName' | 'authMethod'> & Description;

const toService = (known: Known): Service => ({
  kind: 'SERVICE',
  id: encodeId({ concept: 'Service', provider: 'CHAPKIT', home: '', key: [known.systemName] }),
  provider: 'CHAPKIT',
  endpoint: null,
  ...known,
});
