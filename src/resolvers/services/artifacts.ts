import type { Context } from '../../context.ts';
import { codeOf } from '../../domain/errors.ts';
import { type Page, type PageArgs, readPage } from '../../domain/paging.ts';
import type { Artifact, Service } from '../../domain/services.ts';
import { naming } from '../keys.ts';
import { readPartId } from './ids.ts';
import { assertRight, open } from './rights.ts';

type Ask = Pick<Context, 'chapkit' | 'services' | 'caller'>;

export async function artifactsOf(
  { systemName, provider }: Service,
  args: PageArgs,
  context: Ask,
): Promise<Page<Artifact> | null> {
  if (provider !== 'CHAPKIT') return null;
  const page = readPage(args, context.caller.key, ['artifacts', systemName]);
  return open(systemName, 'id', context).listArtifacts(page);
}

export async function getArtifact(id: string, field: string, context: Ask): Promise<Artifact> {
  const { service, key } = readPartId(id, field, 'Artifact', context);
  return naming(field, open(service, field, context).getArtifact(key));
}

/** Null where the service has none of this key. */
export async function findArtifact(service: string, key: string, context: Ask): Promise<Artifact | null> {
  try {
    return await open(service, 'id', context).getArtifact(key);
  } catch (error) {
    if (codeOf(error) === 'NOT_FOUND') return null;
    throw error;
  }
}

export const dataOf = ({ service, key }: Artifact, context: Ask): Promise<unknown> =>
  open(service, 'id', context).artifactData(key);

export const parentOf = async ({ service, parent }: Artifact, context: Ask): Promise<Artifact | null> =>
  parent === null ? null : findArtifact(service, parent, context);

export const childrenOf = ({ service, key }: Artifact, context: Ask): Promise<Artifact[]> =>
  open(service, 'id', context).childrenOf(key);

/** What was made from it stays, without a parent. */
export async function deleteArtifact({ id }: { id: string }, context: Ask): Promise<{ id: string }> {
  const { service, key } = readPartId(id, 'input.id', 'Artifact', context);
  assertRight(service, 'train', 'input.id', context);
  await naming('input.id', open(service, 'input.id', context).deleteArtifact(key));
  return { id };
}
