import type { Session } from '../domain/chat.ts';
import { defaultPageSize, maxPageSize } from '../domain/paging.ts';
import { messagesOf } from '../resolvers/messages.ts';
import { agentOf, createSession, deleteSession, listSessions, titleOf } from '../resolvers/sessions.ts';
import { AgentType } from './agents.ts';
import { builder } from './builder.ts';
import { connectionOf, pageArgs } from './connections.ts';
import { DeletePayload } from './deletion.ts';
import { MessageConnection } from './messages.ts';
import { NodeType } from './node.ts';

const SessionType = builder.objectRef<Session>('Session').implement({
  description: 'A conversation of the caller with one agent. Nobody else can see it.',
  interfaces: [NodeType],
  fields: (t) => ({
    title: t.string({
      description: 'As given, else the first words of the first message.',
      resolve: titleOf,
    }),
    agent: t.field({
      type: AgentType,
      nullable: true,
      description: 'Whom it is with, as the caller last saw it; null where it was never seen.',
      resolve: (session, _, context) => agentOf(session, context),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was opened.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last used.' }),
    messages: t.field({
      type: MessageConnection,
      nullable: true,
      description: 'Oldest first. `first` and `after` page forward, `last` and `before` backward.',
      args: {
        ...pageArgs,
        last: t.arg.int({
          description: `How many from the end, from 1 to ${maxPageSize}; ${defaultPageSize} with \`before\` alone.`,
        }),
        before: t.arg.string({ description: 'The startCursor of the page behind.' }),
      },
      resolve: (session, args, context) => messagesOf(session, args, context),
    }),
  }),
});
const SessionConnection = connectionOf<Session>('Session', SessionType);

const SessionFilterType = builder.inputType('SessionFilter', {
  description: 'Which sessions.',
  fields: (t) => ({ agentId: t.id({ description: 'With this agent.' }) }),
});

builder.queryField('sessions', (t) =>
  t.field({
    type: SessionConnection,
    nullable: true,
    description: "The caller's own chat sessions, last used first.",
    args: { ...pageArgs, filter: t.arg({ type: SessionFilterType, description: 'Which ones.' }) },
    resolve: (_, args, context) => listSessions(args, context),
  }),
);

const CreateSessionInput = builder.inputType('CreateSessionInput', {
  description: 'Whom to talk to.',
  fields: (t) => ({
    agentId: t.id({ required: true, description: 'Of an Agent.' }),
    title: t.string({ description: 'Without it, the first words of the first message.' }),
  }),
});
const DeleteSessionInput = builder.inputType('DeleteSessionInput', {
  description: 'Which session to forget.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Of a Session.' }) }),
});

const CreateSessionPayload = builder.objectRef<{ session: Session }>('CreateSessionPayload').implement({
  description: 'The new session.',
  fields: (t) => ({
    session: t.expose('session', { type: SessionType, description: 'Send messages in it.' }),
  }),
});
builder.mutationFields((t) => ({
  createSession: t.field({
    type: CreateSessionPayload,
    nullable: true,
    description: 'Opens a conversation with an agent that the caller may use.',
    extensions: { upstream: 'AZURE_FOUNDRY' },
    args: { input: t.arg({ type: CreateSessionInput, required: true, description: 'With whom.' }) },
    resolve: (_, { input }, context) => createSession(input, context),
  }),
  deleteSession: t.field({
    type: DeletePayload,
    nullable: true,
    description:
      "Deletes a session with its messages, and the platform's conversation where the platform lets it.",
    extensions: { upstream: 'AZURE_FOUNDRY' },
    args: { input: t.arg({ type: DeleteSessionInput, required: true, description: 'Which one.' }) },
    resolve: (_, { input }, context) => deleteSession(input, context),
  }),
}));
