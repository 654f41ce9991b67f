import type { Service } from '../call.ts';
import { metadataTime } from '../state/times.ts';
import type { Workspace } from '../state/workspace.ts';
import { zipOf } from '../state/workspace.ts';
import type { Frame } from './frame.ts';

/** One run of the model, for the metadata of what it made. */
export type Span = { configId: string; startedAt: number; completedAt: number };

const metadataOf = ({ configId, startedAt, completedAt }: Span) => ({
  status: 'success',
  config_id: configId,
  started_at: metadataTime(startedAt),
  completed_at: metadataTime(completedAt),
  duration_seconds: Math.round((completedAt - startedAt) / 10) / 100,
  exit_code: null,
  stdout: null,
  stderr: null,
});

type Place = { id: string; parentId: string | null; level: number };

/** Keeps the files of a run; only a training's is linked to its configuration. */
export function putWorkspace(
  { artifacts }: Service,
  place: Place,
  type: 'ml_training_workspace' | 'ml_prediction_workspace',
  { span, workspace }: { span: Span; workspace: Workspace },
): void {
  const data = {
    type,
    metadata: metadataOf(span),
    content_type: 'application/zip',
    content_size: zipOf(workspace).length,
  };
  const configId = type === 'ml_training_workspace' ? span.configId : null;
  artifacts.put({ ...place, tags: [], data, workspace, configId });
}

export function putPrediction({ artifacts }: Service, place: Place, span: Span, content: Frame): void {
  const data = {
    type: 'ml_prediction',
    metadata: metadataOf(span),
    content,
    content_type: 'application/vnd.chapkit.dataframe+json',
    content_size: null,
  };
  artifacts.put({ ...place, tags: [], data, workspace: null, configId: null });
}
