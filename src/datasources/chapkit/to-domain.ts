import { encodeId } from '../../domain/ids.ts';
import type { Artifact, ModelConfig, ServiceJob } from '../../domain/services.ts';
import { plainWords } from './errors.ts';
import { toDate } from './values.ts';
import type { WireArtifact, WireConfig, WireJob } from './wire.ts';

/** Of what a service does not date. */
const epoch = new Date(0);

export function toConfig(config: WireConfig, service: string): ModelConfig {
  const createdAt = toDate(config.created_at) ?? epoch;
  return {
    kind: 'MODEL_CONFIG',
    id: encodeId({ concept: 'ModelConfig', provider: 'CHAPKIT', home: service, key: [config.id] }),
    key: config.id,
    service,
    name: config.name,
    data: config.data,
    tags: config.tags ?? [],
    createdAt,
    updatedAt: toDate(config.updated_at) ?? createdAt,
  };
}

export function toArtifact(artifact: WireArtifact, service: string): Artifact {
  const createdAt = toDate(artifact.created_at) ?? epoch;
  const { data } = artifact;
  return {
    kind: 'ARTIFACT',
    id: encodeId({ concept: 'Artifact', provider: 'CHAPKIT', home: service, key: [artifact.id] }),
    key: artifact.id,
    service,
    parent: artifact.parent_id ?? null,
    config: data?.metadata?.config_id ?? data?.config_id ?? null,
    level: artifact.level ?? 0,
    type: data?.type ?? data?.ml_type ?? null,
    failed: data?.metadata?.status === 'failed',
    contentType: data?.content_type ?? null,
    sizeBytes: data?.content_size ?? null,
    tags: artifact.tags ?? [],
    createdAt,
    updatedAt: toDate(artifact.updated_at) ?? createdAt,
  };
}

const noReason = 'The service tells no reason that is fit to be shown.';

export const toJob = (job: WireJob): ServiceJob => ({
  key: job.id,
  rawStatus: job.status,
  submittedAt: toDate(job.submitted_at ?? job.created_at),
  startedAt: toDate(job.started_at),
  finishedAt: toDate(job.finished_at),
  error: job.error == null || job.error === '' ? null : (plainWords(job.error) ?? noReason),
  artifactKey: job.artifact_id ?? null,
});
