import type { Agent, UpstreamReplyEvent } from '../../domain/chat.ts';

/** How an answer ended. */
export type ReplyEnd = Extract<UpstreamReplyEvent, { kind: 'ended' }>;

/** What a response is asked for with. */
export type ReplyInput =
  | string
  /** Answers to all the tools that the response before asked approval for. */
  | { approvals: { id: string; approve: boolean; reason: string | null }[] }
  /**
   * The question again, once its person has consented: what asked for consent is over. It is asked in the same
   * conversation, and not as a successor of `responseId`, of which the conversation would know nothing.
   */
  | { afterConsent: { responseId: string; question: string } };

/**
 * The agents of one Foundry project, as one person, for one operation. The project keeps people's conversations
 * apart in no way: whose a conversation or response is, the caller has to know before it names one here.
 * All throw MlgraphError; a missing object, and an id that the service cannot have made, is NOT_FOUND.
 */
export type Foundry = {
  /** All of them; no more of each than its name, version, description, model, and kinds of tools. */
  listAgents(): Promise<Agent[]>;
  /** The new conversation's id. Metadata is cut to what the service takes; who asks is added to it. */
  createConversation(metadata: Record<string, string>): Promise<string>;
  /** One that is gone already is as good. */
  deleteConversation(id: string): Promise<void>;
  /**
   * Asks, and streams the answer. It is asked once: no failure makes it be sent again. The service goes on with it
   * also without a reader, until `cancel`. `signal` ends the reading; the operation's own signal is not heeded, for
   * a reply outlives the request that began it.
   * @throws From the reading: UPSTREAM_ERROR where the stream was cut, UPSTREAM_TIMEOUT where it stalled, what an
   * `error` event says, RATE_LIMITED with its wait, CONTENT_FILTERED, CONFLICT while another answer is under way.
   */
  respond(question: {
    agentName: string;
    conversationId: string;
    input: ReplyInput;
    metadata: Record<string, string>;
    signal: AbortSignal;
  }): AsyncIterable<UpstreamReplyEvent>;
  /**
   * Goes on reading a response after the event `after`; NOT_FOUND where the service kept nothing. `text` is what the
   * reader has of the answer: with it, a service that begins again from a snapshot repeats nothing.
   */
  resume(position: {
    responseId: string;
    after: number;
    text?: string;
    signal: AbortSignal;
  }): AsyncIterable<UpstreamReplyEvent>;
  /** How the response ended; null while it runs. */
  read(responseId: string): Promise<ReplyEnd | null>;
  /** Ends a running response; one that has ended stays as it is. */
  cancel(responseId: string): Promise<void>;
};
