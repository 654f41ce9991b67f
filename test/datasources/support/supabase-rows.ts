import type { MessageRow, SessionRow } from '../../../src/datasources/supabase/wire.ts';

/** The nth of endless UUIDs. */
export const uuid = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

export const sessionOf = (change: Partial<SessionRow> = {}): SessionRow => ({
  key: uuid(1),
  title: 'A title',
  agent_name: 'storyteller',
  conversation_id: null,
  created_at: '2026-09-01T10:00:00+00:00',
  updated_at: '2026-09-01T10:00:00.123+00:00',
  ...change,
});

export const messageOf = (change: Record<string, unknown> = {}): MessageRow =>
  ({
    key: uuid(11),
    session_key: uuid(1),
    role: 'ASSISTANT',
    status: 'PENDING',
    content: '',
    created_at: '2026-09-01T10:00:00+00:00',
    completed_at: null,
    citations: [],
    usage: null,
    error: null,
    pending_approvals: [],
    pending_consents: [],
    client_message_id: null,
    content_hash: null,
    reply_to: uuid(10),
    response_id: null,
    position: 0,
    ordinal: 2,
    ...change,
  }) as MessageRow;
