import { actors, type GenieEvent, type GenieMessage } from '../domain/genie.ts';
import { rateGenieAnswer, rerunGenieQuery } from '../resolvers/genie/answers.ts';
import { askGenie } from '../resolvers/genie/ask.ts';
import { watchGenieReply } from '../resolvers/genie/watch.ts';
import { builder } from './builder.ts';
import { GenieMessageRef, RatingType } from './genie.ts';

const ActAsType = builder.enumType('ActAs', {
  description: `On whose behalf: the signed-in user's, or the application's own identity, which sees past the user's row filters.
Default: USER for a person, APP for a service; a person may say APP only where the operator allows it. A conversation keeps
the identity it began with, and an APP conversation still belongs to the caller who began it.`,
  values: actors,
});

const AskGenieInput = builder.inputType('AskGenieInput', {
  description: 'What to ask, and where.',
  fields: (t) => ({
    spaceId: t.id({ required: true, description: 'Of a GenieSpace.' }),
    question: t.string({ required: true, description: 'In words; not blank.' }),
    conversationId: t.id({ description: 'To ask on in it; without, a new one is begun.' }),
    as: t.field({ type: ActAsType, description: 'On whose behalf.' }),
    clientMessageId: t.string({
      description:
        'The same again, by the same caller, returns the first answer; with other content, CONFLICT.',
    }),
  }),
});
const RerunGenieQueryInput = builder.inputType('RerunGenieQueryInput', {
  description: 'Which query to run again.',
  fields: (t) => ({ messageId: t.id({ required: true, description: 'Of a GenieMessage with a query.' }) }),
});
const RateGenieAnswerInput = builder.inputType('RateGenieAnswerInput', {
  description: 'What the caller thinks of an answer.',
  fields: (t) => ({
    messageId: t.id({ required: true, description: 'Of a GenieMessage.' }),
    rating: t.field({ type: RatingType, required: true, description: 'NONE takes it back.' }),
    comment: t.string({ description: "For the space's owner." }),
  }),
});

const AskGeniePayload = builder.objectRef<{ message: GenieMessage }>('AskGeniePayload').implement({
  description: 'The question that was accepted.',
  fields: (t) => ({
    message: t.expose('message', { type: GenieMessageRef, description: 'Watch it by genieReply.' }),
  }),
});
const messagePayload = (name: string, description: string) =>
  builder.objectRef<{ message: GenieMessage | null }>(name).implement({
    description,
    fields: (t) => ({
      message: t.expose('message', { type: GenieMessageRef, nullable: true, description: 'As it is now.' }),
    }),
  });

builder.mutationFields((t) => ({
  askGenie: t.field({
    type: AskGeniePayload,
    nullable: true,
    description:
      "Asks a question, once it is its turn among everybody's; RATE_LIMITED at once where that would come too late. CONFLICT while the conversation's last question is being answered.",
    extensions: { upstream: 'DATABRICKS' },
    args: { input: t.arg({ type: AskGenieInput, required: true, description: 'What to ask.' }) },
    resolve: (_, { input }, context) => askGenie(input, context),
  }),
  rerunGenieQuery: t.field({
    type: messagePayload('RerunGenieQueryPayload', 'The answer whose query ran again.'),
    nullable: true,
    description: "Runs an answer's SQL again, when its rows have expired or are to be fresh.",
    extensions: { upstream: 'DATABRICKS' },
    args: { input: t.arg({ type: RerunGenieQueryInput, required: true, description: 'Which one.' }) },
    resolve: (_, { input }, context) => rerunGenieQuery(input, context),
  }),
  rateGenieAnswer: t.field({
    type: messagePayload('RateGenieAnswerPayload', 'The answer that was rated.'),
    nullable: true,
    description: 'Tells Genie whether an answer was good.',
    extensions: { upstream: 'DATABRICKS' },
    args: { input: t.arg({ type: RateGenieAnswerInput, required: true, description: 'Which, and how.' }) },
    resolve: (_, { input }, context) => rateGenieAnswer(input, context),
  }),
}));

const GenieEventType = builder.objectRef<GenieEvent>('GenieEvent').implement({
  description: 'What an answer turned to.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', {
      description: 'As `after` it goes on behind this event; it never expires.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When the gateway saw it.' }),
    message: t.expose('message', { type: GenieMessageRef, description: 'The answer as it was then.' }),
  }),
});

builder.subscriptionField('genieReply', (t) =>
  t.field({
    type: GenieEventType,
    description: 'The state now (with `after`, only if it is another), then each change, until it is final.',
    args: {
      messageId: t.arg.id({ required: true, description: 'Of a GenieMessage.' }),
      after: t.arg.string({ description: 'Cursor of the last event seen.' }),
    },
    subscribe: (_, args, context) => watchGenieReply(args, context),
    resolve: (event) => event,
  }),
);
