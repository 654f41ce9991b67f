import {
  type ForecastingSettings,
  TrainingError,
  type TrainingTask,
  trainingTasks,
} from '../../training/job.ts';
import { primaryMetricKey } from '../../training/metric-names.ts';
import { isObject, textOrNull } from '../arm/call.ts';
import { badRequest } from '../arm/errors.ts';
import { parseDuration } from '../state/time.ts';
import { knownAlgorithms } from './algorithms.ts';

/** What an AutoML job's body asks for, checked, with the service's defaults where it said nothing. */
export type AutoMLSettings = {
  task: TrainingTask;
  targetColumn: string;
  /** Snake-case key of the primary metric. */
  primaryMetric: string;
  trainingUri: string;
  validationUri: string | null;
  maxTrials: number;
  maxConcurrentTrials: number;
  timeoutMs: number;
  allowedAlgorithms: string[] | null;
  blockedAlgorithms: string[] | null;
  crossValidations: number | null;
  forecasting: ForecastingSettings | null;
};

type Body = Record<string, unknown>;

/** Reads `properties` of an AutoML job (contract section 7). Throws 400 with the field that is wrong. */
export function readAutoMLSettings(properties: Body): AutoMLSettings {
  const details = objectAt(properties, 'taskDetails', true);
  const task = oneOf(details.taskType, trainingTasks, 'taskDetails.taskType');
  const limits = objectAt(details, 'limitSettings');
  const training = objectAt(details, 'trainingSettings');
  const [allowedAlgorithms, blockedAlgorithms] = [
    algorithms(task, training, 'allowedTrainingAlgorithms'),
    algorithms(task, training, 'blockedTrainingAlgorithms'),
  ];
  if (allowedAlgorithms && blockedAlgorithms)
    throw badRequest('Only one of allowedTrainingAlgorithms and blockedTrainingAlgorithms can be given.');
  return {
    task,
    targetColumn: requiredText(details.targetColumnName, 'taskDetails.targetColumnName'),
    primaryMetric: metricOf(task, textOrNull(details.primaryMetric)),
    trainingUri: mltableUri(objectAt(details, 'trainingData', true), 'taskDetails.trainingData'),
    validationUri: isObject(details.validationData)
      ? mltableUri(details.validationData, 'taskDetails.validationData')
      : null,
    maxTrials: wholeNumber(limits.maxTrials, 1000, 'limitSettings.maxTrials'),
    maxConcurrentTrials: wholeNumber(limits.maxConcurrentTrials, 1, 'limitSettings.maxConcurrentTrials'),
    timeoutMs: durationOf(textOrNull(limits.timeout) ?? 'PT6H'),
    allowedAlgorithms,
    blockedAlgorithms,
    crossValidations: foldsOf(details.nCrossValidations),
    forecasting:
      task === 'Forecasting' ? forecastingOf(objectAt(details, 'forecastingSettings', true)) : null,
  };
}

function objectAt(parent: Body, name: string, required = false): Body {
  const value = parent[name];
  if (isObject(value)) return value;
  if (required || (value !== undefined && value !== null)) throw badRequest(`The field ${name} is required.`);
  return {};
}

function requiredText(value: unknown, field: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw badRequest(`The field ${field} is required.`);
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[], field: string): T {
  const found = allowed.find((item) => item === value);
  if (found) return found;
  throw badRequest(`The field ${field} must be one of ${allowed.join(', ')}.`);
}

function wholeNumber(value: unknown, fallback: number, field: string): number {
  if (value === undefined || value === null) return fallback;
  if (Number.isInteger(value) && Number(value) >= 1) return Number(value);
  throw badRequest(`The field ${field} must be a positive whole number.`);
}

function durationOf(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds && milliseconds > 0) return milliseconds;
  throw badRequest('The field limitSettings.timeout must be an ISO 8601 duration.');
}

function mltableUri(input: Body, field: string): string {
  if (input.jobInputType !== 'mltable') throw badRequest(`The field ${field}.jobInputType must be mltable.`);
  return requiredText(input.uri, `${field}.uri`);
}

function metricOf(task: TrainingTask, name: string | null): string {
  try {
    return primaryMetricKey(task, name);
  } catch (error) {
    if (error instanceof TrainingError) throw badRequest(error.message);
    throw error;
  }
}

/** Azure's names in any case, with or without underscores; null where none are given. */
function algorithms(task: TrainingTask, settings: Body, field: string): string[] | null {
  const names = settings[field];
  if (!Array.isArray(names) || names.length === 0) return null;
  const plain = (name: unknown) => String(name).toLowerCase().replaceAll('_', '');
  return names.map((name) => {
    const found = knownAlgorithms[task].find((known) => plain(known) === plain(name));
    if (!found)
      throw badRequest(
        `The field ${field} holds '${name}'; ${task} has ${knownAlgorithms[task].join(', ')}.`,
      );
    return found;
  });
}

function foldsOf(value: unknown): number | null {
  if (!isObject(value) || value.mode !== 'Custom') return null;
  const folds = wholeNumber(value.value, 0, 'nCrossValidations.value');
  if (folds < 2) throw badRequest('The field nCrossValidations.value must be at least 2.');
  return folds;
}

function forecastingOf(settings: Body): ForecastingSettings {
  const horizon = isObject(settings.forecastHorizon) ? settings.forecastHorizon.value : undefined;
  const series = settings.timeSeriesIdColumnNames;
  return {
    timeColumn: requiredText(settings.timeColumnName, 'forecastingSettings.timeColumnName'),
    timeSeriesIdColumns: Array.isArray(series) ? series.map(String) : [],
    horizon: wholeNumber(horizon, 1, 'forecastingSettings.forecastHorizon.value'),
  };
}
