import type { SupabaseClient } from '@supabase/supabase-js';
import type { Database } from '../../../emulators/supabase/index.ts';

/** One row in every table that belongs to `owner`, put there past all policies; by table, with its key. */
export async function seedRows(database: Database, owner: string): Promise<Record<string, Row>> {
  return await database.administer(async (query) => {
    const first = async (sql: string, ...values: string[]) => {
      const [row] = await query(`${sql} returning *`, values);
      if (!row) throw new Error('nothing was inserted');
      return row as Row;
    };
    const people = await first("insert into people (key, email) values ($1, 'ada@contoso.example')", owner);
    const agents = await first("insert into agents (owner, name) values ($1, 'storyteller')", owner);
    const sessions = await first(
      "insert into sessions (owner, title, agent_name) values ($1, 'hers', 'a')",
      owner,
    );
    const messages = await first(
      `insert into messages (session_key, owner, role, status, content, client_message_id)
       values ($1, $2, 'ASSISTANT', 'PENDING', 'her words', 'first')`,
      String(sessions.key),
      owner,
    );
    const audit_events = await first(
      "insert into audit_events (actor, actor_kind, action, outcome) values ($1, 'USER', 'sendMessage', 'OK')",
      owner,
    );
    const genie_conversations = await first(
      `insert into genie_conversations (owner, home, space_key, conversation_key, acts_as, title)
       values ($1, 'home', 'space', 'conversation', 'USER', 'hers')`,
      owner,
    );
    const genie_questions = await first(
      "insert into genie_questions (owner, client_message_id, content_hash) values ($1, 'first', 'hash')",
      owner,
    );
    const service_runs = await first(
      `insert into service_runs (owner, kind, service, client_run_id, content_hash)
       values ($1, 'TRAINING', 'chapkit', 'first', 'hash')`,
      owner,
    );
    const api_keys = await first(
      `insert into api_keys (owner, name, prefix, hash, scopes)
       values ($1, 'hers', 'mlg_aaaaaaaa', 'her hash', '{READ}')`,
      owner,
    );
    const api_key_usage = await first(
      "insert into api_key_usage (key_id, day, requests) values ($1, '2026-11-30', 3)",
      String(api_keys.id),
    );
    const usage_writers = await first('insert into usage_writers (id, batch) values (gen_random_uuid(), 1)');
    const keys = { api_keys, api_key_usage, usage_writers };
    const genie = { genie_conversations, genie_questions };
    return { people, agents, sessions, messages, audit_events, service_runs, ...genie, ...keys };
  });
}

export type Row = Record<string, string | null>;

/** The tables that the database has, as itself says. */
export async function tablesOf(database: Database): Promise<string[]> {
  const rows = await database.administer((query) =>
    query("select tablename from pg_tables where schemaname = 'public' order by 1"),
  );
  return rows.map(({ tablename }) => String(tablename));
}

/** All rows of a table, past all policies. */
export const rowsOf = (database: Database, table: string) =>
  database.administer((query) => query(`select * from "${table}" t order by to_jsonb(t)::text`));

/** What a client is told: status and error, or data. */
export const told = async (call: PromiseLike<Told>) => {
  const { status, error, data } = await call;
  return { status, error, data };
};
type Told = { status: number; error: unknown; data: unknown };

/** What names a row, where that is not its `key`. */
const keysOf: Record<string, string[]> = {
  agents: ['owner', 'name'],
  api_key_usage: ['key_id'],
  api_keys: ['id'],
  audit_events: ['id'],
  genie_conversations: ['owner', 'home', 'conversation_key'],
  genie_questions: ['owner', 'client_message_id'],
  usage_writers: ['id'],
};

/** A filter that meets exactly this row. */
export const meets = (row: Row, table: string): Record<string, string> => {
  const names = keysOf[table] ?? ['key'];
  return Object.fromEntries(names.map((name) => [name, String(row[name])]));
};

export type Client = SupabaseClient;
