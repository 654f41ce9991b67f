import type { Compute, Experiment } from '../domain/workspace.ts';
import { runsIn } from '../resolvers/runs.ts';
import { getExperiment, lastRunAtOf, listComputes, listExperiments } from '../resolvers/workspace.ts';
import { builder } from './builder.ts';
import { connectionOf, pageArgs } from './connections.ts';
import { NodeType } from './node.ts';
import { RunConnection } from './runs.ts';

export const ExperimentRef = builder.objectRef<Experiment>('Experiment');
const ComputeRef = builder.objectRef<Compute>('Compute');
const ExperimentConnection = connectionOf('Experiment', ExperimentRef);
const ComputeConnection = connectionOf('Compute', ComputeRef);

ExperimentRef.implement({
  description: 'A name under which runs are grouped; made by its first run.',
  interfaces: [NodeType],
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique in the workspace.' }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was first used.',
    }),
    lastRunAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When its newest run was made; a call per experiment.',
      resolve: (experiment, _, context) => lastRunAtOf(experiment, context),
    }),
    runs: t.field({
      type: RunConnection,
      nullable: true,
      description: 'Its top-level runs, newest first.',
      args: pageArgs,
      resolve: (experiment, args, context) => runsIn(experiment, args, context),
    }),
  }),
});

ComputeRef.implement({
  description: 'Machines that runs can use.',
  interfaces: [NodeType],
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Pass it as `compute`.' }),
    type: t.exposeString('type', { description: "The platform's word: AmlCompute, ComputeInstance …" }),
    size: t.exposeString('size', { nullable: true, description: 'Size of a machine.' }),
    state: t.exposeString('state', { nullable: true, description: "The platform's word for its state." }),
    minNodes: t.exposeInt('minNodes', { nullable: true, description: 'Machines kept when idle.' }),
    maxNodes: t.exposeInt('maxNodes', { nullable: true, description: 'Machines at most.' }),
  }),
});

builder.queryFields((t) => ({
  experiments: t.field({
    type: ExperimentConnection,
    nullable: true,
    description: 'The groups of runs in this workspace.',
    args: pageArgs,
    resolve: (_, args, context) => listExperiments(args, context),
  }),
  experiment: t.field({
    type: ExperimentRef,
    nullable: true,
    description: 'One group of runs.',
    args: { name: t.arg.string({ required: true, description: 'Its name.' }) },
    resolve: (_, args, context) => getExperiment(args, context),
  }),
  computes: t.field({
    type: ComputeConnection,
    nullable: true,
    description: 'Machines that runs can use.',
    args: pageArgs,
    resolve: (_, args, context) => listComputes(args, context),
  }),
}));
