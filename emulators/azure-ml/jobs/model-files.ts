import type { RunRecord } from '../state/runs.ts';
import { isoTime } from '../state/time.ts';

/** The MLmodel file of a trial. Its one flavor says truly what lies beside it: a model in JSON, of this trainer. */
export const mlModelFile = (run: RunRecord): string =>
  [
    'artifact_path: outputs/mlflow-model',
    'flavors:',
    '  mlgraph_json:',
    `    algorithm: ${run.properties.run_algorithm}`,
    '    data: model.json',
    `model_uuid: ${run.runUuid.replaceAll('-', '')}`,
    `run_id: ${run.runId}`,
    `utc_time_created: '${isoTime(run.createdAt)}'`,
    '',
  ].join('\n');
