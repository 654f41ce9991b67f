import type { AutoMLRun, Run } from '../domain/runs.ts';
import { startExperiment } from '../resolvers/automl.ts';
import { cancelRun, listRuns } from '../resolvers/runs.ts';
import { builder } from './builder.ts';
import { pageArgs } from './connections.ts';
import { ProviderType, TagInputType } from './providers.ts';
import { RunStatusType } from './run-parts.ts';
import { AutoMLRunRef, AutoMLTaskType, RunConnection, RunRef } from './runs.ts';

const RunFilterType = builder.inputType('RunFilter', {
  description: 'Which runs. A filter that lists values means any of them.',
  fields: (t) => ({
    provider: t.field({ type: [ProviderType], description: 'Of these platforms.' }),
    status: t.field({ type: [RunStatusType], description: 'In one of these states.' }),
    experiment: t.string({ description: 'Of the experiment with this name.' }),
    service: t.string({ description: 'Of the service with this systemName.' }),
    createdAfter: t.field({ type: 'DateTime', description: 'Made at this time or later.' }),
    createdBefore: t.field({ type: 'DateTime', description: 'Made before this time.' }),
  }),
});

builder.queryField('runs', (t) =>
  t.field({
    type: RunConnection,
    nullable: true,
    description:
      'Top-level runs of every provider, newest first, merged; one provider down leaves its SourceReport, not an error page.',
    args: { ...pageArgs, filter: t.arg({ type: RunFilterType, description: 'Which ones.' }) },
    resolve: (_, args, context) => listRuns(args, context),
  }),
);

const StartExperimentInput = builder.inputType('StartExperimentInput', {
  description: 'What AutoML should learn, from what, and how much it may try.',
  fields: (t) => ({
    experiment: t.string({ required: true, description: 'Name of the group; made when new.' }),
    datasetId: t.id({ required: true, description: 'A TABLE.' }),
    validationDatasetId: t.id({ description: 'Rows to score on; without, some are held out.' }),
    crossValidations: t.int({ description: 'Folds, at least 2.' }),
    task: t.field({ type: AutoMLTaskType, required: true, description: 'What to learn.' }),
    targetColumn: t.string({ required: true, description: 'The column to predict.' }),
    primaryMetric: t.string({
      description: "What trials are ranked by, in Azure's word; its default without.",
    }),
    compute: t.string({ description: 'Without it, serverless.' }),
    maxTrials: t.int({
      description: "20 without: the gateway's own limits, not Azure's 1000 trials and 6 hours.",
    }),
    maxConcurrentTrials: t.int({ description: '2 without.' }),
    timeoutMinutes: t.int({ description: '60 without.' }),
    allowedAlgorithms: t.stringList({ description: 'Only these. Not together with blockedAlgorithms.' }),
    blockedAlgorithms: t.stringList({ description: 'Not these. Not together with allowedAlgorithms.' }),
    timeColumn: t.string({ description: 'Forecasting: the column that holds the time.' }),
    timeSeriesIdColumns: t.stringList({
      description: 'Forecasting: the columns that tell the series apart.',
    }),
    horizon: t.int({ description: 'Forecasting: how many steps ahead.' }),
    displayName: t.string({ description: 'For people.' }),
    tags: t.field({ type: [TagInputType], description: 'Set on the run.' }),
    clientRunId: t.string({
      description: 'The same again, by the same caller, returns the first run; with other content, CONFLICT.',
    }),
  }),
});
const CancelRunInput = builder.inputType('CancelRunInput', {
  description: 'Which run to stop.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Of a Run.' }) }),
});

const StartExperimentPayload = builder.objectRef<{ run: AutoMLRun }>('StartExperimentPayload').implement({
  description: 'The run that was started.',
  fields: (t) => ({ run: t.expose('run', { type: AutoMLRunRef, description: 'Watch it by runStatus.' }) }),
});
const CancelRunPayload = builder.objectRef<{ run: Run | null }>('CancelRunPayload').implement({
  description: 'The run that was asked to stop.',
  fields: (t) => ({
    run: t.expose('run', { type: RunRef, nullable: true, description: 'CANCELING, or final already.' }),
  }),
});

builder.mutationFields((t) => ({
  startExperiment: t.field({
    type: StartExperimentPayload,
    nullable: true,
    description:
      'Starts AutoML on a dataset. The header of the data is read first: a missing column is refused at once.',
    extensions: { upstream: 'AZURE_ML' },
    args: { input: t.arg({ type: StartExperimentInput, required: true, description: 'What to learn.' }) },
    resolve: (_, { input }, context) => startExperiment(input, context),
  }),
  cancelRun: t.field({
    type: CancelRunPayload,
    nullable: true,
    description: 'Asks the platform to stop a run.',
    args: { input: t.arg({ type: CancelRunInput, required: true, description: 'Which one.' }) },
    resolve: (_, { input }, context) => cancelRun(input, context),
  }),
}));
