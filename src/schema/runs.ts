import {
  type AutoMLRun,
  autoMLTasks,
  durationSeconds,
  type JobRun,
  type Run,
  type TrialRun,
} from '../domain/runs.ts';
import { modelsOf } from '../resolvers/models.ts';
import {
  bestTrialOf,
  datasetOf,
  experimentOf,
  jobChildrenOf,
  logsOf,
  metricsOf,
  parentOf,
  trialsOf,
} from '../resolvers/runs.ts';
import { builder } from './builder.ts';
import { connectionOf, mergedConnectionOf, pageArgs } from './connections.ts';
import { DatasetRef } from './datasets.ts';
import { ModelRef } from './models.ts';
import { NodeType } from './node.ts';
import { ProviderType, TagType } from './providers.ts';
import { LogChunkType, MetricType, RunErrorType, RunStatusType } from './run-parts.ts';
import { ExperimentRef } from './workspace.ts';

export const RunRef = builder.interfaceRef<Run>('Run');
const TrialRunRef = builder.objectRef<TrialRun>('TrialRun');
export const AutoMLRunRef = builder.objectRef<AutoMLRun>('AutoMLRun');
const JobRunRef = builder.objectRef<JobRun>('JobRun');

export const RunConnection = mergedConnectionOf<Run>('Run', RunRef);
const TrialRunConnection = connectionOf<TrialRun>('TrialRun', TrialRunRef);

const runTypes: Record<Run['kind'], string> = {
  AUTOML: 'AutoMLRun',
  TRIAL: 'TrialRun',
  JOB: 'JobRun',
  TRAINING: 'TrainingRun',
  PREDICTION: 'PredictionRun',
};

RunRef.implement({
  description: 'Work that a platform does for somebody. Its fields mean the same for every provider.',
  interfaces: [NodeType],
  fields: (t) => ({
    provider: t.expose('provider', { type: ProviderType, description: 'Which platform runs it.' }),
    name: t.exposeString('name', { description: "The platform's own name of the run." }),
    displayName: t.exposeString('displayName', { nullable: true, description: 'For people.' }),
    status: t.expose('status', { type: RunStatusType, description: 'In one language for all platforms.' }),
    rawStatus: t.exposeString('rawStatus', { description: "The upstream's own word for the status." }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was asked for.',
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true, description: 'When work began.' }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true, description: 'When it ended.' }),
    durationSeconds: t.float({
      nullable: true,
      description: 'From start to end, in seconds; null while it runs.',
      resolve: durationSeconds,
    }),
    createdBy: t.exposeString('createdBy', { nullable: true, description: 'Who started it.' }),
    tags: t.expose('tags', {
      type: [TagType],
      description: 'Without those that the platform keeps for itself.',
    }),
    error: t.expose('error', { type: RunErrorType, nullable: true, description: 'Why it FAILED.' }),
    metrics: t.field({
      type: [MetricType],
      nullable: true,
      description: 'Last values. Of a page of runs they cost one call.',
      resolve: (run, _, context) => metricsOf(run, context),
    }),
    logs: t.field({
      type: LogChunkType,
      nullable: true,
      description: 'Log text behind `after`. An AutoML run shows its setup, then its trials in order.',
      args: {
        after: t.arg.string({ description: 'Cursor of the chunk before; without, from the first line.' }),
        maxBytes: t.arg.int({ description: 'At most this much text; 65536 without, 1048576 at most.' }),
      },
      resolve: (run, args, context) => logsOf(run, args, context),
    }),
    models: t.field({
      type: [ModelRef],
      nullable: true,
      description: 'What the run itself put out, and what was registered here from it.',
      resolve: (run, _, context) => modelsOf(run, context),
    }),
  }),
  resolveType: (run) => runTypes[run.kind],
});

export const AutoMLTaskType = builder.enumType('AutoMLTask', {
  description: 'What to learn.',
  values: autoMLTasks,
});

AutoMLRunRef.implement({
  description: 'An AutoML job: it tries algorithms on a table and keeps the best.',
  interfaces: [RunRef, NodeType],
  fields: (t) => ({
    experiment: t.field({
      type: ExperimentRef,
      nullable: true,
      description: 'The group it belongs to.',
      resolve: (run, _, context) => experimentOf(run, context),
    }),
    task: t.expose('task', {
      type: AutoMLTaskType,
      nullable: true,
      description: 'Null for an image or text task.',
    }),
    targetColumn: t.exposeString('targetColumn', { nullable: true, description: 'The column to predict.' }),
    primaryMetric: t.exposeString('primaryMetric', {
      nullable: true,
      description: 'What trials are ranked by.',
    }),
    dataset: t.field({
      type: DatasetRef,
      nullable: true,
      description: 'The version it was started on; null where it was not started here.',
      resolve: (run, _, context) => datasetOf(run, context),
    }),
    trials: t.field({
      type: TrialRunConnection,
      nullable: true,
      description: 'One per algorithm tried.',
      args: pageArgs,
      resolve: (run, args, context) => trialsOf(run, args, context),
    }),
    bestTrial: t.field({
      type: TrialRunRef,
      nullable: true,
      description: 'The best so far by the primary metric; null before the first has finished.',
      resolve: (run, _, context) => bestTrialOf(run, context),
    }),
  }),
});

TrialRunRef.implement({
  description: 'One algorithm tried within an AutoML run.',
  interfaces: [RunRef, NodeType],
  fields: (t) => ({
    parent: t.field({
      type: RunRef,
      nullable: true,
      description: 'The run that it is a trial of.',
      resolve: (trial, _, context) => parentOf(trial, context),
    }),
    algorithm: t.exposeString('algorithm', {
      nullable: true,
      description: "The platform's name of the algorithm.",
    }),
    score: t.exposeFloat('score', {
      nullable: true,
      description: "In the primary metric's unit; null where it has none.",
    }),
  }),
});

JobRunRef.implement({
  description:
    'Any other Azure ML job: command, sweep, pipeline. Children: the trials of a sweep, the steps of a pipeline.',
  interfaces: [RunRef, NodeType],
  fields: (t) => ({
    experiment: t.field({
      type: ExperimentRef,
      nullable: true,
      description: 'The group it belongs to.',
      resolve: (run, _, context) => experimentOf(run, context),
    }),
    jobType: t.exposeString('jobType', { description: "The platform's word: command, sweep, pipeline …" }),
    children: t.field({
      type: RunConnection,
      nullable: true,
      description: 'What it is made of.',
      args: pageArgs,
      resolve: (run, args, context) => jobChildrenOf(run, args, context),
    }),
  }),
});
