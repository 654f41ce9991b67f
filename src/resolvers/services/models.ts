import type { Context } from '../../context.ts';
import { codeOf, notFound } from '../../domain/errors.ts';
import type { Row } from '../../domain/merged-paging.ts';
import type { ModelFilter, ServiceModel } from '../../domain/models.ts';
import type { ServiceRun } from '../../domain/runs.ts';
import { type Artifact, isTraining } from '../../domain/services.ts';
import { naming, noSuch } from '../keys.ts';
import type { Source } from '../merge/index.ts';
import { findArtifact } from './artifacts.ts';
import { modelId, readPartId } from './ids.ts';
import { isBehind, placeOf, readPlace } from './places.ts';
import { open } from './rights.ts';
import { servicesIn } from './run-source.ts';
import { lastSeen } from './runs.ts';

type Ask = Pick<Context, 'chapkit' | 'services' | 'caller'>;

/** A training's artifact as a model: called after its configuration, or its service where that is not known. */
const toModel = (artifact: Artifact, configName: string | null | undefined): ServiceModel => ({
  kind: 'SERVICE_MODEL',
  id: modelId(artifact.service, artifact.key),
  provider: 'CHAPKIT',
  name: configName ?? artifact.service,
  version: artifact.key,
  createdAt: artifact.createdAt,
  tags: artifact.tags.map((name) => ({ name, value: '' })),
  service: artifact.service,
  artifact: artifact.key,
});

/** All of one service, newest first. A training that failed made none. */
export async function serviceModels(service: string, context: Ask): Promise<ServiceModel[]> {
  const chapkit = open(service, 'id', context);
  const [trained, names] = await Promise.all([chapkit.listTrained(), chapkit.configNames()]);
  return trained
    .filter(({ failed }) => !failed)
    .map((artifact) => toModel(artifact, artifact.config && names.get(artifact.config)));
}

/** One source per service. */
export const serviceModelSources = (filter: ModelFilter, context: Ask): Source<ServiceModel>[] =>
  servicesIn(filter, context).map((service) => serviceModelSource(service, filter, context));

export const serviceModelSource = (
  service: string,
  { nameContains }: ModelFilter,
  context: Ask,
): Source<ServiceModel> => ({
  key: `chapkit:${service}`,
  provider: 'CHAPKIT',
  service,
  async read({ after, limit }) {
    const place = after === null ? null : readPlace(after);
    const wanted = nameContains?.toLowerCase() ?? '';
    const rows = (await serviceModels(service, context))
      .filter(({ name }) => name.toLowerCase().includes(wanted))
      .map(rowOf)
      .filter((row) => !place || isBehind(datedOf(row), place));
    const shown = rows.slice(0, limit);
    return { rows: shown, next: rows.length > limit ? (shown.at(-1)?.place ?? after) : null };
  },
});

const rowOf = (node: ServiceModel): Row<ServiceModel> => ({
  node,
  at: node.createdAt,
  place: placeOf({ createdAt: node.createdAt ?? new Date(0), key: node.artifact }),
});
const datedOf = ({ node, at }: Row<ServiceModel>) => ({ createdAt: at ?? new Date(0), key: node.artifact });

/** @throws NOT_FOUND, also for what no training put out, or one that failed. */
export async function getServiceModel(id: string, field: string, context: Ask): Promise<ServiceModel> {
  const { service, key } = readPartId(id, field, 'Model', context);
  const artifact = await naming(field, open(service, field, context).getArtifact(key));
  if (!isTraining(artifact)) throw noSuch('Model', field);
  if (artifact.failed) throw notFound('The training of this model failed.', { field });
  return named(artifact, context);
}

async function named(artifact: Artifact, context: Ask): Promise<ServiceModel> {
  if (artifact.config === null) return toModel(artifact, null);
  const config = await open(artifact.service, 'id', context)
    .getConfig(artifact.config)
    .catch((error: unknown) => {
      if (codeOf(error) === 'NOT_FOUND') return null;
      throw error;
    });
  return toModel(artifact, config?.name);
}

/** What a training put out, once it has completed. */
export async function modelsOfServiceRun(run: ServiceRun, context: Ask): Promise<ServiceModel[]> {
  if (run.kind !== 'TRAINING' || run.status !== 'COMPLETED' || run.artifact === null) return [];
  const artifact = await findArtifact(run.service, run.artifact, context);
  return artifact && !artifact.failed ? [await named(artifact, context)] : [];
}

/** The caller's own run that made the model; null where it was not started here, or by somebody else. */
export async function runOfServiceModel(
  { service, artifact }: ServiceModel,
  context: Ask & Pick<Context, 'store' | 'clock'>,
): Promise<ServiceRun | null> {
  const rows = await context.store.serviceRunsOf(service, [artifact]);
  const row = rows.find(({ kind }) => kind === 'TRAINING');
  return row ? lastSeen(row, context) : null;
}
