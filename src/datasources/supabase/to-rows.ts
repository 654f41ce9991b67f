import type { NewApiKey, UsageCount } from '../../domain/api-keys.ts';
import type { NewAuditEvent } from '../../domain/audit.ts';
import type { Agent } from '../../domain/chat.ts';
import type { NewServiceRun, ReplyUpdate, ServiceRunUpdate, StoredConversation } from './store.ts';

type Json = string | number | boolean | null | undefined | Date | readonly Json[] | { [name: string]: Json };

/**
 * The same without what PostgreSQL has no place for: U+0000, and half of a surrogate pair, with which a text ends that
 * was cut between two deltas. Both become U+FFFD. Dates become their text.
 */
export function storable(value: Json): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\uFFFD');
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(storable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, storable(inner)]));
}

/** A row to write; what is undefined is left as it is. */
const rowOf = (values: Record<string, Json>) => storable(values) as Record<string, unknown>;

export const toAgentRow = (agent: Agent, owner: string, syncedAt: Date) =>
  rowOf({
    owner,
    name: agent.name,
    version: agent.version,
    enabled: agent.enabled,
    description: agent.description,
    model: agent.model,
    tools: agent.tools,
    created_at: agent.createdAt,
    synced_at: syncedAt,
  });

export const toSessionRow = (session: {
  title?: string;
  agentName?: string;
  conversationId?: string | null;
}) => rowOf({ title: session.title, agent_name: session.agentName, conversation_id: session.conversationId });

export const toReplyRow = (change: ReplyUpdate) =>
  rowOf({
    status: change.status,
    content: change.content,
    completed_at: change.completedAt,
    citations: change.citations,
    usage: change.usage,
    error: change.error,
    pending_approvals: change.pendingApprovals,
    pending_consents: change.pendingConsents,
    response_id: change.responseId,
    position: change.position,
  });

export const toAuditRow = (event: NewAuditEvent) =>
  rowOf({
    id: event.key,
    at: event.at,
    actor: event.actor,
    actor_kind: event.actorKind,
    action: event.action,
    target: event.target,
    outcome: event.outcome,
    upstream: event.upstream,
    request_id: event.requestId,
    key_prefix: event.keyPrefix,
    count: event.count ?? 1,
  });

export const toConversationRow = (conversation: Omit<StoredConversation, 'createdAt'>, owner: string) =>
  rowOf({
    owner,
    home: conversation.home,
    space_key: conversation.spaceKey,
    conversation_key: conversation.conversationKey,
    acts_as: conversation.as,
    title: conversation.title,
  });

export const toServiceRunRow = (run: NewServiceRun, owner: string) =>
  rowOf({
    owner,
    kind: run.kind,
    service: run.service,
    config_key: run.configKey,
    model_key: run.modelKey,
    client_run_id: run.clientRunId,
    content_hash: run.contentHash,
    created_by: run.createdBy,
  });

export const toServiceRunChange = (change: ServiceRunUpdate) =>
  rowOf({
    job_key: change.jobKey,
    artifact_key: change.artifactKey,
    status: change.status,
    raw_status: change.rawStatus,
    started_at: change.startedAt,
    finished_at: change.finishedAt,
    error: change.error,
  });

export const toApiKeyRow = (key: NewApiKey, owner: string) =>
  rowOf({
    owner,
    name: key.name,
    prefix: key.prefix,
    hash: key.hash,
    scopes: key.scopes,
    requests_per_minute: key.requestsPerMinute,
    expires_at: key.expiresAt,
  });

export const toApiKeyChange = (change: {
  hash?: string;
  prefix?: string;
  graceUntil?: Date;
  revokedAt?: Date;
}) =>
  rowOf({
    hash: change.hash,
    prefix: change.prefix,
    grace_until: change.graceUntil,
    revoked_at: change.revokedAt,
  });

export const toUsageRow = ({ keyId, date, requests, errors, cost, usedAt }: UsageCount) =>
  rowOf({ key_id: keyId, day: date, requests, errors, cost, used_at: usedAt });
