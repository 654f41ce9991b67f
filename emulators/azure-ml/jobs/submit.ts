import { isMaximised } from '../../training/metric-names.ts';
import { computeNames } from '../arm/computes.ts';
import { badRequest } from '../arm/errors.ts';
import type { Platform } from '../state/platform.ts';
import type { Creator, NewRun } from '../state/runs.ts';
import { type AutoMLJob, runAutoML } from './automl-job.ts';
import { type AutoMLSettings, readAutoMLSettings } from './automl-settings.ts';
import { setupId } from './setup-run.ts';
import { resolveInput, type TrainingInput } from './training-data.ts';

/** What every job says of itself. */
export type JobHead = {
  runId: string;
  experiment: string;
  createdBy: Creator;
  target: string;
  displayName: string | null;
  description: string | null;
  tags: Record<string, string>;
  properties: Record<string, string>;
};

/** The compute that `computeId` names. Throws 400 for one the workspace lacks. */
export function targetOf(computeId: unknown): string {
  if (typeof computeId !== 'string' || computeId === '') return 'Serverless';
  const name = computeId.split('/').at(-1) ?? '';
  if (name.toLowerCase() === 'serverless') return 'Serverless';
  if (!computeNames.includes(name))
    throw badRequest(`The compute '${name}' was not found in this workspace.`);
  return name;
}

/** Checks an AutoML job and creates its run. Throws 400 or 404, and then nothing exists. */
export function acceptAutoML(
  platform: Platform,
  head: JobHead,
  specification: Record<string, unknown>,
): AutoMLJob {
  const settings = readAutoMLSettings(specification);
  const training = resolveInput(platform, settings.trainingUri);
  const validation = settings.validationUri ? resolveInput(platform, settings.validationUri) : null;
  platform.runs.create(parentRun(platform, head, settings, training));
  return { platform, settings, training, validation, ...head };
}

/** Starts the job; it goes on after the call. */
export function launch(job: AutoMLJob): void {
  const { platform, runId } = job;
  const controller = new AbortController();
  // Later than the answer, which still says NotStarted.
  const done = Promise.resolve()
    .then(() => runAutoML(job, controller.signal))
    .finally(() => platform.active.delete(runId));
  platform.active.set(runId, { controller, done });
}

function parentRun(
  { workspace }: Platform,
  head: JobHead,
  settings: AutoMLSettings,
  training: TrainingInput,
): NewRun {
  const { asset } = training;
  const assetId =
    asset &&
    `azureml://locations/${workspace.location}/workspaces/${workspace.workspaceId}/data/${asset.name}/versions/${asset.version}`;
  const tableJson = JSON.stringify({
    Type: 'MLTable',
    TrainData: { Uri: settings.trainingUri, ResolvedUri: assetId ?? training.uri },
  });
  return {
    ...head,
    traits: ['automl', 'parent'],
    primaryMetric: settings.primaryMetric,
    inputs: assetId ? { training_data: { assetId, type: 'MLTable' } } : {},
    tags: { ...head.tags, _aml_system_automl_mltable_data_json: tableJson },
    properties: {
      ...head.properties,
      runTemplate: 'AutoML',
      'azureml.runsource': 'automl',
      'azureml.git.dirty': 'False',
      PlatformVersion: 'DPV2',
      num_iterations: String(settings.maxTrials),
      primary_metric: settings.primaryMetric,
      target: settings.targetColumn,
      task_type: settings.task.toLowerCase(),
      training_type: settings.crossValidations ? 'MeanCrossValidation' : 'TrainFull',
      acquisition_function: 'EI',
      SetupRunId: setupId(head.runId),
      mltable_data_json: tableJson,
      ProblemInfoJsonString: JSON.stringify({ subsampling: false, incremental_learning: false }),
      CancelUri: `${workspace.urls.azureml}/jasmine/v1.0${workspace.id}/experimentids/-/cancel/${head.runId}`,
      AMLSettingsJsonString: settingsJson(head, settings),
    },
  };
}

const settingsJson = (head: JobHead, settings: AutoMLSettings): string =>
  JSON.stringify({
    name: head.experiment,
    task_type: settings.task.toLowerCase(),
    primary_metric: settings.primaryMetric,
    metric_operation: isMaximised(settings.primaryMetric) ? 'maximize' : 'minimize',
    label_column_name: settings.targetColumn,
    iterations: settings.maxTrials,
    max_concurrent_iterations: settings.maxConcurrentTrials,
    experiment_timeout_minutes: settings.timeoutMs / 60_000,
    n_cross_validations: settings.crossValidations,
    whitelist_models: settings.allowedAlgorithms,
    blacklist_algos: settings.blockedAlgorithms ?? [],
    compute_target: head.target,
    ...(settings.forecasting
      ? {
          time_column_name: settings.forecasting.timeColumn,
          grain_column_names: settings.forecasting.timeSeriesIdColumns,
          max_horizon: settings.forecasting.horizon,
        }
      : {}),
  });
