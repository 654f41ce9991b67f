import type { ChatEvent } from '../domain/chat.ts';
import { localId } from '../domain/ids.ts';
import { watchChat } from '../resolvers/messages.ts';
import { builder } from './builder.ts';
import { ConsentRequestType, MessageType, ToolApprovalType } from './messages.ts';
import { ErrorCodeType } from './providers.ts';

type EventOf<Kind extends ChatEvent['kind']> = Extract<ChatEvent, { kind: Kind }>;

const typeNames: Record<ChatEvent['kind'], string> = {
  STARTED: 'ReplyStarted',
  DELTA: 'ReplyDelta',
  APPROVAL: 'ToolApprovalRequested',
  CONSENT: 'ConsentRequired',
  COMPLETED: 'ReplyCompleted',
  FAILED: 'ReplyFailed',
};

const ChatEventType = builder.interfaceRef<ChatEvent>('ChatEvent').implement({
  description: 'What happened to a reply. Its kinds will grow: keep a default branch.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', { description: 'As `after` it goes on behind this event.' }),
    messageId: t.id({
      description: 'Of the reply.',
      resolve: ({ messageKey }) => localId('Message', messageKey),
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When the gateway saw it.' }),
  }),
  resolveType: ({ kind }) => typeNames[kind],
});

builder.objectRef<EventOf<'STARTED'>>('ReplyStarted').implement({
  description: 'A reply begins.',
  interfaces: [ChatEventType],
});
builder.objectRef<EventOf<'DELTA'>>('ReplyDelta').implement({
  description: 'The next words.',
  interfaces: [ChatEventType],
  fields: (t) => ({ text: t.exposeString('text', { description: 'To be added to what was there.' }) }),
});
builder.objectRef<EventOf<'APPROVAL'>>('ToolApprovalRequested').implement({
  description: 'The reply waits for a decision: decideToolApproval.',
  interfaces: [ChatEventType],
  fields: (t) => ({
    approval: t.expose('approval', { type: ToolApprovalType, description: 'What is to be decided.' }),
  }),
});
builder.objectRef<EventOf<'CONSENT'>>('ConsentRequired').implement({
  description: 'The reply waits for a consent: resumeReply once it was given.',
  interfaces: [ChatEventType],
  fields: (t) => ({
    consent: t.expose('consent', { type: ConsentRequestType, description: 'Where it is given.' }),
  }),
});
builder.objectRef<EventOf<'COMPLETED'>>('ReplyCompleted').implement({
  description:
    'The end of a reply that did not fail: COMPLETED, INCOMPLETE or CANCELED. Its `content` counts, whatever the deltas added up to.',
  interfaces: [ChatEventType],
  fields: (t) => ({
    message: t.expose('message', { type: MessageType, description: 'The reply as it ended.' }),
  }),
});
builder.objectRef<EventOf<'FAILED'>>('ReplyFailed').implement({
  description: 'The end of a reply that failed; the text so far is kept in its message.',
  interfaces: [ChatEventType],
  fields: (t) => ({
    code: t.expose('code', { type: ErrorCodeType, description: 'What kind of failure.' }),
    reason: t.exposeString('reason', { description: 'For people.' }),
    retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
      nullable: true,
      description: 'When another try is worth it.',
    }),
  }),
});

builder.subscriptionField('chatReply', (t) =>
  t.field({
    type: ChatEventType,
    description:
      "Every event of one session's replies, until the client leaves. Without `after`: from the first event of the latest reply, under way or ended, then what comes.",
    args: {
      sessionId: t.arg.id({ required: true, description: 'Of a Session.' }),
      after: t.arg.string({ description: 'Cursor of the last event seen.' }),
    },
    subscribe: (_, args, context) => watchChat(args, context),
    resolve: (event) => event,
  }),
);
