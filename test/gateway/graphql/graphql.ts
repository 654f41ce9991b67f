/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/**
 * On whose behalf: the signed-in user's, or the application's own identity, which sees past the user's row filters.
 * Default: USER for a person, APP for a service; a person may say APP only where the operator allows it. A conversation keeps
 * the identity it began with, and an APP conversation still belongs to the caller who began it.
 */
export type ActAs =
  | 'APP'
  | 'USER';

/** What to ask, and where. */
export type AskGenieInput = {
  /** On whose behalf. */
  as?: ActAs | null | undefined;
  /** The same again, by the same caller, returns the first answer; with other content, CONFLICT. */
  clientMessageId?: string | null | undefined;
  /** To ask on in it; without, a new one is begun. */
  conversationId?: string | number | null | undefined;
  /** In words; not blank. */
  question: string;
  /** Of a GenieSpace. */
  spaceId: string | number;
};

/** Which events. */
export type AuditFilter = {
  /** Of this kind. */
  action?: string | null | undefined;
  /** By this actor, as an event's `actor` says it. */
  actor?: string | null | undefined;
  /** At this time or later. */
  since?: string | null | undefined;
  /** Before this time. */
  until?: string | null | undefined;
};

/** What to learn. */
export type AutoMlTask =
  | 'CLASSIFICATION'
  | 'FORECASTING'
  | 'REGRESSION';

/** A new configuration. */
export type CreateConfigInput = {
  /** Checked against the service's configSchema. */
  data: unknown;
  /** For people. */
  name: string;
  /** Of a Service. */
  serviceId: string | number;
  /** Letters, digits, - and _; at most 50. */
  tags?: Array<string> | null | undefined;
};

/** Whom to talk to. */
export type CreateSessionInput = {
  /** Of an Agent. */
  agentId: string | number;
  /** Without it, the first words of the first message. */
  title?: string | null | undefined;
};

/** `type` and `tag` are those of the data asset, not of a version; an upload writes its tags on both. */
export type DatasetFilter = {
  /** Archived ones too. */
  includeArchived?: boolean | null | undefined;
  /** Part of the name, in any letter case. */
  nameContains?: string | null | undefined;
  /** Only those that carry this tag with this value. */
  tag?: TagInput | null | undefined;
  /** Only this type. */
  type?: DatasetType | null | undefined;
};

/** A file, a folder of files, or a table with columns. */
export type DatasetType =
  | 'FILE'
  | 'FOLDER'
  | 'TABLE';

/** The decision on one tool call. */
export type DecideToolApprovalInput = {
  /** Of one of its pendingApprovals. */
  approvalId: string | number;
  /** Whether the tool may be used. */
  approve: boolean;
  /** Of the reply that waits. */
  messageId: string | number;
  /** For the agent. */
  reason?: string | null | undefined;
};

/** `extensions.code` of every error. Beside it, where they apply: upstream, retryAfterSeconds, claims, consentUrl, field, requestId. */
export type ErrorCode =
  /** The operation or its arguments; `field` names what was refused. */
  | 'BAD_USER_INPUT'
  /** It clashes with what is there. */
  | 'CONFLICT'
  /** Refused by the upstream's content policy: other words, not another try. */
  | 'CONTENT_FILTERED'
  /** `after` names an event that is no longer kept: read the present state and subscribe without it. */
  | 'CURSOR_EXPIRED'
  /** Known who asks, and not allowed. */
  | 'FORBIDDEN'
  /** The identity provider wants the person: MFA (`claims` is what to pass to the sign-in) or consent (`consentUrl`). */
  | 'INTERACTION_REQUIRED'
  /** A fault of this gateway; it is logged under `requestId`. */
  | 'INTERNAL'
  /** There is none, or none for this caller. */
  | 'NOT_FOUND'
  /** The operation costs more than one may. */
  | 'QUERY_TOO_COMPLEX'
  /** Too often; `retryAfterSeconds` says when again. */
  | 'RATE_LIMITED'
  /** No credential, or one that does not verify (HTTP 401). */
  | 'UNAUTHENTICATED'
  /** The upstream answered what its contract does not allow. */
  | 'UPSTREAM_ERROR'
  /** This gateway has no such upstream. */
  | 'UPSTREAM_NOT_CONFIGURED'
  /** The upstream did not answer within its deadline. */
  | 'UPSTREAM_TIMEOUT'
  /** The upstream is down or refuses work; another try may succeed. */
  | 'UPSTREAM_UNAVAILABLE';

/** Steps may be skipped or come again. Final: COMPLETED, FAILED, CANCELED (Genie writes CANCELLED), QUERY_RESULT_EXPIRED (rerunGenieQuery brings the rows back). */
export type GenieStatus =
  | 'ASKING_AI'
  | 'CANCELED'
  | 'COMPLETED'
  | 'EXECUTING_QUERY'
  | 'FAILED'
  | 'FETCHING_METADATA'
  | 'FILTERING_CONTEXT'
  | 'PENDING_WAREHOUSE'
  | 'QUERY_RESULT_EXPIRED'
  | 'SUBMITTED'
  | 'UNKNOWN';

/** DEGRADED: some upstreams answer, some do not. */
export type HealthStatus =
  | 'DEGRADED'
  | 'HEALTHY'
  | 'NOT_CONFIGURED'
  | 'UNHEALTHY';

/** For which service: exactly one of the two. */
export type InitServiceKeyInput = {
  /** Of a Service. */
  serviceId?: string | number | null | undefined;
  /** Its systemName, or a name that only one service has. */
  serviceName?: string | null | undefined;
};

/** Who wrote it: the person, or the agent. */
export type MessageRole =
  | 'ASSISTANT'
  | 'USER';

/** INCOMPLETE: cut by the token limit or the content filter. */
export type MessageStatus =
  | 'CANCELED'
  | 'COMPLETED'
  | 'FAILED'
  | 'INCOMPLETE'
  | 'PENDING'
  | 'STREAMING'
  | 'WAITING_FOR_APPROVAL'
  | 'WAITING_FOR_CONSENT';

/** Which models. */
export type ModelFilter = {
  /** Part of the name, in any letter case. */
  nameContains?: string | null | undefined;
  /** Of these platforms. */
  provider?: Array<Provider> | null | undefined;
  /** Of the service with this systemName. */
  service?: string | null | undefined;
};

/** What to predict. */
export type PredictInput = {
  /** The same again, by the same caller, returns the first run; with other content, CONFLICT. */
  clientRunId?: string | null | undefined;
  /** The rows to predict for. */
  future: TableInput;
  /** A GeoJSON FeatureCollection. */
  geo?: unknown;
  /** What happened before; no rows without it. */
  historic?: TableInput | null | undefined;
  /** Of a ServiceModel. */
  modelId: string | number;
};

/** The platforms behind this API. It will grow: keep a default branch. */
export type Provider =
  | 'AZURE_FOUNDRY'
  | 'AZURE_ML'
  | 'CHAPKIT'
  | 'DATABRICKS'
  | 'LOCAL'
  | 'THREESCALE';

/** What the caller thinks of an answer. */
export type RateGenieAnswerInput = {
  /** For the space's owner. */
  comment?: string | null | undefined;
  /** Of a GenieMessage. */
  messageId: string | number;
  /** NONE takes it back. */
  rating: Rating;
};

/** What the caller thinks of an answer. */
export type Rating =
  | 'NEGATIVE'
  | 'NONE'
  | 'POSITIVE';

/** `runId`: a trial, or an AutoML run for its best trial. */
export type RegisterModelInput = {
  /** Free text. */
  description?: string | null | undefined;
  /** Of the model; new, or one to add a version to. */
  name: string;
  /** Of the run whose model to register. */
  runId: string | number;
  /** Set on the version. */
  tags?: Array<TagInput> | null | undefined;
};

/** Which runs. A filter that lists values means any of them. */
export type RunFilter = {
  /** Made at this time or later. */
  createdAfter?: string | null | undefined;
  /** Made before this time. */
  createdBefore?: string | null | undefined;
  /** Of the experiment with this name. */
  experiment?: string | null | undefined;
  /** Of these platforms. */
  provider?: Array<Provider> | null | undefined;
  /** Of the service with this systemName. */
  service?: string | null | undefined;
  /** In one of these states. */
  status?: Array<RunStatus> | null | undefined;
};

/**
 * Final: COMPLETED, FAILED, CANCELED. UNKNOWN is a word that the gateway does not know: not final.
 * A job that a restarted service has forgotten is COMPLETED if its artifact exists, else FAILED with error code LOST.
 */
export type RunStatus =
  | 'CANCELED'
  | 'CANCELING'
  | 'COMPLETED'
  | 'FAILED'
  | 'FINALIZING'
  | 'PAUSED'
  | 'PENDING'
  | 'PREPARING'
  | 'RUNNING'
  | 'UNKNOWN'
  | 'UNRESPONSIVE';

/** What a caller may do. A member has all but ADMIN, an administrator all, a service those of its key. */
export type Scope =
  | 'ADMIN'
  | 'CHAT'
  | 'DEPLOY'
  | 'KEYS'
  | 'PREDICT'
  | 'READ'
  | 'TRAIN';

/** What to say, and where. */
export type SendMessageInput = {
  /** The same again in the session returns the first answer; with other content, CONFLICT. */
  clientMessageId?: string | null | undefined;
  /** The text; not blank. */
  content: string;
  /** Of a Session. */
  sessionId: string | number;
};

/** How a service wants to be called. */
export type ServiceAuth =
  | 'API_KEY'
  | 'APP_ID_AND_KEY'
  | 'NONE'
  | 'OAUTH'
  | 'OPENID_CONNECT';

/** Which sessions. */
export type SessionFilter = {
  /** With this agent. */
  agentId?: string | number | null | undefined;
};

/** What AutoML should learn, from what, and how much it may try. */
export type StartExperimentInput = {
  /** Only these. Not together with blockedAlgorithms. */
  allowedAlgorithms?: Array<string> | null | undefined;
  /** Not these. Not together with allowedAlgorithms. */
  blockedAlgorithms?: Array<string> | null | undefined;
  /** The same again, by the same caller, returns the first run; with other content, CONFLICT. */
  clientRunId?: string | null | undefined;
  /** Without it, serverless. */
  compute?: string | null | undefined;
  /** Folds, at least 2. */
  crossValidations?: number | null | undefined;
  /** A TABLE. */
  datasetId: string | number;
  /** For people. */
  displayName?: string | null | undefined;
  /** Name of the group; made when new. */
  experiment: string;
  /** Forecasting: how many steps ahead. */
  horizon?: number | null | undefined;
  /** 2 without. */
  maxConcurrentTrials?: number | null | undefined;
  /** 20 without: the gateway's own limits, not Azure's 1000 trials and 6 hours. */
  maxTrials?: number | null | undefined;
  /** What trials are ranked by, in Azure's word; its default without. */
  primaryMetric?: string | null | undefined;
  /** Set on the run. */
  tags?: Array<TagInput> | null | undefined;
  /** The column to predict. */
  targetColumn: string;
  /** What to learn. */
  task: AutoMlTask;
  /** Forecasting: the column that holds the time. */
  timeColumn?: string | null | undefined;
  /** Forecasting: the columns that tell the series apart. */
  timeSeriesIdColumns?: Array<string> | null | undefined;
  /** 60 without. */
  timeoutMinutes?: number | null | undefined;
  /** Rows to score on; without, some are held out. */
  validationDatasetId?: string | number | null | undefined;
};

/** Rows of data; every row is as long as `columns`. */
export type TableInput = {
  /** Names, each once. */
  columns: Array<string>;
  /** Cells are strings, numbers, booleans or null. */
  rows: Array<Array<unknown>>;
};

/** A tag to set or to look for. */
export type TagInput = {
  /** The name. */
  name: string;
  /** The value. */
  value: string;
};

/** What to train on. */
export type TrainInput = {
  /** The same again, by the same caller, returns the first run; with other content, CONFLICT. */
  clientRunId?: string | null | undefined;
  /** Of one of its ModelConfigs. */
  configId: string | number;
  /** The rows to learn from. */
  data: TableInput;
  /** A GeoJSON FeatureCollection. */
  geo?: unknown;
  /** Of a Service. */
  serviceId: string | number;
};

/** What to change; what is left out stays. */
export type UpdateConfigInput = {
  /** All of it; checked against the service's configSchema. */
  data?: unknown;
  /** Of a ModelConfig. */
  id: string | number;
  /** For people. */
  name?: string | null | undefined;
  /** All of them. */
  tags?: Array<string> | null | undefined;
};

/** A file to store and register. A CSV or TSV becomes a TABLE, anything else a FILE. */
export type UploadDatasetInput = {
  /** Free text. */
  description?: string | null | undefined;
  /** Streamed through to storage, of any size. */
  file: File;
  /** Of the data asset; new, or one to add a version to. */
  name: string;
  /** Written on the asset and on the version. */
  tags?: Array<TagInput> | null | undefined;
  /** Without it, the next free one. */
  version?: string | null | undefined;
};

/** ADMIN by the app role `mlgraph.admin`, or as stored; else MEMBER. */
export type UserRole =
  | 'ADMIN'
  | 'MEMBER';

/** A person with a token, or a service with an API key. */
export type ViewerKind =
  | 'SERVICE'
  | 'USER';

export type GenieSpacesQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type GenieSpacesQuery = { genieSpaces: { nodes: Array<{ id: string, title: string, description: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type AskGenieMutationVariables = Exact<{
  input: AskGenieInput;
}>;


export type AskGenieMutation = { askGenie: { message: { id: string, question: string, status: GenieStatus, createdAt: string, conversation: { id: string, title: string | null } | null } } | null };

export type GenieReplySubscriptionVariables = Exact<{
  messageId: string | number;
  after?: string | null | undefined;
}>;


export type GenieReplySubscription = { genieReply: { cursor: string, at: string, message: { id: string, status: GenieStatus, text: string | null, query: { sql: string } | null, error: { code: string | null, message: string } | null } } };

export type GenieAnswerQueryVariables = Exact<{
  id: string | number;
  maxRows?: number | null | undefined;
}>;


export type GenieAnswerQuery = { node:
    | { id: string, question: string, status: GenieStatus, text: string | null, followUpQuestion: string | null, suggestedQuestions: Array<string>, rating: Rating | null, error: { code: string | null, message: string } | null, conversation: { id: string, title: string | null, space: { id: string, title: string } | null } | null, query: { sql: string, description: string | null, result: { rows: Array<Array<unknown>>, rowCount: number | null, truncated: boolean, columns: Array<{ name: string, type: string }> } | null } | null }
    | Record<PropertyKey, never>
   | null };

export type GenieHistoryQueryVariables = Exact<{
  id: string | number;
}>;


export type GenieHistoryQuery = { node:
    | { conversations: { nodes: Array<{ id: string, title: string | null, createdAt: string | null, messages: { nodes: Array<{ id: string, question: string, status: GenieStatus }> } | null }> } | null }
    | Record<PropertyKey, never>
   | null };

export type RerunGenieQueryMutationVariables = Exact<{
  messageId: string | number;
}>;


export type RerunGenieQueryMutation = { rerunGenieQuery: { message: { id: string, status: GenieStatus } | null } | null };

export type RateGenieAnswerMutationVariables = Exact<{
  input: RateGenieAnswerInput;
}>;


export type RateGenieAnswerMutation = { rateGenieAnswer: { message: { id: string, rating: Rating | null } | null } | null };

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { me: { kind: ViewerKind, scopes: Array<Scope>, tenantId: string | null, issuer: string | null, expiresAt: string | null, user: { id: string, name: string | null, email: string | null, role: UserRole, subject: string | null, createdAt: string, lastSeenAt: string | null } | null } };

export type DatasetsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: DatasetFilter | null | undefined;
}>;


export type DatasetsQuery = { datasets: { nodes: Array<{ id: string, name: string, version: string | null, type: DatasetType, uri: string | null, archived: boolean, createdBy: string | null, tags: Array<{ name: string, value: string }> }>, edges: Array<{ cursor: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type UploadDatasetMutationVariables = Exact<{
  input: UploadDatasetInput;
}>;


export type UploadDatasetMutation = { uploadDataset: { dataset: { id: string, name: string, version: string | null, type: DatasetType, uri: string | null, tags: Array<{ name: string, value: string }> } } | null };

export type StartExperimentMutationVariables = Exact<{
  input: StartExperimentInput;
}>;


export type StartExperimentMutation = { startExperiment: { run: { id: string, name: string, status: RunStatus, task: AutoMlTask | null, targetColumn: string | null, primaryMetric: string | null, experiment: { name: string } | null, dataset: { id: string, name: string, version: string | null } | null } } | null };

export type RunStatusChangesSubscriptionVariables = Exact<{
  id: string | number;
  after?: string | null | undefined;
}>;


export type RunStatusChangesSubscription = { runStatus: { cursor: string, at: string, status: RunStatus, previousStatus: RunStatus | null, completedTrials: number | null, totalTrials: number | null, bestScore: number | null, run:
      | { id: string, name: string, status: RunStatus }
      | { id: string, name: string, status: RunStatus }
      | { id: string, name: string, status: RunStatus }
      | { id: string, name: string, status: RunStatus }
      | { id: string, name: string, status: RunStatus }
     } };

export type RunLogsSubscriptionVariables = Exact<{
  id: string | number;
  after?: string | null | undefined;
}>;


export type RunLogsSubscription = { runLogs: { text: string, cursor: string, complete: boolean } };

export type TrialsQueryVariables = Exact<{
  id: string | number;
}>;


export type TrialsQuery = { node:
    | { id: string, status: RunStatus, durationSeconds: number | null, createdBy: string | null, primaryMetric: string | null, bestTrial: { id: string, algorithm: string | null, score: number | null } | null, trials: { nodes: Array<{ id: string, name: string, algorithm: string | null, score: number | null, status: RunStatus, metrics: Array<{ name: string, value: number | null }> | null }> } | null, models: Array<
        | { id: string, name: string, version: string | null }
        | { id: string, name: string, version: string | null }
      > | null }
    | Record<PropertyKey, never>
   | null };

export type RegisterModelMutationVariables = Exact<{
  input: RegisterModelInput;
}>;


export type RegisterModelMutation = { registerModel: { model: { id: string, name: string, version: string | null, format: string | null, uri: string | null, run:
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
       | null } } | null };

export type ModelsQueryVariables = Exact<{ [key: string]: never; }>;


export type ModelsQuery = { models: { nodes: Array<
      | { id: string, name: string, version: string | null, provider: Provider, run:
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
         | null }
      | { id: string, name: string, version: string | null, provider: Provider, run:
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
         | null }
    >, sources: Array<{ provider: Provider, ok: boolean, code: ErrorCode | null }> } | null };

export type RunsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: RunFilter | null | undefined;
}>;


export type RunsQuery = { runs: { nodes: Array<
      | { id: string, name: string, status: RunStatus, createdAt: string | null, provider: Provider }
      | { id: string, name: string, status: RunStatus, createdAt: string | null, provider: Provider }
      | { id: string, name: string, status: RunStatus, createdAt: string | null, provider: Provider }
      | { id: string, name: string, status: RunStatus, createdAt: string | null, provider: Provider }
      | { id: string, name: string, status: RunStatus, createdAt: string | null, provider: Provider }
    >, pageInfo: { hasNextPage: boolean, endCursor: string | null }, sources: Array<{ provider: Provider, ok: boolean, code: ErrorCode | null, message: string | null }> } | null };

export type CancelRunMutationVariables = Exact<{
  id: string | number;
}>;


export type CancelRunMutation = { cancelRun: { run:
      | { id: string, status: RunStatus }
      | { id: string, status: RunStatus }
      | { id: string, status: RunStatus }
      | { id: string, status: RunStatus }
      | { id: string, status: RunStatus }
     | null } | null };

export type AgentsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type AgentsQuery = { agents: { nodes: Array<{ id: string, name: string, version: string | null, enabled: boolean, description: string | null, model: string | null, tools: Array<string>, createdAt: string | null, syncedAt: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type CreateSessionMutationVariables = Exact<{
  input: CreateSessionInput;
}>;


export type CreateSessionMutation = { createSession: { session: { id: string, title: string, createdAt: string, updatedAt: string, agent: { name: string } | null } } | null };

export type DeleteSessionMutationVariables = Exact<{
  id: string | number;
}>;


export type DeleteSessionMutation = { deleteSession: { id: string } | null };

export type SessionsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: SessionFilter | null | undefined;
}>;


export type SessionsQuery = { sessions: { nodes: Array<{ id: string, title: string, agent: { name: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type HistoryQueryVariables = Exact<{
  id: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type HistoryQuery = { node:
    | { id: string, title: string, messages: { nodes: Array<{ id: string, role: MessageRole, status: MessageStatus, content: string, streamCursor: string | null, completedAt: string | null, usage: { inputTokens: number, outputTokens: number, totalTokens: number } | null, error: { code: string | null, message: string } | null, citations: Array<{ url: string | null }>, pendingApprovals: Array<{ id: string, toolName: string }>, pendingConsents: Array<{ id: string, url: string }> }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null }
    | Record<PropertyKey, never>
   | null };

export type SendMessageMutationVariables = Exact<{
  input: SendMessageInput;
}>;


export type SendMessageMutation = { sendMessage: { message: { id: string, role: MessageRole, status: MessageStatus, content: string }, reply: { id: string, role: MessageRole, status: MessageStatus, content: string, streamCursor: string | null } } | null };

export type CancelReplyMutationVariables = Exact<{
  messageId: string | number;
}>;


export type CancelReplyMutation = { cancelReply: { reply: { id: string, status: MessageStatus, content: string } } | null };

export type DecideToolApprovalMutationVariables = Exact<{
  input: DecideToolApprovalInput;
}>;


export type DecideToolApprovalMutation = { decideToolApproval: { reply: { id: string, status: MessageStatus, pendingApprovals: Array<{ id: string }> } } | null };

export type ResumeReplyMutationVariables = Exact<{
  messageId: string | number;
}>;


export type ResumeReplyMutation = { resumeReply: { reply: { id: string, status: MessageStatus } } | null };

export type ChatReplySubscriptionVariables = Exact<{
  sessionId: string | number;
  after?: string | null | undefined;
}>;


export type ChatReplySubscription = { chatReply:
    | { __typename: 'ConsentRequired', cursor: string, messageId: string, at: string, consent: { id: string, url: string } }
    | { __typename: 'ReplyCompleted', cursor: string, messageId: string, at: string, message: { id: string, status: MessageStatus, content: string, usage: { totalTokens: number } | null, error: { code: string | null } | null } }
    | { __typename: 'ReplyDelta', text: string, cursor: string, messageId: string, at: string }
    | { __typename: 'ReplyFailed', code: ErrorCode, reason: string, retryAfterSeconds: number | null, cursor: string, messageId: string, at: string }
    | { __typename: 'ReplyStarted', cursor: string, messageId: string, at: string }
    | { __typename: 'ToolApprovalRequested', cursor: string, messageId: string, at: string, approval: { id: string, toolName: string, serverLabel: string | null, arguments: string | null } }
   };

export type AuditEventsQueryVariables = Exact<{
  first?: number | null | undefined;
  filter?: AuditFilter | null | undefined;
}>;


export type AuditEventsQuery = { auditEvents: { nodes: Array<{ id: string, at: string, actor: string, actorKind: ViewerKind, action: string, target: string | null, outcome: string, upstream: Provider | null, requestId: string | null }> } | null };

export type ServicesQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ServicesQuery = { services: { nodes: Array<{ id: string, systemName: string, name: string, provider: Provider, description: string | null, endpoint: string | null, authMethod: ServiceAuth, configSchema: unknown, health: { name: string, status: HealthStatus } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, sources: Array<{ provider: Provider, service: string | null, ok: boolean, code: ErrorCode | null, message: string | null }> } | null };

export type ServiceByNameQueryVariables = Exact<{
  name: string;
}>;


export type ServiceByNameQuery = { service: { id: string, systemName: string, configs: { nodes: Array<{ id: string, name: string, data: unknown, tags: Array<string> }> } | null, artifacts: { nodes: Array<{ id: string, level: number, type: string | null, parent: { id: string } | null, children: Array<{ id: string }> | null }> } | null, runs: { nodes: Array<
        | { id: string, status: RunStatus }
        | { id: string, status: RunStatus }
        | { id: string, status: RunStatus }
        | { id: string, status: RunStatus }
        | { id: string, status: RunStatus }
      >, sources: Array<{ ok: boolean }> } | null, models: { nodes: Array<
        | { id: string, name: string, provider: Provider }
        | { id: string, name: string, provider: Provider }
      >, sources: Array<{ service: string | null, ok: boolean }> } | null } | null };

export type CreateConfigMutationVariables = Exact<{
  input: CreateConfigInput;
}>;


export type CreateConfigMutation = { createConfig: { config: { id: string, name: string, data: unknown, tags: Array<string>, createdAt: string, service: { systemName: string } | null } } | null };

export type UpdateConfigMutationVariables = Exact<{
  input: UpdateConfigInput;
}>;


export type UpdateConfigMutation = { updateConfig: { config: { id: string, name: string, data: unknown, tags: Array<string> } } | null };

export type DeleteConfigMutationVariables = Exact<{
  id: string | number;
}>;


export type DeleteConfigMutation = { deleteConfig: { id: string } | null };

export type DeleteArtifactMutationVariables = Exact<{
  id: string | number;
}>;


export type DeleteArtifactMutation = { deleteArtifact: { id: string } | null };

export type TrainMutationVariables = Exact<{
  input: TrainInput;
}>;


export type TrainMutation = { train: { run: { id: string, provider: Provider, status: RunStatus, createdBy: string | null, service: { systemName: string } | null, artifact: { id: string } | null } } | null };

export type PredictMutationVariables = Exact<{
  input: PredictInput;
}>;


export type PredictMutation = { predict: { run: { id: string, status: RunStatus } } | null };

export type ServiceRunQueryVariables = Exact<{
  id: string | number;
}>;


export type ServiceRunQuery = { node:
    | { __typename: 'Agent' }
    | { __typename: 'ApiKey' }
    | { __typename: 'Artifact' }
    | { __typename: 'AuditEvent' }
    | { __typename: 'AutoMLRun', id: string, provider: Provider, name: string, status: RunStatus, rawStatus: string, createdAt: string | null, startedAt: string | null, finishedAt: string | null, durationSeconds: number | null, createdBy: string | null, error: { code: string | null, message: string } | null, logs: { text: string, complete: boolean } | null, models: Array<
        | { __typename: 'RegisteredModel', id: string, name: string }
        | { __typename: 'ServiceModel', id: string, name: string }
      > | null }
    | { __typename: 'Compute' }
    | { __typename: 'Dataset' }
    | { __typename: 'Experiment' }
    | { __typename: 'GenieConversation' }
    | { __typename: 'GenieMessage' }
    | { __typename: 'GenieSpace' }
    | { __typename: 'JobRun', id: string, provider: Provider, name: string, status: RunStatus, rawStatus: string, createdAt: string | null, startedAt: string | null, finishedAt: string | null, durationSeconds: number | null, createdBy: string | null, error: { code: string | null, message: string } | null, logs: { text: string, complete: boolean } | null, models: Array<
        | { __typename: 'RegisteredModel', id: string, name: string }
        | { __typename: 'ServiceModel', id: string, name: string }
      > | null }
    | { __typename: 'Message' }
    | { __typename: 'ModelConfig' }
    | { __typename: 'PredictionRun', id: string, provider: Provider, name: string, status: RunStatus, rawStatus: string, createdAt: string | null, startedAt: string | null, finishedAt: string | null, durationSeconds: number | null, createdBy: string | null, error: { code: string | null, message: string } | null, logs: { text: string, complete: boolean } | null, models: Array<
        | { __typename: 'RegisteredModel', id: string, name: string }
        | { __typename: 'ServiceModel', id: string, name: string }
      > | null, artifact: { id: string, level: number, parent: { id: string } | null } | null, predictions: { rows: Array<Array<unknown>>, rowCount: number | null, truncated: boolean, columns: Array<{ name: string, type: string }> } | null }
    | { __typename: 'RegisteredModel' }
    | { __typename: 'RoleAssignment' }
    | { __typename: 'Service' }
    | { __typename: 'ServiceKey' }
    | { __typename: 'ServiceModel' }
    | { __typename: 'Session' }
    | { __typename: 'TrainingRun', id: string, provider: Provider, name: string, status: RunStatus, rawStatus: string, createdAt: string | null, startedAt: string | null, finishedAt: string | null, durationSeconds: number | null, createdBy: string | null, error: { code: string | null, message: string } | null, logs: { text: string, complete: boolean } | null, models: Array<
        | { __typename: 'RegisteredModel', id: string, name: string }
        | { __typename: 'ServiceModel', id: string, name: string }
      > | null, artifact: { id: string, level: number, type: string | null, data: unknown } | null }
    | { __typename: 'TrialRun', id: string, provider: Provider, name: string, status: RunStatus, rawStatus: string, createdAt: string | null, startedAt: string | null, finishedAt: string | null, durationSeconds: number | null, createdBy: string | null, error: { code: string | null, message: string } | null, logs: { text: string, complete: boolean } | null, models: Array<
        | { __typename: 'RegisteredModel', id: string, name: string }
        | { __typename: 'ServiceModel', id: string, name: string }
      > | null }
    | { __typename: 'User' }
   | null };

export type AllRunsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: RunFilter | null | undefined;
}>;


export type AllRunsQuery = { runs: { nodes: Array<
      | { __typename: 'AutoMLRun', id: string, provider: Provider, status: RunStatus, createdAt: string | null }
      | { __typename: 'JobRun', id: string, provider: Provider, status: RunStatus, createdAt: string | null }
      | { __typename: 'PredictionRun', id: string, provider: Provider, status: RunStatus, createdAt: string | null }
      | { __typename: 'TrainingRun', id: string, provider: Provider, status: RunStatus, createdAt: string | null }
      | { __typename: 'TrialRun', id: string, provider: Provider, status: RunStatus, createdAt: string | null }
    >, pageInfo: { hasNextPage: boolean, endCursor: string | null }, sources: Array<{ provider: Provider, service: string | null, ok: boolean, code: ErrorCode | null, message: string | null, retryAfterSeconds: number | null }> } | null };

export type AllModelsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: ModelFilter | null | undefined;
}>;


export type AllModelsQuery = { models: { nodes: Array<
      | { __typename: 'RegisteredModel', id: string, provider: Provider, name: string, createdAt: string | null, run:
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
         | null }
      | { __typename: 'ServiceModel', id: string, provider: Provider, name: string, createdAt: string | null, service: { systemName: string } | null, artifact: { id: string } | null, run:
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
          | { id: string }
         | null }
    >, pageInfo: { hasNextPage: boolean, endCursor: string | null }, sources: Array<{ provider: Provider, service: string | null, ok: boolean, code: ErrorCode | null, message: string | null }> } | null };

export type KeysQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type KeysQuery = { services: { nodes: Array<{ id: string, systemName: string, name: string, provider: Provider, endpoint: string | null, authMethod: ServiceAuth, hasKey: boolean | null, key: { id: string, state: string, plan: string | null, appId: string | null, prefix: string | null, createdAt: string | null, service: { systemName: string } | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, sources: Array<{ provider: Provider, ok: boolean, code: ErrorCode | null, message: string | null }> } | null };

export type KeyOfQueryVariables = Exact<{
  name: string;
}>;


export type KeyOfQuery = { service: { id: string, systemName: string, provider: Provider, endpoint: string | null, authMethod: ServiceAuth, hasKey: boolean | null, key: { id: string, state: string } | null } | null };

export type ServiceKeyByIdQueryVariables = Exact<{
  id: string | number;
}>;


export type ServiceKeyByIdQuery = { node:
    | { id: string, state: string, prefix: string | null, service: { systemName: string } | null }
    | Record<PropertyKey, never>
   | null };

export type InitServiceKeyMutationVariables = Exact<{
  input: InitServiceKeyInput;
}>;


export type InitServiceKeyMutation = { initServiceKey: { secret: string | null, isNew: boolean, plan: string | null, service: { id: string, systemName: string, hasKey: boolean | null }, key: { id: string, state: string, prefix: string | null, appId: string | null, service: { systemName: string } | null } } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const GenieSpacesDocument = new TypedDocumentString(`
    query GenieSpaces($first: Int, $after: String) {
  genieSpaces(first: $first, after: $after) {
    nodes {
      id
      title
      description
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<GenieSpacesQuery, GenieSpacesQueryVariables>;
export const AskGenieDocument = new TypedDocumentString(`
    mutation AskGenie($input: AskGenieInput!) {
  askGenie(input: $input) {
    message {
      id
      question
      status
      createdAt
      conversation {
        id
        title
      }
    }
  }
}
    `) as unknown as TypedDocumentString<AskGenieMutation, AskGenieMutationVariables>;
export const GenieReplyDocument = new TypedDocumentString(`
    subscription GenieReply($messageId: ID!, $after: String) {
  genieReply(messageId: $messageId, after: $after) {
    cursor
    at
    message {
      id
      status
      text
      query {
        sql
      }
      error {
        code
        message
      }
    }
  }
}
    `) as unknown as TypedDocumentString<GenieReplySubscription, GenieReplySubscriptionVariables>;
export const GenieAnswerDocument = new TypedDocumentString(`
    query GenieAnswer($id: ID!, $maxRows: Int) {
  node(id: $id) {
    ... on GenieMessage {
      id
      question
      status
      text
      followUpQuestion
      suggestedQuestions
      rating
      error {
        code
        message
      }
      conversation {
        id
        title
        space {
          id
          title
        }
      }
      query {
        sql
        description
        result(maxRows: $maxRows) {
          columns {
            name
            type
          }
          rows
          rowCount
          truncated
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<GenieAnswerQuery, GenieAnswerQueryVariables>;
export const GenieHistoryDocument = new TypedDocumentString(`
    query GenieHistory($id: ID!) {
  node(id: $id) {
    ... on GenieSpace {
      conversations {
        nodes {
          id
          title
          createdAt
          messages {
            nodes {
              id
              question
              status
            }
          }
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<GenieHistoryQuery, GenieHistoryQueryVariables>;
export const RerunGenieQueryDocument = new TypedDocumentString(`
    mutation RerunGenieQuery($messageId: ID!) {
  rerunGenieQuery(input: { messageId: $messageId }) {
    message {
      id
      status
    }
  }
}
    `) as unknown as TypedDocumentString<RerunGenieQueryMutation, RerunGenieQueryMutationVariables>;
export const RateGenieAnswerDocument = new TypedDocumentString(`
    mutation RateGenieAnswer($input: RateGenieAnswerInput!) {
  rateGenieAnswer(input: $input) {
    message {
      id
      rating
    }
  }
}
    `) as unknown as TypedDocumentString<RateGenieAnswerMutation, RateGenieAnswerMutationVariables>;
export const MeDocument = new TypedDocumentString(`
    query Me {
  me {
    kind
    scopes
    tenantId
    issuer
    expiresAt
    user {
      id
      name
      email
      role
      subject
      createdAt
      lastSeenAt
    }
  }
}
    `) as unknown as TypedDocumentString<MeQuery, MeQueryVariables>;
export const DatasetsDocument = new TypedDocumentString(`
    query Datasets($first: Int, $after: String, $filter: DatasetFilter) {
  datasets(first: $first, after: $after, filter: $filter) {
    nodes {
      id
      name
      version
      type
      uri
      archived
      createdBy
      tags {
        name
        value
      }
    }
    edges {
      cursor
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<DatasetsQuery, DatasetsQueryVariables>;
export const UploadDatasetDocument = new TypedDocumentString(`
    mutation UploadDataset($input: UploadDatasetInput!) {
  uploadDataset(input: $input) {
    dataset {
      id
      name
      version
      type
      uri
      tags {
        name
        value
      }
    }
  }
}
    `) as unknown as TypedDocumentString<UploadDatasetMutation, UploadDatasetMutationVariables>;
export const StartExperimentDocument = new TypedDocumentString(`
    mutation StartExperiment($input: StartExperimentInput!) {
  startExperiment(input: $input) {
    run {
      id
      name
      status
      experiment {
        name
      }
      dataset {
        id
        name
        version
      }
      task
      targetColumn
      primaryMetric
    }
  }
}
    `) as unknown as TypedDocumentString<StartExperimentMutation, StartExperimentMutationVariables>;
export const RunStatusChangesDocument = new TypedDocumentString(`
    subscription RunStatusChanges($id: ID!, $after: String) {
  runStatus(id: $id, after: $after) {
    cursor
    at
    status
    previousStatus
    completedTrials
    totalTrials
    bestScore
    run {
      id
      name
      status
    }
  }
}
    `) as unknown as TypedDocumentString<RunStatusChangesSubscription, RunStatusChangesSubscriptionVariables>;
export const RunLogsDocument = new TypedDocumentString(`
    subscription RunLogs($id: ID!, $after: String) {
  runLogs(id: $id, after: $after) {
    text
    cursor
    complete
  }
}
    `) as unknown as TypedDocumentString<RunLogsSubscription, RunLogsSubscriptionVariables>;
export const TrialsDocument = new TypedDocumentString(`
    query Trials($id: ID!) {
  node(id: $id) {
    ... on AutoMLRun {
      id
      status
      durationSeconds
      createdBy
      primaryMetric
      bestTrial {
        id
        algorithm
        score
      }
      trials(first: 50) {
        nodes {
          id
          name
          algorithm
          score
          status
          metrics {
            name
            value
          }
        }
      }
      models {
        id
        name
        version
      }
    }
  }
}
    `) as unknown as TypedDocumentString<TrialsQuery, TrialsQueryVariables>;
export const RegisterModelDocument = new TypedDocumentString(`
    mutation RegisterModel($input: RegisterModelInput!) {
  registerModel(input: $input) {
    model {
      id
      name
      version
      format
      uri
      run {
        id
        name
      }
    }
  }
}
    `) as unknown as TypedDocumentString<RegisterModelMutation, RegisterModelMutationVariables>;
export const ModelsDocument = new TypedDocumentString(`
    query Models {
  models {
    nodes {
      id
      name
      version
      provider
      run {
        id
      }
    }
    sources {
      provider
      ok
      code
    }
  }
}
    `) as unknown as TypedDocumentString<ModelsQuery, ModelsQueryVariables>;
export const RunsDocument = new TypedDocumentString(`
    query Runs($first: Int, $after: String, $filter: RunFilter) {
  runs(first: $first, after: $after, filter: $filter) {
    nodes {
      id
      name
      status
      createdAt
      provider
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    sources {
      provider
      ok
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RunsQuery, RunsQueryVariables>;
export const CancelRunDocument = new TypedDocumentString(`
    mutation CancelRun($id: ID!) {
  cancelRun(input: { id: $id }) {
    run {
      id
      status
    }
  }
}
    `) as unknown as TypedDocumentString<CancelRunMutation, CancelRunMutationVariables>;
export const AgentsDocument = new TypedDocumentString(`
    query Agents($first: Int, $after: String) {
  agents(first: $first, after: $after) {
    nodes {
      id
      name
      version
      enabled
      description
      model
      tools
      createdAt
      syncedAt
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<AgentsQuery, AgentsQueryVariables>;
export const CreateSessionDocument = new TypedDocumentString(`
    mutation CreateSession($input: CreateSessionInput!) {
  createSession(input: $input) {
    session {
      id
      title
      agent {
        name
      }
      createdAt
      updatedAt
    }
  }
}
    `) as unknown as TypedDocumentString<CreateSessionMutation, CreateSessionMutationVariables>;
export const DeleteSessionDocument = new TypedDocumentString(`
    mutation DeleteSession($id: ID!) {
  deleteSession(input: { id: $id }) {
    id
  }
}
    `) as unknown as TypedDocumentString<DeleteSessionMutation, DeleteSessionMutationVariables>;
export const SessionsDocument = new TypedDocumentString(`
    query Sessions($first: Int, $after: String, $filter: SessionFilter) {
  sessions(first: $first, after: $after, filter: $filter) {
    nodes {
      id
      title
      agent {
        name
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<SessionsQuery, SessionsQueryVariables>;
export const HistoryDocument = new TypedDocumentString(`
    query History($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
  node(id: $id) {
    ... on Session {
      id
      title
      messages(first: $first, after: $after, last: $last, before: $before) {
        nodes {
          id
          role
          status
          content
          streamCursor
          completedAt
          usage {
            inputTokens
            outputTokens
            totalTokens
          }
          error {
            code
            message
          }
          citations {
            url
          }
          pendingApprovals {
            id
            toolName
          }
          pendingConsents {
            id
            url
          }
        }
        pageInfo {
          hasNextPage
          hasPreviousPage
          startCursor
          endCursor
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<HistoryQuery, HistoryQueryVariables>;
export const SendMessageDocument = new TypedDocumentString(`
    mutation SendMessage($input: SendMessageInput!) {
  sendMessage(input: $input) {
    message {
      id
      role
      status
      content
    }
    reply {
      id
      role
      status
      content
      streamCursor
    }
  }
}
    `) as unknown as TypedDocumentString<SendMessageMutation, SendMessageMutationVariables>;
export const CancelReplyDocument = new TypedDocumentString(`
    mutation CancelReply($messageId: ID!) {
  cancelReply(input: { messageId: $messageId }) {
    reply {
      id
      status
      content
    }
  }
}
    `) as unknown as TypedDocumentString<CancelReplyMutation, CancelReplyMutationVariables>;
export const DecideToolApprovalDocument = new TypedDocumentString(`
    mutation DecideToolApproval($input: DecideToolApprovalInput!) {
  decideToolApproval(input: $input) {
    reply {
      id
      status
      pendingApprovals {
        id
      }
    }
  }
}
    `) as unknown as TypedDocumentString<DecideToolApprovalMutation, DecideToolApprovalMutationVariables>;
export const ResumeReplyDocument = new TypedDocumentString(`
    mutation ResumeReply($messageId: ID!) {
  resumeReply(input: { messageId: $messageId }) {
    reply {
      id
      status
    }
  }
}
    `) as unknown as TypedDocumentString<ResumeReplyMutation, ResumeReplyMutationVariables>;
export const ChatReplyDocument = new TypedDocumentString(`
    subscription ChatReply($sessionId: ID!, $after: String) {
  chatReply(sessionId: $sessionId, after: $after) {
    __typename
    cursor
    messageId
    at
    ... on ReplyDelta {
      text
    }
    ... on ToolApprovalRequested {
      approval {
        id
        toolName
        serverLabel
        arguments
      }
    }
    ... on ConsentRequired {
      consent {
        id
        url
      }
    }
    ... on ReplyCompleted {
      message {
        id
        status
        content
        usage {
          totalTokens
        }
        error {
          code
        }
      }
    }
    ... on ReplyFailed {
      code
      reason
      retryAfterSeconds
    }
  }
}
    `) as unknown as TypedDocumentString<ChatReplySubscription, ChatReplySubscriptionVariables>;
export const AuditEventsDocument = new TypedDocumentString(`
    query AuditEvents($first: Int, $filter: AuditFilter) {
  auditEvents(first: $first, filter: $filter) {
    nodes {
      id
      at
      actor
      actorKind
      action
      target
      outcome
      upstream
      requestId
    }
  }
}
    `) as unknown as TypedDocumentString<AuditEventsQuery, AuditEventsQueryVariables>;
export const ServicesDocument = new TypedDocumentString(`
    query Services($first: Int, $after: String) {
  services(first: $first, after: $after) {
    nodes {
      id
      systemName
      name
      provider
      description
      endpoint
      authMethod
      health {
        name
        status
      }
      configSchema
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    sources {
      provider
      service
      ok
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<ServicesQuery, ServicesQueryVariables>;
export const ServiceByNameDocument = new TypedDocumentString(`
    query ServiceByName($name: String!) {
  service(name: $name) {
    id
    systemName
    configs {
      nodes {
        id
        name
        data
        tags
      }
    }
    artifacts {
      nodes {
        id
        level
        type
        parent {
          id
        }
        children {
          id
        }
      }
    }
    runs {
      nodes {
        id
        status
      }
      sources {
        ok
      }
    }
    models {
      nodes {
        id
        name
        provider
      }
      sources {
        service
        ok
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ServiceByNameQuery, ServiceByNameQueryVariables>;
export const CreateConfigDocument = new TypedDocumentString(`
    mutation CreateConfig($input: CreateConfigInput!) {
  createConfig(input: $input) {
    config {
      id
      name
      data
      tags
      createdAt
      service {
        systemName
      }
    }
  }
}
    `) as unknown as TypedDocumentString<CreateConfigMutation, CreateConfigMutationVariables>;
export const UpdateConfigDocument = new TypedDocumentString(`
    mutation UpdateConfig($input: UpdateConfigInput!) {
  updateConfig(input: $input) {
    config {
      id
      name
      data
      tags
    }
  }
}
    `) as unknown as TypedDocumentString<UpdateConfigMutation, UpdateConfigMutationVariables>;
export const DeleteConfigDocument = new TypedDocumentString(`
    mutation DeleteConfig($id: ID!) {
  deleteConfig(input: { id: $id }) {
    id
  }
}
    `) as unknown as TypedDocumentString<DeleteConfigMutation, DeleteConfigMutationVariables>;
export const DeleteArtifactDocument = new TypedDocumentString(`
    mutation DeleteArtifact($id: ID!) {
  deleteArtifact(input: { id: $id }) {
    id
  }
}
    `) as unknown as TypedDocumentString<DeleteArtifactMutation, DeleteArtifactMutationVariables>;
export const TrainDocument = new TypedDocumentString(`
    mutation Train($input: TrainInput!) {
  train(input: $input) {
    run {
      id
      provider
      status
      createdBy
      service {
        systemName
      }
      artifact {
        id
      }
    }
  }
}
    `) as unknown as TypedDocumentString<TrainMutation, TrainMutationVariables>;
export const PredictDocument = new TypedDocumentString(`
    mutation Predict($input: PredictInput!) {
  predict(input: $input) {
    run {
      id
      status
    }
  }
}
    `) as unknown as TypedDocumentString<PredictMutation, PredictMutationVariables>;
export const ServiceRunDocument = new TypedDocumentString(`
    query ServiceRun($id: ID!) {
  node(id: $id) {
    __typename
    ... on Run {
      id
      provider
      name
      status
      rawStatus
      createdAt
      startedAt
      finishedAt
      durationSeconds
      createdBy
      error {
        code
        message
      }
      logs {
        text
        complete
      }
      models {
        __typename
        id
        name
      }
    }
    ... on TrainingRun {
      artifact {
        id
        level
        type
        data
      }
    }
    ... on PredictionRun {
      artifact {
        id
        level
        parent {
          id
        }
      }
      predictions {
        columns {
          name
          type
        }
        rows
        rowCount
        truncated
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ServiceRunQuery, ServiceRunQueryVariables>;
export const AllRunsDocument = new TypedDocumentString(`
    query AllRuns($first: Int, $after: String, $filter: RunFilter) {
  runs(first: $first, after: $after, filter: $filter) {
    nodes {
      __typename
      id
      provider
      status
      createdAt
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    sources {
      provider
      service
      ok
      code
      message
      retryAfterSeconds
    }
  }
}
    `) as unknown as TypedDocumentString<AllRunsQuery, AllRunsQueryVariables>;
export const AllModelsDocument = new TypedDocumentString(`
    query AllModels($first: Int, $after: String, $filter: ModelFilter) {
  models(first: $first, after: $after, filter: $filter) {
    nodes {
      __typename
      id
      provider
      name
      createdAt
      run {
        id
      }
      ... on ServiceModel {
        service {
          systemName
        }
        artifact {
          id
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    sources {
      provider
      service
      ok
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<AllModelsQuery, AllModelsQueryVariables>;
export const KeysDocument = new TypedDocumentString(`
    query Keys($first: Int, $after: String) {
  services(first: $first, after: $after) {
    nodes {
      id
      systemName
      name
      provider
      endpoint
      authMethod
      hasKey
      key {
        id
        state
        plan
        appId
        prefix
        createdAt
        service {
          systemName
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    sources {
      provider
      ok
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<KeysQuery, KeysQueryVariables>;
export const KeyOfDocument = new TypedDocumentString(`
    query KeyOf($name: String!) {
  service(name: $name) {
    id
    systemName
    provider
    endpoint
    authMethod
    hasKey
    key {
      id
      state
    }
  }
}
    `) as unknown as TypedDocumentString<KeyOfQuery, KeyOfQueryVariables>;
export const ServiceKeyByIdDocument = new TypedDocumentString(`
    query ServiceKeyById($id: ID!) {
  node(id: $id) {
    ... on ServiceKey {
      id
      state
      prefix
      service {
        systemName
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ServiceKeyByIdQuery, ServiceKeyByIdQueryVariables>;
export const InitServiceKeyDocument = new TypedDocumentString(`
    mutation InitServiceKey($input: InitServiceKeyInput!) {
  initServiceKey(input: $input) {
    service {
      id
      systemName
      hasKey
    }
    key {
      id
      state
      prefix
      appId
      service {
        systemName
      }
    }
    secret
    isNew
    plan
  }
}
    `) as unknown as TypedDocumentString<InitServiceKeyMutation, InitServiceKeyMutationVariables>;