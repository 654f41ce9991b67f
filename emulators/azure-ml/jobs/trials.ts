import type { TrainingEvent } from '../../training/job.ts';
import { appendLog, putArtifact } from './artifacts.ts';
import type { AutoMLJob } from './automl-job.ts';
import { mlModelFile } from './model-files.ts';
import { recordTrial } from './parent-run.ts';

type TrialEvent = Exclude<TrainingEvent, { kind: 'setupLog' }>;
type Completed = Extract<TrainingEvent, { kind: 'trialCompleted' }>;

export const trialId = (runId: string, index: number) => `${runId}_${index}`;
const standardLog = 'user_logs/std_log.txt';

/** Turns what happens while a job trains into its trial runs, their logs, metrics and artifacts. */
export function createTrials(job: AutoMLJob) {
  const { platform } = job;
  const actions: {
    [K in TrialEvent['kind']]: (event: Extract<TrialEvent, { kind: K }>) => void | Promise<void>;
  } = {
    trialStarted: (event) => start(job, event),
    trialLog: ({ index, line }) => appendLog(platform, trialId(job.runId, index), standardLog, line),
    trialMetric: ({ index, name, value, step }) =>
      platform.runs.logMetric(trialId(job.runId, index), name, {
        value: Number.isFinite(value) ? value : null,
        step,
        at: platform.now(),
      }),
    trialCompleted: (event) => complete(job, event),
    trialFailed: ({ index, error }) => fail(job, index, error),
  };
  return {
    apply: async (event: TrialEvent) => await (actions[event.kind] as (event: TrialEvent) => unknown)(event),
  };
}

function start(job: AutoMLJob, event: Extract<TrialEvent, { kind: 'trialStarted' }>): void {
  const { platform, runId, experiment, createdBy, target, settings } = job;
  const id = trialId(runId, event.index);
  platform.runs.create({
    runId: id,
    parentRunId: runId,
    rootRunId: runId,
    experiment,
    createdBy,
    target,
    status: 'Running',
    startedAt: platform.now(),
    displayName: id,
    traits: ['automl', 'child'],
    primaryMetric: settings.primaryMetric,
    properties: {
      runTemplate: 'automl_child',
      'azureml.runsource': 'automl',
      _aml_system_scenario_identification: 'Remote.Child',
      iteration: String(event.index),
      run_algorithm: event.algorithm,
      run_preprocessor: event.preprocessor,
      training_percent: '100',
      predicted_cost: '0',
      pipeline_id: `local_${event.index}`,
      pipeline_spec: JSON.stringify({
        objects: [
          { module: 'preprocessing', class_name: event.preprocessor, spec_class: 'preproc' },
          { module: 'ml', class_name: event.algorithm, spec_class: 'estimator' },
        ],
      }),
    },
  });
}

async function complete(
  job: AutoMLJob,
  { index, score, fitSeconds, model, heldOut }: Completed,
): Promise<void> {
  const { platform, runId } = job;
  const id = trialId(runId, index);
  const run = platform.runs.get(id);
  if (!run) return;
  const json = { contentType: 'application/json' };
  const files = [
    { path: 'outputs/mlflow-model/MLmodel', content: mlModelFile(run), contentType: 'text/yaml' },
    { path: 'outputs/mlflow-model/model.json', content: JSON.stringify(model), ...json },
    { path: 'outputs/held_out.json', content: JSON.stringify(heldOut), ...json },
  ];
  for (const file of files) await putArtifact(platform, id, file);
  const scoreText = Number.isFinite(score) ? String(score) : 'nan';
  platform.runs.update(id, {
    status: 'Completed',
    endedAt: platform.now(),
    properties: {
      ...run.properties,
      score: scoreText,
      fit_time: String(fitSeconds),
      model_name: `${run.properties.run_algorithm}${index}`,
      model_output_path: 'outputs/mlflow-model',
      model_data_location: `aml://artifact/ExperimentRun/dcid.${id}/outputs/mlflow-model/model.json`,
    },
  });
  recordTrial(job, { index, score: scoreText, fitSeconds });
}

function fail(job: AutoMLJob, index: number, message: string): void {
  const { platform, runId } = job;
  const id = trialId(runId, index);
  platform.runs.update(id, {
    status: 'Failed',
    endedAt: platform.now(),
    error: { code: 'UserError', inner: 'TrialFailed', message },
  });
  recordTrial(job, { index, score: 'nan', fitSeconds: 0 });
}
