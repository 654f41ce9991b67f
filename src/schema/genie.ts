import {
  type GenieConversation,
  type GenieMessage,
  type GenieQuery,
  type GenieSpace,
  genieStatuses,
  ratings,
} from '../domain/genie.ts';
import {
  conversationOf,
  conversationsOf,
  listSpaces,
  messagesOf,
  resultOf,
  spaceOf,
} from '../resolvers/genie/reading.ts';
import { builder } from './builder.ts';
import { connectionOf, pageArgs } from './connections.ts';
import { NodeType } from './node.ts';
import { RunErrorType } from './run-parts.ts';
import { TableType } from './tables.ts';

const GenieSpaceRef = builder.objectRef<GenieSpace>('GenieSpace');
const GenieConversationRef = builder.objectRef<GenieConversation>('GenieConversation');
export const GenieMessageRef = builder.objectRef<GenieMessage>('GenieMessage');

const GenieSpaceConnection = connectionOf<GenieSpace>('GenieSpace', GenieSpaceRef);
const GenieConversationConnection = connectionOf<GenieConversation>(
  'GenieConversation',
  GenieConversationRef,
);
const GenieMessageConnection = connectionOf<GenieMessage>('GenieMessage', GenieMessageRef);

GenieSpaceRef.implement({
  description: 'Tables that Databricks Genie answers questions about.',
  interfaces: [NodeType],
  fields: (t) => ({
    title: t.exposeString('title', { description: 'For people.' }),
    description: t.exposeString('description', { nullable: true, description: 'What is in it.' }),
    conversations: t.field({
      type: GenieConversationConnection,
      nullable: true,
      description: "The caller's own, newest first.",
      args: pageArgs,
      resolve: (space, args, context) => conversationsOf(space, args, context),
    }),
  }),
});

GenieConversationRef.implement({
  description: 'Questions that build on each other. Nobody but who began it can see it here.',
  interfaces: [NodeType],
  fields: (t) => ({
    title: t.exposeString('title', { nullable: true, description: "Genie's, of the first question." }),
    space: t.field({
      type: GenieSpaceRef,
      nullable: true,
      description: 'What it is about.',
      resolve: (conversation, _, context) => spaceOf(conversation, context),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: true, description: 'When it began.' }),
    messages: t.field({
      type: GenieMessageConnection,
      nullable: true,
      description: 'Questions with their answers, in the order in which Genie lists them.',
      args: pageArgs,
      resolve: (conversation, args, context) => messagesOf(conversation, args, context),
    }),
  }),
});

const GenieStatusType = builder.enumType('GenieStatus', {
  description:
    'Steps may be skipped or come again. Final: COMPLETED, FAILED, CANCELED (Genie writes CANCELLED), QUERY_RESULT_EXPIRED (rerunGenieQuery brings the rows back).',
  values: genieStatuses,
});
export const RatingType = builder.enumType('Rating', {
  description: 'What the caller thinks of an answer.',
  values: ratings,
});

const GenieQueryType = builder.objectRef<GenieQuery>('GenieQuery').implement({
  description: 'The SQL that an answer rests on.',
  fields: (t) => ({
    sql: t.exposeString('sql', { description: 'As Genie wrote it.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it does, in words.' }),
    result: t.field({
      type: TableType,
      nullable: true,
      description:
        'Its rows, at most 5000; null until it runs, and where it failed. NOT_FOUND where they have expired: rerunGenieQuery brings them back.',
      args: { maxRows: t.arg.int({ defaultValue: 1000, description: 'At most so many rows, 1 to 5000.' }) },
      resolve: (query, { maxRows }, context) => resultOf(query, maxRows, context),
    }),
  }),
});

GenieMessageRef.implement({
  description: 'One question and its answer.',
  interfaces: [NodeType],
  fields: (t) => ({
    question: t.exposeString('question', { description: 'As it was asked.' }),
    status: t.expose('status', { type: GenieStatusType, description: 'How far the answer is.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was asked.' }),
    conversation: t.field({
      type: GenieConversationRef,
      nullable: true,
      description: 'Where it was asked; ask on there.',
      resolve: (message, _, context) => conversationOf(message, context),
    }),
    text: t.exposeString('text', {
      nullable: true,
      description: 'The answer in words: Markdown that a model wrote.',
    }),
    followUpQuestion: t.exposeString('followUpQuestion', {
      nullable: true,
      description: 'What Genie asks back.',
    }),
    query: t.expose('query', {
      type: GenieQueryType,
      nullable: true,
      description: 'The SQL, as soon as there is one.',
    }),
    suggestedQuestions: t.exposeStringList('suggestedQuestions', { description: 'What to ask next.' }),
    rating: t.expose('rating', { type: RatingType, nullable: true, description: "The caller's." }),
    error: t.expose('error', { type: RunErrorType, nullable: true, description: 'Why it FAILED.' }),
  }),
});

builder.queryField('genieSpaces', (t) =>
  t.field({
    type: GenieSpaceConnection,
    nullable: true,
    description: 'The spaces that the caller may ask.',
    args: pageArgs,
    resolve: (_, args, context) => listSpaces(args, context),
  }),
);
