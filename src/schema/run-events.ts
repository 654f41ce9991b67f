import type { RunStatusEvent } from '../domain/runs.ts';
import { watchRunLogs, watchRunStatus } from '../resolvers/run-events.ts';
import { builder } from './builder.ts';
import { LogChunkType, RunStatusType } from './run-parts.ts';
import { RunRef } from './runs.ts';

const RunStatusEventType = builder.objectRef<RunStatusEvent>('RunStatusEvent').implement({
  description: 'What a run turned to.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', {
      description: 'As `after` it goes on behind this event; it never expires.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When the gateway saw it.' }),
    run: t.expose('run', { type: RunRef, description: 'The run as it was then.' }),
    status: t.expose('status', { type: RunStatusType, description: 'Its status.' }),
    previousStatus: t.expose('previousStatus', {
      type: RunStatusType,
      nullable: true,
      description: 'The status before; null in the first event.',
    }),
    completedTrials: t.exposeInt('completedTrials', { nullable: true, description: 'Of an AutoML run.' }),
    totalTrials: t.exposeInt('totalTrials', { nullable: true, description: 'How many it may try.' }),
    bestScore: t.exposeFloat('bestScore', {
      nullable: true,
      description: "So far, in the primary metric's unit.",
    }),
  }),
});

builder.subscriptionFields((t) => ({
  runStatus: t.field({
    type: RunStatusEventType,
    description:
      'The state now (with `after`, only if it is another), then each change, until the run is final.',
    args: {
      id: t.arg.id({ required: true, description: 'Of a Run.' }),
      after: t.arg.string({ description: 'Cursor of the last event seen.' }),
    },
    subscribe: (_, args, context) => watchRunStatus(args, context),
    resolve: (event) => event,
  }),
  runLogs: t.field({
    type: LogChunkType,
    description: 'From the first line, until the run is final and read to the end.',
    args: {
      id: t.arg.id({ required: true, description: 'Of a Run.' }),
      after: t.arg.string({ description: 'Cursor of the last chunk seen.' }),
    },
    subscribe: (_, args, context) => watchRunLogs(args, context),
    resolve: (chunk) => chunk,
  }),
}));
