import type { ErrorCode } from './errors.ts';

/** An agent as its caller last saw it. */
export type Agent = {
  id: string;
  name: string;
  version: string | null;
  enabled: boolean;
  description: string | null;
  model: string | null;
  /** Kinds of tools, and MCP server labels. */
  tools: string[];
  createdAt: Date | null;
  syncedAt: Date | null;
};

/** A conversation of one person with one agent. The upstream's conversation id never leaves the gateway. */
export type Session = {
  id: string;
  /** The gateway's own key (uuid). */
  key: string;
  title: string;
  agentName: string;
  conversationId: string | null;
  createdAt: Date;
  updatedAt: Date;
};

export const messageStatuses = [
  'PENDING',
  'STREAMING',
  'WAITING_FOR_APPROVAL',
  'WAITING_FOR_CONSENT',
  'COMPLETED',
  'INCOMPLETE',
  'FAILED',
  'CANCELED',
] as const;
export type MessageStatus = (typeof messageStatuses)[number];
/** A reply under way or waiting for its person: no second one may begin. */
export const isOpen = (status: MessageStatus): boolean =>
  status === 'PENDING' ||
  status === 'STREAMING' ||
  status === 'WAITING_FOR_APPROVAL' ||
  status === 'WAITING_FOR_CONSENT';

export type Citation = {
  title: string | null;
  url: string | null;
  startIndex: number | null;
  endIndex: number | null;
};
export type TokenUsage = { inputTokens: number; outputTokens: number; totalTokens: number };
export type ToolApproval = {
  id: string;
  toolName: string;
  serverLabel: string | null;
  arguments: string | null;
  /** Its person's, kept until those of the reply's other approvals are there. */
  decision?: { approve: boolean; reason: string | null };
};
/** `url` is https; never fetched nor logged here. */
export type ConsentRequest = { id: string; serverLabel: string | null; url: string };
export type MessageError = { code: string | null; message: string };

export type Message = {
  id: string;
  key: string;
  sessionKey: string;
  role: 'USER' | 'ASSISTANT';
  status: MessageStatus;
  content: string;
  createdAt: Date;
  completedAt: Date | null;
  citations: Citation[];
  usage: TokenUsage | null;
  error: MessageError | null;
  pendingApprovals: ToolApproval[];
  pendingConsents: ConsentRequest[];
  clientMessageId: string | null;
  /** Of a reply: the user message it answers. */
  replyTo: string | null;
  /** Of a reply: the upstream response that is being read, or was last. */
  responseId: string | null;
  /** Of a reply: sequence of the last event that `content` holds. */
  position: number;
};

/** What happens to a reply, in order. `sequence` counts from 1 within one reply. */
export type ReplyEvent =
  | { kind: 'STARTED' }
  | { kind: 'DELTA'; text: string }
  | { kind: 'APPROVAL'; approval: ToolApproval }
  | { kind: 'CONSENT'; consent: ConsentRequest }
  | { kind: 'COMPLETED'; message: Message }
  | { kind: 'FAILED'; code: ErrorCode; reason: string; retryAfterSeconds: number | null };
export type ChatEvent = { cursor: string; messageKey: string; sequence: number; at: Date } & ReplyEvent;

/** What the upstream says while it answers. The stream ends after `ended`; it throws MlgraphError when cut, stalled or refused. */
export type UpstreamReplyEvent =
  | { kind: 'created'; responseId: string }
  | { kind: 'delta'; text: string; sequence: number }
  | { kind: 'approval'; approval: ToolApproval }
  | { kind: 'consent'; consent: ConsentRequest }
  | {
      kind: 'ended';
      status: 'COMPLETED' | 'INCOMPLETE' | 'CANCELED' | 'FAILED';
      /** The whole text as the upstream has it at the end. */
      text: string;
      citations: Citation[];
      usage: TokenUsage | null;
      /** Of FAILED and INCOMPLETE. */
      error: { code: ErrorCode; message: string; retryAfterSeconds: number | null } | null;
    };
