import type { ApiKey, FoundApiKey, NewApiKey, UsageBatch, UsageDay } from '../../domain/api-keys.ts';
import type { AuditEvent, AuditFilter, NewAuditEvent } from '../../domain/audit.ts';
import type { Caller } from '../../domain/callers.ts';
import type { Agent, Message, Session, ToolApproval } from '../../domain/chat.ts';
import type { ActAs, GenieMessagePlace } from '../../domain/genie.ts';
import type { Page, PageRequest } from '../../domain/paging.ts';
import type { RunError, RunStatus } from '../../domain/runs.ts';
import type { NewUser, StoredUser } from '../../domain/users.ts';

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
  /** @throws NOT_FOUND */
  updateReply(key: string, change: ReplyUpdate): Promise<void>;
  /** Several in one call, each whole or none at all. Gives the keys of those that are there. */
  updateReplies(changes: readonly { key: string; change: ReplyUpdate }[]): Promise<ReadonlySet<string>>;
  /**
   * Decides one approval that a reply waits for; one that is decided stays so. Gives all of the reply's as they are then:
   * of several at once each counts, whoever sends them. Null where the reply does not wait for approval.
   */
  decideApproval(
    key: string,
    decision: { id: ToolApproval['id']; approve: boolean; reason: string | null },
  ): Promise<ToolApproval[] | null>;
  /** Has a reply go on from the wait that it was read in: of several at once for one. Null for all others. */
  continueReply(reply: Pick<Message, 'key' | 'position'>): Promise<Message | null>;
  listMessages(sessionKey: string, page: PageRequest & { backward?: boolean }): Promise<Page<Message>>;

  /** A conversation with Genie that the caller began here. Null for a missing one and for somebody else's. */
  getConversation(home: string, conversationKey: string): Promise<StoredConversation | null>;
  /** Those of one space, newest first. */
  listConversations(home: string, spaceKey: string, page: PageRequest): Promise<Page<StoredConversation>>;
  /** Adds it, or its title where it is there. */
  rememberConversation(conversation: Omit<StoredConversation, 'createdAt'>): Promise<void>;
  /**
   * Takes a clientMessageId for one question. `taken`: it is the caller's first with this id; else what is stored of
   * it: `place` is null while it is being asked. Another `contentHash` under the same id is told by `sameContent`.
   */
  claimQuestion(claim: {
    clientMessageId: string;
    contentHash: string;
  }): Promise<{ taken: true } | { taken: false; sameContent: boolean; place: GenieMessagePlace | null }>;
  /** Where the claimed question stands upstream; null gives the id free again, for a question that was not asked. */
  settleQuestion(clientMessageId: string, place: GenieMessagePlace | null): Promise<void>;

  /**
   * Remembers a run before it is submitted. A repeated `clientRunId` gives the one there is (`repeated`), with its
   * `contentHash` to compare.
   */
  addServiceRun(run: NewServiceRun): Promise<{ run: StoredServiceRun; repeated: boolean }>;
  getServiceRun(key: string): Promise<StoredServiceRun | null>;
  /** The one that a clientRunId was used for. */
  findServiceRun(clientRunId: string): Promise<StoredServiceRun | null>;
  updateServiceRun(key: string, change: ServiceRunUpdate): Promise<void>;
  /** The caller's own, newest first by (createdAt, key); those strictly behind `after`. At most `limit` (1 to 101). */
  listServiceRuns(query: {
    service: string;
    status?: RunStatus[] | null;
    createdAfter?: Date | null;
    createdBefore?: Date | null;
    after: { createdAt: Date; key: string } | null;
    limit: number;
  }): Promise<StoredServiceRun[]>;
  /** The caller's runs that made these artifacts of one service; batched. */
  serviceRunsOf(service: string, artifactKeys: readonly string[]): Promise<StoredServiceRun[]>;

  createApiKey(key: NewApiKey): Promise<ApiKey>;
  /** One that the caller made or is; to administrators any. Null for a missing one and for somebody else's. */
  getApiKey(key: string): Promise<ApiKey | null>;
  /** Of those, newest first. */
  listApiKeys(page: PageRequest): Promise<Page<ApiKey>>;
  /** The secret that it replaces is good until `graceUntil`. Null where it is revoked, or not the caller's. */
  rotateApiKey(
    key: Pick<ApiKey, 'key' | 'owner'>,
    change: { hash: string; prefix: string; graceUntil: Date },
  ): Promise<ApiKey | null>;
  /** Null where it is revoked already, or not the caller's. */
  revokeApiKey(key: Pick<ApiKey, 'key' | 'owner'>, at: Date): Promise<ApiKey | null>;
  /** By day, oldest first, from `since` (such as `2026-11-30`) on; days without use are left out. Batched. */
  apiKeyUsage(key: string, since: string): Promise<UsageDay[]>;

  /** Administrators only; the database refuses others. CONFLICT for somebody who is there already. */
  createUser(user: NewUser): Promise<StoredUser>;
  /** Administrators only; the database refuses others. */
  listUsers(page: PageRequest): Promise<Page<StoredUser>>;
  /** To others than administrators, of all people they alone are there. */
  getUser(key: string): Promise<StoredUser | null>;
  listAuditEvents(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEvent>>;
  /** Null for a missing one, and to others than administrators. */
  getAuditEvent(id: string): Promise<AuditEvent | null>;
};

export type StoredConversation = {
  home: string;
  spaceKey: string;
  conversationKey: string;
  as: ActAs;
  title: string | null;
  createdAt: Date;
};

/** A Chapkit job that was started here, as it was last seen. Keys as in ServiceRun. */
export type StoredServiceRun = {
  key: string;
  kind: 'TRAINING' | 'PREDICTION';
  service: string;
  configKey: string | null;
  modelKey: string | null;
  jobKey: string | null;
  artifactKey: string | null;
  clientRunId: string | null;
  contentHash: string | null;
  status: RunStatus;
  rawStatus: string;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  createdBy: string | null;
  error: RunError | null;
};
export type NewServiceRun = Pick<
  StoredServiceRun,
  'kind' | 'service' | 'configKey' | 'modelKey' | 'clientRunId' | 'contentHash' | 'createdBy'
>;
export type ServiceRunUpdate = Partial<
  Pick<
    StoredServiceRun,
    'jobKey' | 'artifactKey' | 'status' | 'rawStatus' | 'startedAt' | 'finishedAt' | 'error'
  >
>;

/** The few jobs that have no person: by the service role. */
export type StoreService = {
  appendAudit(events: NewAuditEvent[]): Promise<void>;
  /** The key whose secret, or the one before it while its grace lasts, has this hash. Revoked and expired ones too. */
  findApiKey(hash: string): Promise<FoundApiKey | null>;
  /** Adds up what was counted; the same batch again changes nothing. */
  countUsage(batch: UsageBatch): Promise<void>;
  probe(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
};
