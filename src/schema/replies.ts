import type { Message } from '../domain/chat.ts';
import {
  cancelReply,
  decideToolApproval,
  resumeReply,
  type SentMessage,
  sendMessage,
} from '../resolvers/messages.ts';
import { builder } from './builder.ts';
import { MessageType } from './messages.ts';

const SendMessageInput = builder.inputType('SendMessageInput', {
  description: 'What to say, and where.',
  fields: (t) => ({
    sessionId: t.id({ required: true, description: 'Of a Session.' }),
    content: t.string({ required: true, description: 'The text; not blank.' }),
    clientMessageId: t.string({
      description: 'The same again in the session returns the first answer; with other content, CONFLICT.',
    }),
  }),
});
const CancelReplyInput = builder.inputType('CancelReplyInput', {
  description: 'Which reply to stop.',
  fields: (t) => ({ messageId: t.id({ required: true, description: 'Of the reply.' }) }),
});
const DecideToolApprovalInput = builder.inputType('DecideToolApprovalInput', {
  description: 'The decision on one tool call.',
  fields: (t) => ({
    messageId: t.id({ required: true, description: 'Of the reply that waits.' }),
    approvalId: t.id({ required: true, description: 'Of one of its pendingApprovals.' }),
    approve: t.boolean({ required: true, description: 'Whether the tool may be used.' }),
    reason: t.string({ description: 'For the agent.' }),
  }),
});
const ResumeReplyInput = builder.inputType('ResumeReplyInput', {
  description: 'Which reply goes on.',
  fields: (t) => ({ messageId: t.id({ required: true, description: 'Of the reply that waits.' }) }),
});

const SendMessagePayload = builder.objectRef<SentMessage>('SendMessagePayload').implement({
  description: 'What was stored.',
  fields: (t) => ({
    message: t.expose('message', { type: MessageType, description: "The person's." }),
    reply: t.expose('reply', { type: MessageType, description: 'Under way: chatReply shows it.' }),
  }),
});
const replyPayload = (name: string, description: string) =>
  builder.objectRef<{ reply: Message }>(name).implement({
    description,
    fields: (t) => ({ reply: t.expose('reply', { type: MessageType, description: 'As it is now.' }) }),
  });

builder.mutationFields((t) => ({
  sendMessage: t.field({
    type: SendMessagePayload,
    nullable: true,
    description:
      'Stores the message and starts the reply, which streams on chatReply. CONFLICT while another reply is under way or waits.',
    extensions: { upstream: 'AZURE_FOUNDRY' },
    args: { input: t.arg({ type: SendMessageInput, required: true, description: 'What to say.' }) },
    resolve: (_, { input }, context) => sendMessage(input, context),
  }),
  cancelReply: t.field({
    type: replyPayload('CancelReplyPayload', 'The reply that was stopped.'),
    nullable: true,
    description: 'Stops a reply; what was said so far stays. One that has ended is left as it is.',
    extensions: { upstream: 'AZURE_FOUNDRY' },
    args: { input: t.arg({ type: CancelReplyInput, required: true, description: 'Which one.' }) },
    resolve: (_, { input }, context) => cancelReply(input, context),
  }),
  decideToolApproval: t.field({
    type: replyPayload('DecideToolApprovalPayload', 'The reply that waited.'),
    nullable: true,
    description: 'The reply goes on when the last of its approvals is decided.',
    extensions: { upstream: 'AZURE_FOUNDRY' },
    args: { input: t.arg({ type: DecideToolApprovalInput, required: true, description: 'Which, and how.' }) },
    resolve: (_, { input }, context) => decideToolApproval(input, context),
  }),
  resumeReply: t.field({
    type: replyPayload('ResumeReplyPayload', 'The reply that waited.'),
    nullable: true,
    description: 'After the consent was given.',
    extensions: { upstream: 'AZURE_FOUNDRY' },
    args: { input: t.arg({ type: ResumeReplyInput, required: true, description: 'Which one.' }) },
    resolve: (_, { input }, context) => resumeReply(input, context),
  }),
}));
