import type { AzureRun } from '../../domain/runs.ts';
import type { RunRecord } from './wire-runs.ts';

/** The helpers of AutoML and the steps of a pipeline are no trials. */
export function kindOf(record: RunRecord): AzureRun['kind'] {
  const { properties, parentRunId } = record;
  if (properties?.runTemplate === 'automl_child') return 'TRIAL';
  if (!parentRunId) return isAutoML(record) ? 'AUTOML' : 'JOB';
  if (properties?.['azureml.pipelinerunid'] || /step|pipeline/i.test(sourceOf(record))) return 'JOB';
  return isHelper(record) ? 'JOB' : 'TRIAL';
}

/** `_setup`, `_featurize`, `_worker_0`, `_ModelExplain` (contract section 8): named after the parent, not by number. */
export function isHelper({ runId, parentRunId, properties }: RunRecord): boolean {
  if (!parentRunId || properties?.runTemplate === 'automl_child') return false;
  return runId.startsWith(`${parentRunId}_`) && !/^\d+$/.test(runId.slice(parentRunId.length + 1));
}

const sourceOf = ({ properties }: RunRecord): string =>
  `${properties?.['azureml.runsource'] ?? ''} ${properties?.runTemplate ?? ''}`;
const isAutoML = (record: RunRecord): boolean =>
  /\bautoml\b/i.test(sourceOf(record)) ||
  (record.runTypeV2?.traits ?? []).some((trait) => trait.toLowerCase() === 'automl') ||
  record.runTypeV2?.orchestrator?.toLowerCase() === 'automl';

/** Without a parent in its record, a trial's is in its name: `{job}_{iteration}`. */
export const parentOf = ({ parentRunId, runId }: RunRecord): string =>
  parentRunId ?? runId.replace(/_\d+$/, '');

/** ARM's words for the job types, told from what the run says made it. */
export function jobTypeOf(record: RunRecord): string {
  const { orchestrator, traits } = record.runTypeV2 ?? {};
  const made = [sourceOf(record), orchestrator, ...(traits ?? [])].join(' ').toLowerCase();
  if (/hyperdrive|sweep/.test(made)) return 'Sweep';
  if (/pipeline/.test(made)) return 'Pipeline';
  if (/spark/.test(made)) return 'Spark';
  return /automl/.test(made) ? 'AutoML' : 'Command';
}
