import { type LogChunk, type MetricPoint, type RunError, runStatuses } from '../domain/runs.ts';
import { historyOf, type RunMetric } from '../resolvers/runs.ts';
import { builder } from './builder.ts';

export const RunStatusType = builder.enumType('RunStatus', {
  description:
    'Final: COMPLETED, FAILED, CANCELED. UNKNOWN is a word that the gateway does not know: not final.\nA job that a restarted service has forgotten is COMPLETED if its artifact exists, else FAILED with error code LOST.',
  values: runStatuses,
});

export const RunErrorType = builder.objectRef<RunError>('RunError').implement({
  description: 'Why something failed, in the words of its platform.',
  fields: (t) => ({
    code: t.exposeString('code', { nullable: true, description: "The platform's code." }),
    message: t.exposeString('message', { description: "The platform's explanation." }),
  }),
});

const MetricPointType = builder.objectRef<MetricPoint>('MetricPoint').implement({
  description: 'One value of a series.',
  fields: (t) => ({
    step: t.expose('step', { type: 'SafeInt', description: 'Position in the series.' }),
    value: t.exposeFloat('value', {
      nullable: true,
      description: 'Null where the upstream says nan or infinity.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was logged.' }),
  }),
});

export const MetricType = builder.objectRef<RunMetric>('Metric').implement({
  description: 'Scalars only. `value` is null where the upstream says nan or infinity.',
  fields: (t) => ({
    name: t.exposeString('name', { description: "The platform's name, e.g. accuracy." }),
    value: t.exposeFloat('value', { nullable: true, description: 'The last one.' }),
    history: t.field({
      type: [MetricPointType],
      nullable: true,
      description: 'The series, where the upstream keeps one; a call per metric.',
      resolve: (metric, _, context) => historyOf(metric, context),
    }),
  }),
});

export const LogChunkType = builder.objectRef<LogChunk>('LogChunk').implement({
  description: 'A piece of log.',
  fields: (t) => ({
    text: t.exposeString('text', { description: 'UTF-8 text; never cut inside a character.' }),
    cursor: t.exposeString('cursor', { description: 'Goes on behind `text`.' }),
    complete: t.exposeBoolean('complete', {
      description: 'The run is final and its log is read to the end.',
    }),
  }),
});
