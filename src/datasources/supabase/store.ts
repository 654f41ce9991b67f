import type { AuditEvent, AuditFilter, NewAuditEvent } from '../../domain/audit.ts';
import type { Caller } from '../../domain/callers.ts';
import type { Agent, Message, Session } from '../../domain/chat.ts';
import type { Page, PageRequest } from '../../domain/paging.ts';
import type { StoredUser } from '../../domain/users.ts';

/** What may be changed of a reply while it runs. */
export type ReplyUpdate = Partial<
  Pick<
    Message,
    | 'status'
    | 'content'
    | 'completedAt'
    | 'citations'
    | 'usage'
    | 'error'
    | 'pendingApprovals'
    | 'pendingConsents'
    | 'responseId'
    | 'position'
  >
>;

/**
 * What mlgraph remembers, as one person: every row is theirs, for the database itself lets them see no other
 * (row-level security by a short-lived token in their name). A missing row and somebody else's are both null.
 * All throw MlgraphError.
 */
export type Store = {
  /** Creates or refreshes the caller's own row; `role` ADMIN is the app role or the stored one. */
  see(caller: Caller): Promise<StoredUser>;

  /** The caller's copy of the agents. */
  listAgents(): Promise<Agent[]>;
  getAgent(name: string): Promise<Agent | null>;
  /** Replaces the caller's copy. */
  replaceAgents(agents: Agent[]): Promise<{ added: number; removed: number }>;

  createSession(session: {
    title: string;
    agentName: string;
    conversationId: string | null;
  }): Promise<Session>;
  getSession(key: string): Promise<Session | null>;
  /** Last used first. */
  listSessions(filter: { agentName?: string | null }, page: PageRequest): Promise<Page<Session>>;
  updateSession(key: string, change: { title?: string; conversationId?: string }): Promise<void>;
  /** With its messages. False where there was none. */
  deleteSession(key: string): Promise<boolean>;

  /**
   * Stores a user message with its pending reply, atomically. Null where the session has an open reply already;
   * a repeated clientMessageId gives the pair there is (`repeated`).
   */
  addExchange(exchange: {
    sessionKey: string;
    content: string;
    clientMessageId: string | null;
  }): Promise<{ message: Message; reply: Message; repeated: boolean } | null>;
  getMessage(key: string): Promise<Message | null>;
  latestReply(sessionKey: string): Promise<Message | null>;
  /** Replies that are open, of this caller: to be settled after a restart. */
  openReplies(): Promise<Message[]>;
  updateReply(key: string, change: ReplyUpdate): Promise<void>;
  listMessages(sessionKey: string, page: PageRequest & { backward?: boolean }): Promise<Page<Message>>;

  /** Administrators only; the database refuses others. */
  listUsers(page: PageRequest): Promise<Page<StoredUser>>;
  /** To others than administrators, of all people they alone are there. */
  getUser(key: string): Promise<StoredUser | null>;
  listAuditEvents(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEvent>>;
  /** Null for a missing one, and to others than administrators. */
  getAuditEvent(id: string): Promise<AuditEvent | null>;
};

/** The few jobs that have no person: by the service role. */
export type StoreService = {
  appendAudit(events: NewAuditEvent[]): Promise<void>;
  probe(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
};
