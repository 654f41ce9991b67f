import { isObject } from '../../azure-ml/arm/call.ts';
import type { Entities, Entity } from './entities.ts';
import { entityTime } from './times.ts';
import { bytesStub, type Workspace, zipOf } from './workspace.ts';

export type Artifact = Entity & {
  parentId: string | null;
  level: number;
  /** Without its content where that is a workspace. */
  data: unknown;
  workspace: Workspace | null;
  /** Configuration that it is linked to. */
  configId: string | null;
};
export type Artifacts = Entities<Artifact>;

export const levelLabels = ['ml_training_workspace', 'ml_prediction', 'ml_prediction_workspace'];

/** With its content; that of a workspace is bytes, of which JSON can only tell. */
export const artifactView = (artifact: Artifact) => view(artifact, dataOf(artifact));

/** As lists show it. */
export const artifactSummary = (artifact: Artifact) => view(artifact, withoutContent(artifact.data));

/** As trees show it. `children`: null where they are not asked for. */
export const artifactNode = (artifact: Artifact, children: unknown[] | null) => ({
  ...artifactSummary(artifact),
  level_label: levelLabels[artifact.level] ?? `level_${artifact.level}`,
  hierarchy: 'ml_pipeline',
  children,
});

/** It and all below it, as one tree. */
export const artifactTree = (artifacts: Artifacts, root: Artifact): unknown =>
  artifactNode(
    root,
    childrenOf(artifacts, root.id).map((child) => artifactTree(artifacts, child)),
  );

export const childrenOf = (artifacts: Artifacts, id: string): Artifact[] =>
  artifacts.list().filter(({ parentId }) => parentId === id);

/** The artifact at the top of the tree that this one is in. */
export function rootOf(artifacts: Artifacts, artifact: Artifact): Artifact {
  const parent = artifact.parentId === null ? undefined : artifacts.get(artifact.parentId);
  return parent ? rootOf(artifacts, parent) : artifact;
}

export function deleteTree(artifacts: Artifacts, id: string): void {
  for (const child of childrenOf(artifacts, id)) deleteTree(artifacts, child.id);
  artifacts.delete(id);
}

const view = ({ id, createdAt, updatedAt, tags, parentId, level }: Artifact, data: unknown) => ({
  id,
  created_at: entityTime(createdAt),
  updated_at: entityTime(updatedAt),
  tags,
  data,
  parent_id: parentId,
  level,
});

function dataOf({ data, workspace }: Artifact): unknown {
  if (workspace === null || !isObject(data)) return data;
  const { type, metadata, ...rest } = data;
  return { type, metadata, content: bytesStub(zipOf(workspace)), ...rest };
}

function withoutContent(data: unknown): unknown {
  if (!isObject(data)) return data;
  const { content: _, ...rest } = data;
  return rest;
}
