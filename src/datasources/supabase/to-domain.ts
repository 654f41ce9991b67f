import type { AuditEvent } from '../../domain/audit.ts';
import type { Agent, Message, Session } from '../../domain/chat.ts';
import { encodeId, localId } from '../../domain/ids.ts';
import type { StoredUser } from '../../domain/users.ts';
import type { AgentRow, AuditRow, MessageRow, PersonRow, SessionRow } from './wire.ts';

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
});
