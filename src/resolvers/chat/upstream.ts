import type { Store } from '../../datasources/supabase/store.ts';
import type { AuditNote } from '../../domain/audit.ts';
import type { Identity } from '../../domain/callers.ts';
import type { ToolApproval, UpstreamReplyEvent } from '../../domain/chat.ts';
import type { Clock } from '../../domain/clock.ts';

export type Decision = { id: ToolApproval['id']; approve: boolean; reason: string | null };

/** What is put to the agent: a question, the decisions that it waits for, or the same question once more. */
export type AgentInput =
  | string
  | { approvals: Decision[] }
  | { afterConsent: { responseId: string; question: string } };

/** What replies need of Foundry. All throw MlgraphError; a stream also when it is cut, stalls or is refused. */
export type ReplyFoundry = {
  createConversation(metadata: Record<string, string>): Promise<string>;
  /** Never repeated by the datasource, nor here: twice asked is twice in the conversation. */
  respond(ask: {
    agentName: string;
    conversationId: string;
    input: AgentInput;
    metadata: Record<string, string>;
    signal: AbortSignal;
  }): AsyncIterable<UpstreamReplyEvent>;
  /** Goes on behind the event `after`, where the text was `text`. @throws NOT_FOUND where the upstream kept nothing. */
  resume(at: {
    responseId: string;
    after: number;
    text: string;
    signal: AbortSignal;
  }): AsyncIterable<UpstreamReplyEvent>;
  /** Null while it is running. @throws NOT_FOUND */
  read(responseId: string): Promise<Ended | null>;
  cancel(responseId: string): Promise<void>;
};
export type Ended = Extract<UpstreamReplyEvent, { kind: 'ended' }>;

/** What replies need of the store. */
export type ReplyStore = Pick<
  Store,
  | 'getSession'
  | 'updateSession'
  | 'getMessage'
  | 'latestReply'
  | 'openReplies'
  | 'updateReply'
  | 'updateReplies'
  | 'decideApproval'
  | 'continueReply'
  | 'listMessages'
>;

export type Connection = { readonly foundry: ReplyFoundry; readonly store: ReplyStore };

/** Both as one person, each brought up when it is first asked for; `signal` ends what is asked by it, `requestId` is of the call that began it. */
export type Connect = (identity: Identity, signal: AbortSignal, requestId: string) => Connection;

export type Audit = (event: AuditNote) => void;

/** What the parts of this room share. */
export type ChatDeps = { clock: Clock; connect: Connect; audit: Audit };
