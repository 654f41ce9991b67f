import type { Directions } from '../questions/directions.ts';
import type { Intent } from '../questions/intent.ts';
import { type Placed, placed } from './conversations.ts';
import type { Store } from './store.ts';

/** One question; its answer follows from it and from the time. Times are milliseconds since the epoch. */
export type Message = {
  id: string;
  conversationId: string;
  spaceId: string;
  /** Of its member in the workspace. */
  userId: number;
  content: string;
  askedAt: number;
  intent: Intent;
  directions: Directions;
  feedback: { rating: string; comment?: string } | null;
  /** When the rows of its answer were taken away. */
  expiredAt: number | null;
  /** When a query was last run again, by the attachment's id. */
  reruns: Record<string, number>;
};

/** The messages of all conversations, newest first. */
export type MessageBook = {
  /** Beyond 10,000 the oldest of the conversation goes. */
  add(message: Message): void;
  put(message: Message): void;
  get(id: string): Message | undefined;
  of(conversationId: string): Placed<Message>[];
  newest(conversationId: string): Message | undefined;
  all(): Message[];
  delete(id: string): void;
};

const most = 10_000;

export function openMessages(store: Store): MessageBook {
  const newestFirst = 'FROM messages WHERE conversation = ? ORDER BY position DESC';
  const sql = {
    add: store.prepare('INSERT INTO messages (id, conversation, body) VALUES (?, ?, ?)'),
    shorten: store.prepare(
      `DELETE FROM messages WHERE position IN (SELECT position ${newestFirst} LIMIT -1 OFFSET ${most})`,
    ),
    put: store.prepare('UPDATE messages SET body = ? WHERE id = ?'),
    get: store.prepare('SELECT position, body FROM messages WHERE id = ?'),
    of: store.prepare(`SELECT position, body ${newestFirst}`),
    newest: store.prepare(`SELECT position, body ${newestFirst} LIMIT 1`),
    all: store.prepare('SELECT position, body FROM messages'),
    delete: store.prepare('DELETE FROM messages WHERE id = ?'),
  };
  return {
    add: (message) => {
      sql.add.run(message.id, message.conversationId, JSON.stringify(message));
      sql.shorten.run(message.conversationId);
    },
    put: (message) => void sql.put.run(JSON.stringify(message), message.id),
    get: (id) => placed<Message>([sql.get.get(id)])[0],
    of: (conversationId) => placed(sql.of.all(conversationId)),
    newest: (conversationId) => placed<Message>([sql.newest.get(conversationId)])[0],
    all: () => placed(sql.all.all()),
    delete: (id) => void sql.delete.run(id),
  };
}
