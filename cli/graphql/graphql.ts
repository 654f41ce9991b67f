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

/** What the key is to be. */
export type CreateApiKeyInput = {
  /** In the future. Without it, not by itself. */
  expiresAt?: string | null | undefined;
  /** What it is for; 1 to 100 characters. */
  name: string;
  /** 1 or more. Without it, no limit of its own. */
  requestsPerMinute?: number | null | undefined;
  /** At least one; none you lack. */
  scopes: Array<Scope>;
};

/** Whom to talk to. */
export type CreateSessionInput = {
  /** Of an Agent. */
  agentId: string | number;
  /** Without it, the first words of the first message. */
  title?: string | null | undefined;
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

/** Which key is to be good no more. */
export type RevokeApiKeyInput = {
  /** Of an ApiKey. */
  id: string | number;
};

/** Which key is to have a new secret. */
export type RotateApiKeyInput = {
  /** How long the old secret stays good: 0 to 2592000 (30 days). */
  graceSeconds?: number | null | undefined;
  /** Of an ApiKey. */
  id: string | number;
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

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { me: { kind: ViewerKind, scopes: Array<Scope>, tenantId: string | null, issuer: string | null, expiresAt: string | null, user: { name: string | null, email: string | null, role: UserRole } | null, apiKey: { id: string, name: string, prefix: string } | null } };

export type HealthQueryVariables = Exact<{ [key: string]: never; }>;


export type HealthQuery = { health: { status: HealthStatus, checkedAt: string, services: Array<{ name: string, provider: Provider | null, status: HealthStatus, latencyMs: number | null, message: string | null }> } };

export type ServicesQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ServicesQuery = { services: { nodes: Array<{ id: string, name: string, systemName: string, provider: Provider, description: string | null, endpoint: string | null, authMethod: ServiceAuth, hasKey: boolean | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, sources: Array<{ provider: Provider, service: string | null, ok: boolean, code: ErrorCode | null, message: string | null, retryAfterSeconds: number | null }> } | null };

export type ServiceByNameQueryVariables = Exact<{
  name: string;
}>;


export type ServiceByNameQuery = { service: { id: string, name: string, systemName: string } | null };

export type ServiceConfigsQueryVariables = Exact<{
  id: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ServiceConfigsQuery = { node:
    | { __typename: 'Agent' }
    | { __typename: 'ApiKey' }
    | { __typename: 'Artifact' }
    | { __typename: 'AuditEvent' }
    | { __typename: 'AutoMLRun' }
    | { __typename: 'Compute' }
    | { __typename: 'Dataset' }
    | { __typename: 'Experiment' }
    | { __typename: 'GenieConversation' }
    | { __typename: 'GenieMessage' }
    | { __typename: 'GenieSpace' }
    | { __typename: 'JobRun' }
    | { __typename: 'Message' }
    | { __typename: 'ModelConfig' }
    | { __typename: 'PredictionRun' }
    | { __typename: 'RegisteredModel' }
    | { __typename: 'RoleAssignment' }
    | { __typename: 'Service', configs: { nodes: Array<{ id: string, name: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null }
    | { __typename: 'ServiceKey' }
    | { __typename: 'ServiceModel' }
    | { __typename: 'Session' }
    | { __typename: 'TrainingRun' }
    | { __typename: 'TrialRun' }
    | { __typename: 'User' }
   | null };

export type InitServiceKeyMutationVariables = Exact<{
  input: InitServiceKeyInput;
}>;


export type InitServiceKeyMutation = { initServiceKey: { secret: string | null, isNew: boolean, plan: string | null, service: { id: string, name: string, systemName: string, endpoint: string | null, authMethod: ServiceAuth }, key: { id: string, appId: string | null, prefix: string | null, state: string, plan: string | null, createdAt: string | null } } | null };

export type ApiKeysQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  withUsage?: boolean | null | undefined;
  days?: number | null | undefined;
}>;


export type ApiKeysQuery = { apiKeys: { nodes: Array<{ id: string, name: string, prefix: string, scopes: Array<Scope>, createdAt: string, expiresAt: string | null, revokedAt: string | null, lastUsedAt: string | null, requestsPerMinute: number | null, usage?: Array<{ date: string, requests: number, errors: number, cost: number }> | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type CreateApiKeyMutationVariables = Exact<{
  input: CreateApiKeyInput;
}>;


export type CreateApiKeyMutation = { createApiKey: { secret: string, apiKey: { id: string, name: string, prefix: string, scopes: Array<Scope>, createdAt: string, expiresAt: string | null, requestsPerMinute: number | null } } | null };

export type RotateApiKeyMutationVariables = Exact<{
  input: RotateApiKeyInput;
}>;


export type RotateApiKeyMutation = { rotateApiKey: { secret: string, apiKey: { id: string, name: string, prefix: string, scopes: Array<Scope>, createdAt: string, expiresAt: string | null, requestsPerMinute: number | null } } | null };

export type RevokeApiKeyMutationVariables = Exact<{
  input: RevokeApiKeyInput;
}>;


export type RevokeApiKeyMutation = { revokeApiKey: { apiKey: { id: string, name: string, prefix: string, revokedAt: string | null } } | null };

export type UploadDatasetMutationVariables = Exact<{
  input: UploadDatasetInput;
}>;


export type UploadDatasetMutation = { uploadDataset: { dataset: { id: string, name: string, version: string | null, type: DatasetType, uri: string | null } } | null };

export type RunsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: RunFilter | null | undefined;
}>;


export type RunsQuery = { runs: { nodes: Array<
      | { __typename: 'AutoMLRun', id: string, name: string, displayName: string | null, provider: Provider, status: RunStatus, createdAt: string | null, durationSeconds: number | null, createdBy: string | null }
      | { __typename: 'JobRun', id: string, name: string, displayName: string | null, provider: Provider, status: RunStatus, createdAt: string | null, durationSeconds: number | null, createdBy: string | null }
      | { __typename: 'PredictionRun', id: string, name: string, displayName: string | null, provider: Provider, status: RunStatus, createdAt: string | null, durationSeconds: number | null, createdBy: string | null }
      | { __typename: 'TrainingRun', id: string, name: string, displayName: string | null, provider: Provider, status: RunStatus, createdAt: string | null, durationSeconds: number | null, createdBy: string | null }
      | { __typename: 'TrialRun', id: string, name: string, displayName: string | null, provider: Provider, status: RunStatus, createdAt: string | null, durationSeconds: number | null, createdBy: string | null }
    >, pageInfo: { hasNextPage: boolean, endCursor: string | null }, sources: Array<{ provider: Provider, service: string | null, ok: boolean, code: ErrorCode | null, message: string | null, retryAfterSeconds: number | null }> } | null };

export type RunStatusChangesSubscriptionVariables = Exact<{
  id: string | number;
  after?: string | null | undefined;
}>;


export type RunStatusChangesSubscription = { runStatus: { cursor: string, at: string, status: RunStatus, previousStatus: RunStatus | null, completedTrials: number | null, totalTrials: number | null, bestScore: number | null, run:
      | { id: string, name: string, error: { code: string | null, message: string } | null }
      | { id: string, name: string, error: { code: string | null, message: string } | null }
      | { id: string, name: string, error: { code: string | null, message: string } | null }
      | { id: string, name: string, error: { code: string | null, message: string } | null }
      | { id: string, name: string, error: { code: string | null, message: string } | null }
     } };

export type RunLogsSubscriptionVariables = Exact<{
  id: string | number;
  after?: string | null | undefined;
}>;


export type RunLogsSubscription = { runLogs: { cursor: string, text: string, complete: boolean } };

export type AgentsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type AgentsQuery = { agents: { nodes: Array<{ id: string, name: string, description: string | null, enabled: boolean }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type CreateSessionMutationVariables = Exact<{
  input: CreateSessionInput;
}>;


export type CreateSessionMutation = { createSession: { session: { id: string, title: string } } | null };

export type LatestMessageQueryVariables = Exact<{
  id: string | number;
}>;


export type LatestMessageQuery = { node:
    | { __typename: 'Agent' }
    | { __typename: 'ApiKey' }
    | { __typename: 'Artifact' }
    | { __typename: 'AuditEvent' }
    | { __typename: 'AutoMLRun' }
    | { __typename: 'Compute' }
    | { __typename: 'Dataset' }
    | { __typename: 'Experiment' }
    | { __typename: 'GenieConversation' }
    | { __typename: 'GenieMessage' }
    | { __typename: 'GenieSpace' }
    | { __typename: 'JobRun' }
    | { __typename: 'Message' }
    | { __typename: 'ModelConfig' }
    | { __typename: 'PredictionRun' }
    | { __typename: 'RegisteredModel' }
    | { __typename: 'RoleAssignment' }
    | { __typename: 'Service' }
    | { __typename: 'ServiceKey' }
    | { __typename: 'ServiceModel' }
    | { __typename: 'Session', id: string, messages: { nodes: Array<{ id: string, role: MessageRole, status: MessageStatus, content: string, streamCursor: string | null, pendingApprovals: Array<{ id: string, toolName: string, serverLabel: string | null, arguments: string | null }>, pendingConsents: Array<{ id: string, serverLabel: string | null, url: string }> }> } | null }
    | { __typename: 'TrainingRun' }
    | { __typename: 'TrialRun' }
    | { __typename: 'User' }
   | null };

export type SendMessageMutationVariables = Exact<{
  input: SendMessageInput;
}>;


export type SendMessageMutation = { sendMessage: { message: { id: string }, reply: { id: string, status: MessageStatus } } | null };

export type CancelReplyMutationVariables = Exact<{
  messageId: string | number;
}>;


export type CancelReplyMutation = { cancelReply: { reply: { id: string, status: MessageStatus } } | null };

export type DecideToolApprovalMutationVariables = Exact<{
  input: DecideToolApprovalInput;
}>;


export type DecideToolApprovalMutation = { decideToolApproval: { reply: { id: string, status: MessageStatus } } | null };

export type ResumeReplyMutationVariables = Exact<{
  messageId: string | number;
}>;


export type ResumeReplyMutation = { resumeReply: { reply: { id: string, status: MessageStatus } } | null };

export type ChatReplySubscriptionVariables = Exact<{
  sessionId: string | number;
  after?: string | null | undefined;
}>;


export type ChatReplySubscription = { chatReply:
    | { __typename: 'ConsentRequired', cursor: string, messageId: string, at: string, consent: { id: string, serverLabel: string | null, url: string } }
    | { __typename: 'ReplyCompleted', cursor: string, messageId: string, at: string, message: { id: string, status: MessageStatus, content: string, citations: Array<{ title: string | null, url: string | null }>, usage: { inputTokens: number, outputTokens: number, totalTokens: number } | null } }
    | { __typename: 'ReplyDelta', text: string, cursor: string, messageId: string, at: string }
    | { __typename: 'ReplyFailed', code: ErrorCode, reason: string, retryAfterSeconds: number | null, cursor: string, messageId: string, at: string }
    | { __typename: 'ReplyStarted', cursor: string, messageId: string, at: string }
    | { __typename: 'ToolApprovalRequested', cursor: string, messageId: string, at: string, approval: { id: string, toolName: string, serverLabel: string | null, arguments: string | null } }
   };

export type GenieSpacesQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type GenieSpacesQuery = { genieSpaces: { nodes: Array<{ id: string, title: string, description: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type AskGenieMutationVariables = Exact<{
  input: AskGenieInput;
}>;


export type AskGenieMutation = { askGenie: { message: { id: string, status: GenieStatus, conversation: { id: string } | null } } | null };

export type GenieReplySubscriptionVariables = Exact<{
  messageId: string | number;
  after?: string | null | undefined;
}>;


export type GenieReplySubscription = { genieReply: { cursor: string, at: string, message: { id: string, status: GenieStatus } } };

export type GenieAnswerQueryVariables = Exact<{
  id: string | number;
  maxRows?: number | null | undefined;
}>;


export type GenieAnswerQuery = { node:
    | { __typename: 'Agent' }
    | { __typename: 'ApiKey' }
    | { __typename: 'Artifact' }
    | { __typename: 'AuditEvent' }
    | { __typename: 'AutoMLRun' }
    | { __typename: 'Compute' }
    | { __typename: 'Dataset' }
    | { __typename: 'Experiment' }
    | { __typename: 'GenieConversation' }
    | { __typename: 'GenieMessage', id: string, question: string, status: GenieStatus, text: string | null, followUpQuestion: string | null, suggestedQuestions: Array<string>, error: { code: string | null, message: string } | null, conversation: { id: string } | null, query: { sql: string, description: string | null, result: { rows: Array<Array<unknown>>, rowCount: number | null, truncated: boolean, columns: Array<{ name: string, type: string }> } | null } | null }
    | { __typename: 'GenieSpace' }
    | { __typename: 'JobRun' }
    | { __typename: 'Message' }
    | { __typename: 'ModelConfig' }
    | { __typename: 'PredictionRun' }
    | { __typename: 'RegisteredModel' }
    | { __typename: 'RoleAssignment' }
    | { __typename: 'Service' }
    | { __typename: 'ServiceKey' }
    | { __typename: 'ServiceModel' }
    | { __typename: 'Session' }
    | { __typename: 'TrainingRun' }
    | { __typename: 'TrialRun' }
    | { __typename: 'User' }
   | null };

export type ModelsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: ModelFilter | null | undefined;
}>;


export type ModelsQuery = { models: { nodes: Array<
      | { __typename: 'RegisteredModel', id: string, name: string, version: string | null, provider: Provider }
      | { __typename: 'ServiceModel', id: string, name: string, version: string | null, provider: Provider }
    >, pageInfo: { hasNextPage: boolean, endCursor: string | null }, sources: Array<{ provider: Provider, service: string | null, ok: boolean, code: ErrorCode | null, message: string | null, retryAfterSeconds: number | null }> } | null };

export type TrainMutationVariables = Exact<{
  input: TrainInput;
}>;


export type TrainMutation = { train: { run: { __typename: 'TrainingRun', id: string, name: string, status: RunStatus } } | null };

export type PredictMutationVariables = Exact<{
  input: PredictInput;
}>;


export type PredictMutation = { predict: { run: { __typename: 'PredictionRun', id: string, name: string, status: RunStatus } } | null };

export type RunResultQueryVariables = Exact<{
  id: string | number;
}>;


export type RunResultQuery = { node:
    | { __typename: 'Agent' }
    | { __typename: 'ApiKey' }
    | { __typename: 'Artifact' }
    | { __typename: 'AuditEvent' }
    | { __typename: 'AutoMLRun' }
    | { __typename: 'Compute' }
    | { __typename: 'Dataset' }
    | { __typename: 'Experiment' }
    | { __typename: 'GenieConversation' }
    | { __typename: 'GenieMessage' }
    | { __typename: 'GenieSpace' }
    | { __typename: 'JobRun' }
    | { __typename: 'Message' }
    | { __typename: 'ModelConfig' }
    | { __typename: 'PredictionRun', id: string, status: RunStatus, predictions: { rows: Array<Array<unknown>>, rowCount: number | null, truncated: boolean, columns: Array<{ name: string, type: string }> } | null }
    | { __typename: 'RegisteredModel' }
    | { __typename: 'RoleAssignment' }
    | { __typename: 'Service' }
    | { __typename: 'ServiceKey' }
    | { __typename: 'ServiceModel' }
    | { __typename: 'Session' }
    | { __typename: 'TrainingRun', id: string, status: RunStatus, models: Array<
        | { id: string, name: string, version: string | null }
        | { id: string, name: string, version: string | null }
      > | null }
    | { __typename: 'TrialRun' }
    | { __typename: 'User' }
   | null };

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

export const MeDocument = new TypedDocumentString(`
    query Me {
  me {
    kind
    scopes
    tenantId
    issuer
    expiresAt
    user {
      name
      email
      role
    }
    apiKey {
      id
      name
      prefix
    }
  }
}
    `) as unknown as TypedDocumentString<MeQuery, MeQueryVariables>;
export const HealthDocument = new TypedDocumentString(`
    query Health {
  health {
    status
    checkedAt
    services {
      name
      provider
      status
      latencyMs
      message
    }
  }
}
    `) as unknown as TypedDocumentString<HealthQuery, HealthQueryVariables>;
export const ServicesDocument = new TypedDocumentString(`
    query Services($first: Int, $after: String) {
  services(first: $first, after: $after) {
    nodes {
      id
      name
      systemName
      provider
      description
      endpoint
      authMethod
      hasKey
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
    `) as unknown as TypedDocumentString<ServicesQuery, ServicesQueryVariables>;
export const ServiceByNameDocument = new TypedDocumentString(`
    query ServiceByName($name: String!) {
  service(name: $name) {
    id
    name
    systemName
  }
}
    `) as unknown as TypedDocumentString<ServiceByNameQuery, ServiceByNameQueryVariables>;
export const ServiceConfigsDocument = new TypedDocumentString(`
    query ServiceConfigs($id: ID!, $first: Int, $after: String) {
  node(id: $id) {
    __typename
    ... on Service {
      configs(first: $first, after: $after) {
        nodes {
          id
          name
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ServiceConfigsQuery, ServiceConfigsQueryVariables>;
export const InitServiceKeyDocument = new TypedDocumentString(`
    mutation InitServiceKey($input: InitServiceKeyInput!) {
  initServiceKey(input: $input) {
    service {
      id
      name
      systemName
      endpoint
      authMethod
    }
    key {
      id
      appId
      prefix
      state
      plan
      createdAt
    }
    secret
    isNew
    plan
  }
}
    `) as unknown as TypedDocumentString<InitServiceKeyMutation, InitServiceKeyMutationVariables>;
export const ApiKeysDocument = new TypedDocumentString(`
    query ApiKeys($first: Int, $after: String, $withUsage: Boolean = false, $days: Int) {
  apiKeys(first: $first, after: $after) {
    nodes {
      id
      name
      prefix
      scopes
      createdAt
      expiresAt
      revokedAt
      lastUsedAt
      requestsPerMinute
      usage(days: $days) @include(if: $withUsage) {
        date
        requests
        errors
        cost
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<ApiKeysQuery, ApiKeysQueryVariables>;
export const CreateApiKeyDocument = new TypedDocumentString(`
    mutation CreateApiKey($input: CreateApiKeyInput!) {
  createApiKey(input: $input) {
    apiKey {
      id
      name
      prefix
      scopes
      createdAt
      expiresAt
      requestsPerMinute
    }
    secret
  }
}
    `) as unknown as TypedDocumentString<CreateApiKeyMutation, CreateApiKeyMutationVariables>;
export const RotateApiKeyDocument = new TypedDocumentString(`
    mutation RotateApiKey($input: RotateApiKeyInput!) {
  rotateApiKey(input: $input) {
    apiKey {
      id
      name
      prefix
      scopes
      createdAt
      expiresAt
      requestsPerMinute
    }
    secret
  }
}
    `) as unknown as TypedDocumentString<RotateApiKeyMutation, RotateApiKeyMutationVariables>;
export const RevokeApiKeyDocument = new TypedDocumentString(`
    mutation RevokeApiKey($input: RevokeApiKeyInput!) {
  revokeApiKey(input: $input) {
    apiKey {
      id
      name
      prefix
      revokedAt
    }
  }
}
    `) as unknown as TypedDocumentString<RevokeApiKeyMutation, RevokeApiKeyMutationVariables>;
export const UploadDatasetDocument = new TypedDocumentString(`
    mutation UploadDataset($input: UploadDatasetInput!) {
  uploadDataset(input: $input) {
    dataset {
      id
      name
      version
      type
      uri
    }
  }
}
    `) as unknown as TypedDocumentString<UploadDatasetMutation, UploadDatasetMutationVariables>;
export const RunsDocument = new TypedDocumentString(`
    query Runs($first: Int, $after: String, $filter: RunFilter) {
  runs(first: $first, after: $after, filter: $filter) {
    nodes {
      __typename
      id
      name
      displayName
      provider
      status
      createdAt
      durationSeconds
      createdBy
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
    `) as unknown as TypedDocumentString<RunsQuery, RunsQueryVariables>;
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
      error {
        code
        message
      }
    }
  }
}
    `) as unknown as TypedDocumentString<RunStatusChangesSubscription, RunStatusChangesSubscriptionVariables>;
export const RunLogsDocument = new TypedDocumentString(`
    subscription RunLogs($id: ID!, $after: String) {
  runLogs(id: $id, after: $after) {
    cursor
    text
    complete
  }
}
    `) as unknown as TypedDocumentString<RunLogsSubscription, RunLogsSubscriptionVariables>;
export const AgentsDocument = new TypedDocumentString(`
    query Agents($first: Int, $after: String) {
  agents(first: $first, after: $after) {
    nodes {
      id
      name
      description
      enabled
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
    }
  }
}
    `) as unknown as TypedDocumentString<CreateSessionMutation, CreateSessionMutationVariables>;
export const LatestMessageDocument = new TypedDocumentString(`
    query LatestMessage($id: ID!) {
  node(id: $id) {
    __typename
    ... on Session {
      id
      messages(last: 1) {
        nodes {
          id
          role
          status
          content
          streamCursor
          pendingApprovals {
            id
            toolName
            serverLabel
            arguments
          }
          pendingConsents {
            id
            serverLabel
            url
          }
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<LatestMessageQuery, LatestMessageQueryVariables>;
export const SendMessageDocument = new TypedDocumentString(`
    mutation SendMessage($input: SendMessageInput!) {
  sendMessage(input: $input) {
    message {
      id
    }
    reply {
      id
      status
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
        serverLabel
        url
      }
    }
    ... on ReplyCompleted {
      message {
        id
        status
        content
        citations {
          title
          url
        }
        usage {
          inputTokens
          outputTokens
          totalTokens
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
      status
      conversation {
        id
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
    }
  }
}
    `) as unknown as TypedDocumentString<GenieReplySubscription, GenieReplySubscriptionVariables>;
export const GenieAnswerDocument = new TypedDocumentString(`
    query GenieAnswer($id: ID!, $maxRows: Int) {
  node(id: $id) {
    __typename
    ... on GenieMessage {
      id
      question
      status
      text
      followUpQuestion
      suggestedQuestions
      error {
        code
        message
      }
      conversation {
        id
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
export const ModelsDocument = new TypedDocumentString(`
    query Models($first: Int, $after: String, $filter: ModelFilter) {
  models(first: $first, after: $after, filter: $filter) {
    nodes {
      __typename
      id
      name
      version
      provider
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
    `) as unknown as TypedDocumentString<ModelsQuery, ModelsQueryVariables>;
export const TrainDocument = new TypedDocumentString(`
    mutation Train($input: TrainInput!) {
  train(input: $input) {
    run {
      __typename
      id
      name
      status
    }
  }
}
    `) as unknown as TypedDocumentString<TrainMutation, TrainMutationVariables>;
export const PredictDocument = new TypedDocumentString(`
    mutation Predict($input: PredictInput!) {
  predict(input: $input) {
    run {
      __typename
      id
      name
      status
    }
  }
}
    `) as unknown as TypedDocumentString<PredictMutation, PredictMutationVariables>;
export const RunResultDocument = new TypedDocumentString(`
    query RunResult($id: ID!) {
  node(id: $id) {
    __typename
    ... on TrainingRun {
      id
      status
      models {
        id
        name
        version
      }
    }
    ... on PredictionRun {
      id
      status
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
    `) as unknown as TypedDocumentString<RunResultQuery, RunResultQueryVariables>;