import { z } from 'zod';
import { scopes } from '../../domain/callers.ts';
import { messageStatuses } from '../../domain/chat.ts';
import { actors } from '../../domain/genie.ts';
import { providers } from '../../domain/providers.ts';
import { runStatuses } from '../../domain/runs.ts';

/** Rows as PostgREST writes them, as far as they are read. Timestamps keep their text: cursors are made of it. */

const text = z.string().nullable();
const timestamp = z.string().refine((value) => !Number.isNaN(Date.parse(value)));
const count = z.number().int().nonnegative();

export const personRow = z.object({
  key: z.string(),
  subject: text,
  tenant_id: text,
  email: text,
  name: text,
  role: z.enum(['MEMBER', 'ADMIN']),
  created_at: timestamp,
  last_seen_at: timestamp.nullable(),
});

export const agentRow = z.object({
  name: z.string(),
  version: text,
  enabled: z.boolean(),
  description: text,
  model: text,
  tools: z.array(z.string()),
  created_at: timestamp.nullable(),
  synced_at: timestamp.nullable(),
});

export const sessionRow = z.object({
  key: z.string(),
  title: z.string(),
  agent_name: z.string(),
  conversation_id: text,
  created_at: timestamp,
  updated_at: timestamp,
});

const citation = z.object({
  title: text,
  url: text,
  startIndex: z.number().nullable(),
  endIndex: z.number().nullable(),
});
const usage = z.object({ inputTokens: count, outputTokens: count, totalTokens: count });
const approval = z.object({
  id: z.string(),
  toolName: z.string(),
  serverLabel: text,
  arguments: text,
  decision: z.object({ approve: z.boolean(), reason: text }).optional(),
});
const consent = z.object({ id: z.string(), serverLabel: text, url: z.string() });

export const messageRow = z.object({
  key: z.string(),
  session_key: z.string(),
  role: z.enum(['USER', 'ASSISTANT']),
  status: z.enum(messageStatuses),
  content: z.string(),
  created_at: timestamp,
  completed_at: timestamp.nullable(),
  citations: z.array(citation),
  usage: usage.nullable(),
  error: z.object({ code: text, message: z.string() }).nullable(),
  pending_approvals: z.array(approval),
  pending_consents: z.array(consent),
  client_message_id: text,
  content_hash: text,
  reply_to: text,
  response_id: text,
  position: count,
  ordinal: count,
});

/** Null: the session has an open reply. */
export const exchange = z
  .object({ message: messageRow, reply: messageRow, repeated: z.boolean() })
  .nullable();

export const auditRow = z.object({
  id: z.string(),
  at: timestamp,
  actor: z.string(),
  actor_kind: z.enum(['USER', 'SERVICE']),
  action: z.string(),
  target: text,
  outcome: z.string(),
  upstream: z.enum(providers).nullable(),
  request_id: text,
  key_prefix: text,
  count,
});

export const conversationRow = z.object({
  home: z.string(),
  space_key: z.string(),
  conversation_key: z.string(),
  acts_as: z.enum(actors),
  title: text,
  created_at: timestamp,
});

export const questionRow = z.object({
  content_hash: z.string(),
  space_key: text,
  conversation_key: text,
  message_key: text,
});

export const serviceRunRow = z.object({
  key: z.string(),
  kind: z.enum(['TRAINING', 'PREDICTION']),
  service: z.string(),
  config_key: text,
  model_key: text,
  job_key: text,
  artifact_key: text,
  client_run_id: text,
  content_hash: text,
  status: z.enum(runStatuses),
  raw_status: z.string(),
  created_at: timestamp,
  started_at: timestamp.nullable(),
  finished_at: timestamp.nullable(),
  created_by: text,
  error: z.object({ code: text, message: z.string() }).nullable(),
});

export const apiKeyRow = z.object({
  id: z.string(),
  owner: z.string(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(z.enum(scopes)),
  requests_per_minute: count.nullable(),
  created_at: timestamp,
  expires_at: timestamp.nullable(),
  revoked_at: timestamp.nullable(),
  last_used_at: timestamp.nullable(),
});
export const foundApiKeyRow = apiKeyRow
  .omit({ created_at: true, last_used_at: true })
  .extend({ root: z.string() });

export const usageRow = z.object({
  key_id: z.string(),
  day: z.iso.date(),
  requests: count,
  errors: count,
  cost: count,
});

/** What to select so that `row` can be read. */
export const columnsOf = (row: z.ZodObject): string => Object.keys(row.shape).join(',');

export type PersonRow = z.infer<typeof personRow>;
export type AgentRow = z.infer<typeof agentRow>;
export type SessionRow = z.infer<typeof sessionRow>;
export type MessageRow = z.infer<typeof messageRow>;
export type AuditRow = z.infer<typeof auditRow>;
export type ConversationRow = z.infer<typeof conversationRow>;
export type QuestionRow = z.infer<typeof questionRow>;
export type ServiceRunRow = z.infer<typeof serviceRunRow>;
export type ApiKeyRow = z.infer<typeof apiKeyRow>;
export type FoundApiKeyRow = z.infer<typeof foundApiKeyRow>;
export type UsageRow = z.infer<typeof usageRow>;
