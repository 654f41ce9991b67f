import {
  type Citation,
  type ConsentRequest,
  type Message,
  messageStatuses,
  type TokenUsage,
  type ToolApproval,
} from '../domain/chat.ts';
import { pendingApprovalsOf, streamCursorOf } from '../resolvers/messages.ts';
import { builder } from './builder.ts';
import { connectionOf } from './connections.ts';
import { NodeType } from './node.ts';
import { RunErrorType } from './run-parts.ts';

const MessageRoleType = builder.enumType('MessageRole', {
  description: 'Who wrote it: the person, or the agent.',
  values: ['USER', 'ASSISTANT'],
});
const MessageStatusType = builder.enumType('MessageStatus', {
  description: 'INCOMPLETE: cut by the token limit or the content filter.',
  values: messageStatuses,
});

const CitationType = builder.objectRef<Citation>('Citation').implement({
  description: '`url` is https; the indexes are into `content`.',
  fields: (t) => ({
    title: t.exposeString('title', { nullable: true, description: 'Of the source.' }),
    url: t.exposeString('url', { nullable: true, description: 'Of the source; null for a file.' }),
    startIndex: t.exposeInt('startIndex', { nullable: true, description: 'Where the cited text begins.' }),
    endIndex: t.exposeInt('endIndex', { nullable: true, description: 'Behind its last character.' }),
  }),
});
const TokenUsageType = builder.objectRef<TokenUsage>('TokenUsage').implement({
  description: 'What a reply cost, as the platform counted.',
  fields: (t) => ({
    inputTokens: t.exposeInt('inputTokens', { description: 'Read by the model, the history among them.' }),
    outputTokens: t.exposeInt('outputTokens', { description: 'Written by it.' }),
    totalTokens: t.exposeInt('totalTokens', { description: 'Both.' }),
  }),
});
export const ToolApprovalType = builder.objectRef<ToolApproval>('ToolApproval').implement({
  description: 'A tool that the agent may use only if the person says so: decideToolApproval.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'For decideToolApproval.' }),
    toolName: t.exposeString('toolName', { description: 'What it would call.' }),
    serverLabel: t.exposeString('serverLabel', { nullable: true, description: 'Of the MCP server.' }),
    arguments: t.exposeString('arguments', { nullable: true, description: 'With what, as JSON text.' }),
  }),
});
export const ConsentRequestType = builder.objectRef<ConsentRequest>('ConsentRequest').implement({
  description: 'The person opens `url` (https, never fetched or logged here), then resumeReply.',
  fields: (t) => ({
    id: t.exposeID('id', { description: "The platform's own." }),
    serverLabel: t.exposeString('serverLabel', { nullable: true, description: 'What asks for the consent.' }),
    url: t.exposeString('url', { description: 'Where the person gives it.' }),
  }),
});

export const MessageType = builder.objectRef<Message>('Message').implement({
  description: 'What the person wrote, or the reply to it.',
  interfaces: [NodeType],
  fields: (t) => ({
    role: t.expose('role', { type: MessageRoleType, description: 'Who wrote it.' }),
    status: t.expose('status', { type: MessageStatusType, description: 'Of a reply: how far it is.' }),
    content: t.exposeString('content', {
      description: 'The text; of a reply under way, so far, stored about once a second.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was stored.' }),
    completedAt: t.expose('completedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the reply ended.',
    }),
    citations: t.expose('citations', { type: [CitationType], description: 'Sources of the reply.' }),
    usage: t.expose('usage', {
      type: TokenUsageType,
      nullable: true,
      description: 'Of a reply that has ended; null where the platform gave none.',
    }),
    error: t.expose('error', {
      type: RunErrorType,
      nullable: true,
      description: 'Why the reply failed or is incomplete.',
    }),
    pendingApprovals: t.field({
      type: [ToolApprovalType],
      description: 'What the reply waits for: decideToolApproval.',
      resolve: pendingApprovalsOf,
    }),
    pendingConsents: t.expose('pendingConsents', {
      type: [ConsentRequestType],
      description: 'What the reply waits for: resumeReply.',
    }),
    streamCursor: t.string({
      nullable: true,
      description:
        "Of a reply: the last event that `content` holds. As chatReply's `after` it loses nothing and repeats nothing.",
      resolve: streamCursorOf,
    }),
  }),
});
export const MessageConnection = connectionOf<Message>('Message', MessageType);
