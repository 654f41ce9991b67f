import type { ApiKey, FoundApiKey, UsageDay } from '../../domain/api-keys.ts';
import type { AuditEvent } from '../../domain/audit.ts';
import type { Agent, Message, Session } from '../../domain/chat.ts';
import type { GenieMessagePlace } from '../../domain/genie.ts';
import { encodeId, localId } from '../../domain/ids.ts';
import type { StoredUser } from '../../domain/users.ts';
import type { StoredConversation, StoredServiceRun } from './store.ts';
import type {
  AgentRow,
  ApiKeyRow,
  AuditRow,
  ConversationRow,
  FoundApiKeyRow,
  MessageRow,
  PersonRow,
  QuestionRow,
  ServiceRunRow,
  SessionRow,
  UsageRow,
} from './wire.ts';

const date = (text: string | null): Date | null => (text === null ? null : new Date(text));

export const toUser = (row: PersonRow): StoredUser => ({
  id: localId('User', row.key),
  key: row.key,
  subject: row.subject,
  tenantId: row.tenant_id,
  email: row.email,
  name: row.name,
  role: row.role,
  createdAt: new Date(row.created_at),
  lastSeenAt: date(row.last_seen_at),
});

/** `home` is that of the Foundry project that the agents live in. */
export const toAgent = (row: AgentRow, home: string): Agent => ({
  id: encodeId({ concept: 'Agent', provider: 'AZURE_FOUNDRY', home, key: [row.name] }),
  name: row.name,
  version: row.version,
  enabled: row.enabled,
  description: row.description,
  model: row.model,
  tools: row.tools,
  createdAt: date(row.created_at),
  syncedAt: date(row.synced_at),
});

export const toSession = (row: SessionRow): Session => ({
  id: localId('Session', row.key),
  key: row.key,
  title: row.title,
  agentName: row.agent_name,
  conversationId: row.conversation_id,
  createdAt: new Date(row.created_at),
  updatedAt: new Date(row.updated_at),
});

export const toMessage = (row: MessageRow): Message => ({
  id: localId('Message', row.key),
  key: row.key,
  sessionKey: row.session_key,
  role: row.role,
  status: row.status,
  content: row.content,
  createdAt: new Date(row.created_at),
  completedAt: date(row.completed_at),
  citations: row.citations,
  usage: row.usage,
  error: row.error,
  pendingApprovals: row.pending_approvals,
  pendingConsents: row.pending_consents,
  clientMessageId: row.client_message_id,
  replyTo: row.reply_to,
  responseId: row.response_id,
  position: row.position,
});

export const toAuditEvent = (row: AuditRow): AuditEvent => ({
  id: localId('AuditEvent', row.id),
  at: new Date(row.at),
  actor: row.actor,
  actorKind: row.actor_kind,
  action: row.action,
  target: row.target,
  outcome: row.outcome,
  upstream: row.upstream,
  requestId: row.request_id,
  keyPrefix: row.key_prefix,
  count: row.count,
});

export const toConversation = (row: ConversationRow): StoredConversation => ({
  home: row.home,
  spaceKey: row.space_key,
  conversationKey: row.conversation_key,
  as: row.acts_as,
  title: row.title,
  createdAt: new Date(row.created_at),
});

/** Null for a question that is being asked. */
export function toQuestionPlace(row: QuestionRow): GenieMessagePlace | null {
  const { space_key: spaceKey, conversation_key: conversationKey, message_key: messageKey } = row;
  if (spaceKey === null || conversationKey === null || messageKey === null) return null;
  return { spaceKey, conversationKey, messageKey };
}

export const toServiceRun = (row: ServiceRunRow): StoredServiceRun => ({
  key: row.key,
  kind: row.kind,
  service: row.service,
  configKey: row.config_key,
  modelKey: row.model_key,
  jobKey: row.job_key,
  artifactKey: row.artifact_key,
  clientRunId: row.client_run_id,
  contentHash: row.content_hash,
  status: row.status,
  rawStatus: row.raw_status,
  createdAt: new Date(row.created_at),
  startedAt: date(row.started_at),
  finishedAt: date(row.finished_at),
  createdBy: row.created_by,
  error: row.error,
});

export const toApiKey = (row: ApiKeyRow): ApiKey => ({
  id: localId('ApiKey', row.id),
  key: row.id,
  owner: row.owner,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes,
  requestsPerMinute: row.requests_per_minute,
  createdAt: new Date(row.created_at),
  expiresAt: date(row.expires_at),
  revokedAt: date(row.revoked_at),
  lastUsedAt: date(row.last_used_at),
});

export const toFoundApiKey = (row: FoundApiKeyRow): FoundApiKey => ({
  id: row.id,
  owner: row.owner,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes,
  requestsPerMinute: row.requests_per_minute,
  expiresAt: date(row.expires_at),
  revokedAt: date(row.revoked_at),
  root: row.root,
});

export const toUsageDay = ({ day, requests, errors, cost }: UsageRow): UsageDay => ({
  date: day,
  requests,
  errors,
  cost,
});
