import { bodies } from './conversations.ts';
import type { Item, Metadata } from './items.ts';
import type { Store } from './store.ts';

export type ResponseStatus = 'queued' | 'in_progress' | 'completed' | 'failed' | 'incomplete' | 'cancelled';

export type Usage = {
  input_tokens: number;
  input_tokens_details: { cached_tokens: number };
  output_tokens: number;
  output_tokens_details: { reasoning_tokens: number };
  total_tokens: number;
};

/** A response as it goes over the wire. */
export type ResponseObject = {
  id: string;
  object: 'response';
  /** Seconds since the epoch, as is `completed_at`. */
  created_at: number;
  completed_at: number | null;
  status: ResponseStatus;
  error: { code: string; message: string } | null;
  incomplete_details: { reason: string } | null;
  model: string;
  conversation: { id: string } | null;
  previous_response_id: string | null;
  agent_reference: { type: 'agent_reference'; name: string; version: string };
  output: Item[];
  /** Null until it has ended. */
  usage: Usage | null;
  metadata: Metadata;
  background: boolean;
  store: boolean;
};

/** A response with what is kept beside it. */
export type ResponseRecord = {
  response: ResponseObject;
  /** What was new in its request. */
  input: Item[];
  inputTokens: number;
  /** Asked for as a stream: only such a one can be streamed again. */
  streamed: boolean;
};

/** One event of a response. `data` is its JSON. */
export type StoredEvent = { sequence: number; data: string };

export type ResponseBook = {
  insert(record: ResponseRecord): void;
  put(record: ResponseRecord): void;
  get(id: string): ResponseRecord | undefined;
  /** Oldest first. */
  list(filter: { agent?: string; conversation?: string }): ResponseRecord[];
  /** Those that had not ended when they were last written. */
  unfinished(): ResponseRecord[];
  delete(id: string): boolean;
  /** `sequence` is that of the first. */
  addEvents(id: string, events: { sequence: number; data: readonly string[] }): void;
  /** In order, from the one after `after`. */
  events(id: string, after: number): StoredEvent[];
};

export function openResponses({ database, transaction }: Store): ResponseBook {
  const sql = {
    insert: database.prepare(
      'INSERT INTO responses (id, conversation, agent, status, body) VALUES (?, ?, ?, ?, ?)',
    ),
    put: database.prepare('UPDATE responses SET status = ?, body = ? WHERE id = ?'),
    get: database.prepare('SELECT body FROM responses WHERE id = ?'),
    list: database.prepare(
      'SELECT body FROM responses WHERE (?1 IS NULL OR agent = ?1) AND (?2 IS NULL OR conversation = ?2) ORDER BY position',
    ),
    unfinished: database.prepare("SELECT body FROM responses WHERE status IN ('queued', 'in_progress')"),
    delete: database.prepare('DELETE FROM responses WHERE id = ?'),
    deleteEvents: database.prepare('DELETE FROM event_groups WHERE response = ?'),
    addEvents: database.prepare('INSERT INTO event_groups (response, sequence, data) VALUES (?, ?, ?)'),
    events: database.prepare('SELECT sequence, data FROM event_groups WHERE response = ? ORDER BY position'),
  };
  return {
    insert: (record) => {
      const { id, conversation, agent_reference, status } = record.response;
      sql.insert.run(id, conversation?.id ?? null, agent_reference.name, status, JSON.stringify(record));
    },
    put: (record) => void sql.put.run(record.response.status, JSON.stringify(record), record.response.id),
    get: (id) => bodies<ResponseRecord>([sql.get.get(id)])[0],
    list: ({ agent, conversation }) =>
      bodies<ResponseRecord>(sql.list.all(agent ?? null, conversation ?? null)),
    unfinished: () => bodies<ResponseRecord>(sql.unfinished.all()),
    delete: (id) =>
      transaction(() => {
        sql.deleteEvents.run(id);
        return sql.delete.run(id).changes > 0;
      }),
    addEvents: (id, { sequence, data }) => void sql.addEvents.run(id, sequence, data.join('\n')),
    events: (id, after) =>
      sql.events
        .all(id)
        .flatMap(eventsIn)
        .filter(({ sequence }) => sequence > after),
  };
}

/** A row holds several events, one a line, and the sequence number of the first. */
const eventsIn = (row: Record<string, unknown>): StoredEvent[] =>
  String(row.data)
    .split('\n')
    .map((data, index) => ({ sequence: Number(row.sequence) + index, data }));
