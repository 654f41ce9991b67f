import { type Health, healthStatuses, type ServiceHealth, type System } from '../domain/health.ts';
import { builder } from './builder.ts';
import { ProviderType } from './providers.ts';

const HealthStatusType = builder.enumType('HealthStatus', {
  description: 'DEGRADED: some upstreams answer, some do not.',
  values: healthStatuses,
});

export const ServiceHealthType = builder.objectRef<ServiceHealth>('ServiceHealth').implement({
  description: 'What a probe of one upstream found.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Of the upstream, as errors name it.' }),
    provider: t.expose('provider', { type: ProviderType, nullable: true, description: 'Its platform.' }),
    status: t.expose('status', { type: HealthStatusType, description: 'Whether it answers.' }),
    latencyMs: t.exposeFloat('latencyMs', {
      nullable: true,
      description: 'Time to its answer, in milliseconds.',
    }),
    message: t.exposeString('message', { nullable: true, description: 'What is wrong; never names a host.' }),
  }),
});

const HealthType = builder.objectRef<Health>('Health').implement({
  description: 'The state of the upstreams, at most some seconds old.',
  fields: (t) => ({
    status: t.expose('status', {
      type: HealthStatusType,
      description: 'Of all configured upstreams together.',
    }),
    services: t.expose('services', { type: [ServiceHealthType], description: 'Each upstream.' }),
    checkedAt: t.expose('checkedAt', { type: 'DateTime', description: 'When they were probed.' }),
  }),
});

const SystemType = builder.objectRef<System>('System').implement({
  description: 'The gateway that answers.',
  fields: (t) => ({
    version: t.exposeString('version', { description: 'Of mlgraph.' }),
    currentTime: t.field({
      type: 'DateTime',
      description: "The gateway's clock.",
      resolve: () => new Date(),
    }),
    timezone: t.exposeString('timezone', { description: 'IANA name.' }),
    runtime: t.exposeString('runtime', { description: 'Node and its version.' }),
    platform: t.exposeString('platform', { description: 'Operating system and architecture.' }),
    hostname: t.exposeString('hostname', { description: 'Of the machine or container.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When this process began.' }),
  }),
});

builder.queryFields((t) => ({
  health: t.field({
    type: HealthType,
    description:
      'Public, so cached for some seconds, and no message names a host. Every configured upstream, probed in parallel with a short deadline.',
    resolve: (_, __, { health }) => health(),
  }),
  system: t.field({
    type: SystemType,
    description: 'Facts of the gateway, for those who run it.',
    resolve: (_, __, { system }) => system,
  }),
}));
