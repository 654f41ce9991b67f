import type { AutoMLRequest } from '../../domain/runs.ts';
import { contentHashProperty, datasetTag } from './automl-record.ts';
import { armMetric } from './metric-names.ts';
import { type AzureMLSettings, below, workspaceId } from './places.ts';
import { fromTags } from './values.ts';

/** One trial may take as long as the tools' own default, but no longer than the whole job. */
const trialMinutes = 30;
const taskTypes = {
  CLASSIFICATION: 'Classification',
  REGRESSION: 'Regression',
  FORECASTING: 'Forecasting',
} as const;

/** Body of the PUT that creates and starts an AutoML job (contract section 7). */
export function automlJob(request: AutoMLRequest, settings: AzureMLSettings) {
  const { dataset, compute, displayName } = request;
  return {
    properties: {
      jobType: 'AutoML',
      experimentName: request.experiment,
      ...(displayName === null ? {} : { displayName }),
      ...(compute === null ? {} : { computeId: `${workspaceId(settings)}${below('computes', compute)}` }),
      tags: { ...fromTags(request.tags), [datasetTag]: `${dataset.name}:${dataset.version}` },
      properties: { [contentHashProperty]: request.contentHash },
      outputs: { best_model: { jobOutputType: 'mlflow_model', mode: 'ReadWriteMount' } },
      taskDetails: taskDetails(request, settings),
    },
  };
}

function taskDetails(request: AutoMLRequest, settings: AzureMLSettings) {
  const { validationDataset, crossValidations, primaryMetric, timeoutMinutes } = request;
  return {
    taskType: taskTypes[request.task],
    targetColumnName: request.targetColumn,
    ...(primaryMetric === null ? {} : { primaryMetric: armMetric(primaryMetric) }),
    logVerbosity: 'Info',
    trainingData: tableInput(request.dataset, settings),
    ...(validationDataset ? { validationData: tableInput(validationDataset, settings) } : {}),
    ...(crossValidations === null ? {} : { nCrossValidations: { mode: 'Custom', value: crossValidations } }),
    limitSettings: {
      maxTrials: request.maxTrials,
      maxConcurrentTrials: request.maxConcurrentTrials,
      timeout: `PT${timeoutMinutes}M`,
      trialTimeout: `PT${Math.min(trialMinutes, timeoutMinutes)}M`,
      enableEarlyTermination: true,
    },
    trainingSettings: trainingSettings(request),
    ...(request.task === 'FORECASTING' ? { forecastingSettings: forecastingSettings(request) } : {}),
  };
}

/** By ARM id: the raw service is safest with it (contract section 1). */
const tableInput = ({ name, version }: { name: string; version: string }, settings: AzureMLSettings) => ({
  jobInputType: 'mltable',
  mode: 'ReadOnlyMount',
  uri: `${workspaceId(settings)}${below('data', name, 'versions', version)}`,
});

const trainingSettings = ({ allowedAlgorithms, blockedAlgorithms }: AutoMLRequest) => ({
  ...(allowedAlgorithms?.length ? { allowedTrainingAlgorithms: allowedAlgorithms } : {}),
  ...(blockedAlgorithms?.length ? { blockedTrainingAlgorithms: blockedAlgorithms } : {}),
});

const forecastingSettings = ({ timeColumn, timeSeriesIdColumns, horizon }: AutoMLRequest) => ({
  ...(timeColumn === null ? {} : { timeColumnName: timeColumn }),
  ...(timeSeriesIdColumns?.length ? { timeSeriesIdColumnNames: timeSeriesIdColumns } : {}),
  forecastHorizon: horizon === null ? { mode: 'Auto' } : { mode: 'Custom', value: horizon },
});
