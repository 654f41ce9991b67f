import { isMaximised } from '../../training/metric-names.ts';
import type { RunRecord } from '../state/runs.ts';
import { artifactAt } from '../state/uris.ts';
import type { AutoMLJob } from './automl-job.ts';
import { trialId } from './trials.ts';

/** How many trials share one tag of each kind; the next ones go to `_001`. */
const trialsPerTag = 25;

type Finished = { index: number; score: string; fitSeconds: number };

/** Adds a finished trial to the parent's tags, where clients read scores and algorithms (contract section 8). */
export function recordTrial({ platform, runId, settings }: AutoMLJob, trial: Finished): void {
  const parent = platform.runs.get(runId);
  const run = platform.runs.get(trialId(runId, trial.index));
  if (!parent || !run) return;
  const chunk = chunkOf(parent);
  const best = bestTrial(platform.runs.children(runId), settings.primaryMetric);
  const values: Record<string, string> = {
    iteration: String(trial.index),
    score: trial.score,
    run_algorithm: run.properties.run_algorithm ?? '',
    run_preprocessor: run.properties.run_preprocessor ?? '',
    fit_time: String(trial.fitSeconds),
    predicted_cost: '0',
    training_percent: '100',
    pipeline_id: run.properties.pipeline_id ?? '',
  };
  const added = Object.entries(values).map(([name, value]) => {
    const before = parent.tags[`${name}_${chunk}`];
    return [`${name}_${chunk}`, before === undefined ? value : `${before};${value}`];
  });
  platform.runs.tag(runId, {
    ...Object.fromEntries(added),
    ...(best ? { automl_best_child_run_id: best.runId } : {}),
  });
}

function chunkOf({ tags }: RunRecord): string {
  const name = (chunk: number) => String(chunk).padStart(3, '0');
  let chunk = 0;
  while ((tags[`iteration_${name(chunk)}`]?.split(';').length ?? 0) >= trialsPerTag) chunk += 1;
  return name(chunk);
}

/** The trial whose score is best by the metric's direction; those without a score do not count. */
export function bestTrial(children: RunRecord[], primaryMetric: string): RunRecord | null {
  const scored = children.filter(({ properties }) => Number.isFinite(Number(properties.score ?? 'nan')));
  const direction = isMaximised(primaryMetric) ? 1 : -1;
  const rank = (run: RunRecord) => direction * Number(run.properties.score);
  return scored.reduce<RunRecord | null>((best, run) => (best && rank(best) >= rank(run) ? best : run), null);
}

/** Completes the parent: its metrics are those of the best trial, whose model becomes its output. */
export async function finishParent({ platform, runId, settings, createdBy }: AutoMLJob): Promise<void> {
  const best = bestTrial(platform.runs.children(runId), settings.primaryMetric);
  if (best) {
    for (const [name, points] of Object.entries(platform.runs.metrics(best.runId)))
      for (const point of points) platform.runs.logMetric(runId, name, point);
    const name = `azureml_${best.runId}_output_mlflow_log_model_${best.runNumber}`;
    const by = { createdBy, createdAt: platform.now(), modifiedBy: createdBy, modifiedAt: platform.now() };
    const described = { description: null, tags: {}, properties: {}, isArchived: false, ...by };
    platform.models.containers.put(name, { name, type: '', ...described });
    platform.models.putVersion({
      ...described,
      name,
      version: '1',
      type: 'mlflow_model',
      uri: `azureml://datastores/workspaceartifactstore/paths/${artifactAt(best.runId, 'outputs/mlflow-model').name}`,
      isAnonymous: true,
      more: { jobName: best.runId, flavors: {}, stage: null },
    });
    const { location, workspaceId } = platform.workspace;
    const assetId = `azureml://locations/${location}/workspaces/${workspaceId}/models/${name}/versions/1`;
    platform.runs.update(runId, { outputs: { best_model: { assetId, type: 'MLFlowModel' } } });
  }
  platform.runs.tag(runId, { model_explain_run: 'best_run' });
  platform.runs.update(runId, { status: 'Completed', endedAt: platform.now() });
}
