import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Context } from '../../src/context.ts';
import type { ServiceSettings } from '../../src/datasources/chapkit/connector.ts';
import type { Chapkit } from '../../src/datasources/chapkit/index.ts';
import type { NewServiceRun, Store, StoredServiceRun } from '../../src/datasources/supabase/store.ts';
import type { AuditNote } from '../../src/domain/audit.ts';
import type { Caller } from '../../src/domain/callers.ts';
import { MlgraphError, notFound } from '../../src/domain/errors.ts';
import { encodeId } from '../../src/domain/ids.ts';
import type { Artifact, ModelConfig, ServiceJob } from '../../src/domain/services.ts';
import { FakeClock } from './watch-support.ts';

export const configKey = '01KA0M3V7Q2T5W8Y1Z4B6C9DEF';
export const modelKey = '01KA0M4Z2A4B6C8D0E2F4G6H8J';
export const jobKey = '01KA0M4B1C3D5E7F9G1H3J5K7M';

export const idOf = (concept: string, home: string, key: string) =>
  encodeId({ concept, provider: 'CHAPKIT', home, key: [key] });
export const serviceId = (name = 'forecast') => idOf('Service', '', name);

export const config = (more: Partial<ModelConfig> = {}): ModelConfig => ({
  kind: 'MODEL_CONFIG',
  id: idOf('ModelConfig', 'forecast', configKey),
  key: configKey,
  service: 'forecast',
  name: 'north',
  data: { prediction_periods: 3 },
  tags: ['demo'],
  createdAt: new Date('2026-11-01T00:00:00Z'),
  updatedAt: new Date('2026-11-01T00:00:00Z'),
  ...more,
});
export const artifact = (more: Partial<Artifact> = {}): Artifact => ({
  kind: 'ARTIFACT',
  id: idOf('Artifact', 'forecast', more.key ?? modelKey),
  key: modelKey,
  service: 'forecast',
  parent: null,
  config: configKey,
  level: 0,
  type: 'ml_training_workspace',
  failed: false,
  contentType: null,
  sizeBytes: null,
  tags: [],
  createdAt: new Date('2026-11-01T00:01:00Z'),
  updatedAt: new Date('2026-11-01T00:01:00Z'),
  ...more,
});
export const job = (rawStatus: string, more: Partial<ServiceJob> = {}): ServiceJob => ({
  key: jobKey,
  rawStatus,
  submittedAt: null,
  startedAt: null,
  finishedAt: null,
  error: null,
  artifactKey: null,
  ...more,
});

/** The runs of one person, as the database keeps them. */
export function memoryStore(clock: { now(): number }) {
  const rows: StoredServiceRun[] = [];
  const store = {
    async addServiceRun(run: NewServiceRun) {
      const known = rows.find(({ clientRunId }) => clientRunId !== null && clientRunId === run.clientRunId);
      if (known) return { run: { ...known }, repeated: true };
      const row: StoredServiceRun = {
        ...run,
        key: randomUUID(),
        jobKey: null,
        artifactKey: null,
        status: 'PENDING',
        rawStatus: '',
        createdAt: new Date(clock.now()),
        startedAt: null,
        finishedAt: null,
        error: null,
      };
      rows.push(row);
      return { run: { ...row }, repeated: false };
    },
    getServiceRun: async (key: string) => rows.find((row) => row.key === key) ?? null,
    findServiceRun: async (id: string) => rows.find(({ clientRunId }) => clientRunId === id) ?? null,
    async updateServiceRun(key: string, change: object) {
      const index = rows.findIndex((row) => row.key === key);
      rows[index] = { ...(rows[index] as StoredServiceRun), ...change };
    },
    async listServiceRuns({ service, status, after, limit }: Parameters<Store['listServiceRuns']>[0]) {
      return rows
        .filter((row) => row.service === service && (!status || status.includes(row.status)))
        .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.key < b.key ? 1 : -1))
        .filter(
          (row) =>
            !after ||
            row.createdAt < after.createdAt ||
            (row.createdAt.getTime() === after.createdAt.getTime() && row.key < after.key),
        )
        .slice(0, limit);
    },
    serviceRunsOf: async (service: string, keys: readonly string[]) =>
      rows.filter((row) => row.service === service && keys.includes(row.artifactKey ?? '')),
  };
  return { rows, store: store as unknown as Store };
}

const missing = (what: string) => async () => {
  throw notFound(`The service has no such ${what}.`);
};
export const down = async (): Promise<never> => {
  throw new MlgraphError('UPSTREAM_UNAVAILABLE', 'forecast cannot be reached now.', { upstream: 'forecast' });
};

/** A service that has nothing, but for what a test gives it. */
export const chapkitWith = (more: Partial<Chapkit> = {}, systemName = 'forecast'): Chapkit =>
  ({
    service: {
      kind: 'SERVICE',
      id: serviceId(systemName),
      systemName,
      name: systemName,
      provider: 'CHAPKIT',
      description: null,
      endpoint: null,
      authMethod: 'API_KEY',
    },
    keyPrefix: () => 'sk_ml_t',
    describe: async () => ({ name: systemName, description: null }),
    getConfig: missing('configuration'),
    getArtifact: missing('artifact'),
    getJob: async () => null,
    checkTraining: async () => {},
    checkPrediction: async () => {},
    outputOf: async () => ({ stdout: null, stderr: null }),
    ...more,
  }) as Chapkit;

const everybody = { read: null, train: null, predict: null };

type Setting = {
  chapkits?: Record<string, Partial<Chapkit>>;
  roles?: Partial<ServiceSettings['roles']>;
  /** App roles of the caller. */
  has?: string[];
  kind?: Caller['kind'];
};

/** What resolvers are given, with fakes of all that is upstream. */
export function setting({ chapkits = { forecast: {} }, roles = {}, has = [], kind = 'USER' }: Setting = {}) {
  const clock = new FakeClock();
  const { rows, store } = memoryStore(clock);
  const trail: AuditNote[] = [];
  const caller = { kind, key: 'ada', name: 'Ada', roles: has } as unknown as Caller;
  const connected = new Map(Object.entries(chapkits).map(([name, more]) => [name, chapkitWith(more, name)]));
  const context = {
    clock,
    store,
    caller,
    identity: { caller, assertion: () => '' },
    call: { signal: new AbortController().signal, requestId: 'request-1', traceparent: '' },
    audit: { record: (event: AuditNote) => trail.push(event), close: async () => {} },
    services: Object.keys(chapkits).map((systemName) => ({ systemName, roles: { ...everybody, ...roles } })),
    chapkit: (name: string) => connected.get(name) as Chapkit,
  } as unknown as Context;
  return { context, clock, rows, trail };
}

/** Code, field and message of a failure. */
export const failureOf = async (work: () => unknown): Promise<MlgraphError> => {
  try {
    await work();
  } catch (error) {
    expect(error).toBeInstanceOf(MlgraphError);
    return error as MlgraphError;
  }
  return expect.fail('a failure was expected');
};
