import { createHash, randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';
import { badInput } from '../domain/errors.ts';
import { assetName, tagList } from '../domain/names.ts';
import type { Tag } from '../domain/providers.ts';
import type { AutoMLRequest, AutoMLRun, AutoMLTask } from '../domain/runs.ts';
import { readDatasetId } from './datasets.ts';

type Ask = Pick<Context, 'azureML' | 'caller'>;

export type StartExperimentInput = {
  experiment: string;
  datasetId: string;
  validationDatasetId?: string | null;
  crossValidations?: number | null;
  task: AutoMLTask;
  targetColumn: string;
  primaryMetric?: string | null;
  compute?: string | null;
  maxTrials?: number | null;
  maxConcurrentTrials?: number | null;
  timeoutMinutes?: number | null;
  allowedAlgorithms?: string[] | null;
  blockedAlgorithms?: string[] | null;
  timeColumn?: string | null;
  timeSeriesIdColumns?: string[] | null;
  horizon?: number | null;
  displayName?: string | null;
  tags?: Tag[] | null;
  clientRunId?: string | null;
};

/** The gateway's own limits where the caller gives none: Azure's are 1000 trials and 6 hours. */
const defaults = { maxTrials: 20, maxConcurrentTrials: 2, timeoutMinutes: 60 };

/** Checks everything that can be known before the upstream is asked to train, then asks it. */
export async function startExperiment(
  input: StartExperimentInput,
  context: Ask,
): Promise<{ run: AutoMLRun }> {
  const request = requestOf(input, context);
  await checkColumns(request, context);
  return { run: await context.azureML.startAutoML(request) };
}

function requestOf(input: StartExperimentInput, context: Ask): AutoMLRequest {
  checkTask(input);
  const wanted = {
    experiment: assetName('input.experiment', input.experiment),
    dataset: readDatasetId(input.datasetId, 'input.datasetId', context),
    validationDataset: input.validationDatasetId
      ? readDatasetId(input.validationDatasetId, 'input.validationDatasetId', context)
      : null,
    crossValidations: atLeast('crossValidations', input.crossValidations, 2) ?? null,
    task: input.task,
    targetColumn: input.targetColumn,
    primaryMetric: input.primaryMetric ?? null,
    compute: input.compute == null ? null : assetName('input.compute', input.compute),
    maxTrials: atLeast('maxTrials', input.maxTrials, 1) ?? defaults.maxTrials,
    maxConcurrentTrials:
      atLeast('maxConcurrentTrials', input.maxConcurrentTrials, 1) ?? defaults.maxConcurrentTrials,
    timeoutMinutes: atLeast('timeoutMinutes', input.timeoutMinutes, 1) ?? defaults.timeoutMinutes,
    allowedAlgorithms: input.allowedAlgorithms ?? null,
    blockedAlgorithms: input.blockedAlgorithms ?? null,
    timeColumn: input.timeColumn ?? null,
    timeSeriesIdColumns: input.timeSeriesIdColumns ?? null,
    horizon: atLeast('horizon', input.horizon, 1) ?? null,
    displayName: input.displayName ?? null,
    tags: tagList('input.tags', input.tags),
  };
  return { ...wanted, name: runName(input, context), contentHash: hash(JSON.stringify(wanted)) };
}

/** A repeated clientRunId of the same caller gives the same name, so that the upstream's PUT is the same run. */
function runName({ clientRunId }: StartExperimentInput, { caller }: Ask): string {
  if (clientRunId == null) return `automl_${randomUUID().replaceAll('-', '')}`;
  if (clientRunId === '' || clientRunId.length > 256) {
    throw badInput('input.clientRunId', 'input.clientRunId: 1 to 256 characters were expected.');
  }
  return `automl_${hash(JSON.stringify([caller.key, clientRunId])).slice(0, 32)}`;
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

function atLeast(
  name: keyof StartExperimentInput,
  value: number | null | undefined,
  least: number,
): number | undefined {
  if (value == null) return undefined;
  if (value < least)
    throw badInput(`input.${name}`, `input.${name}: at least ${least} was expected, not ${value}.`);
  return value;
}

function checkTask(input: StartExperimentInput): void {
  if (input.allowedAlgorithms?.length && input.blockedAlgorithms?.length) {
    throw badInput(
      'input.blockedAlgorithms',
      'input.blockedAlgorithms: not together with allowedAlgorithms.',
    );
  }
  if (input.task === 'FORECASTING' && !input.timeColumn) {
    throw badInput('input.timeColumn', 'input.timeColumn: forecasting needs the column that holds the time.');
  }
  if (input.task === 'FORECASTING') return;
  for (const name of ['timeColumn', 'timeSeriesIdColumns', 'horizon'] as const) {
    if (input[name] != null) throw badInput(`input.${name}`, `input.${name}: only for FORECASTING.`);
  }
}

/** Reads the header of the data, so that a wrong column is refused now and not after minutes of waiting. */
async function checkColumns(request: AutoMLRequest, { azureML }: Ask): Promise<void> {
  const dataset = await azureML.getDataset(request.dataset.name, request.dataset.version);
  if (dataset.type !== 'TABLE') {
    throw badInput('input.datasetId', 'input.datasetId: a TABLE was expected (upload a CSV or TSV).');
  }
  const columns = await azureML.datasetColumns(dataset);
  const needed: [string, string | null][] = [
    ['targetColumn', request.targetColumn],
    ['timeColumn', request.timeColumn],
    ...(request.timeSeriesIdColumns ?? []).map((column): [string, string] => ['timeSeriesIdColumns', column]),
  ];
  for (const [name, column] of needed) {
    if (column === null || columns.includes(column)) continue;
    const there = columns.map((known) => `"${known}"`).join(', ');
    throw badInput(
      `input.${name}`,
      `input.${name}: the data has no column "${column}"; its columns are ${there}.`,
    );
  }
}
