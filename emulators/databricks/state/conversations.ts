import type { Directions } from '../questions/directions.ts';
import type { Intent } from '../questions/intent.ts';
import type { Store } from './store.ts';

/** Times are milliseconds since the epoch. */
export type Conversation = {
  id: string;
  spaceId: string;
  /** Key of the member whose it is. */
  owner: string;
  title: string;
  createdAt: number;
  mode: 'CHAT' | 'AGENT';
};

/** One question; its answer follows from it and from the time. */
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

export type ConversationBook = {
  /** The oldest of the space goes when there are more than 10,000. */
  add(conversation: Conversation): void;
  get(id: string): Conversation | undefined;
  /** Newest first. */
  list(spaceId: string): Conversation[];
  delete(id: string): void;
  /** The oldest of the conversation goes when there are more than 10,000. */
  addMessage(message: Message): void;
  putMessage(message: Message): void;
  /** Newest first. */
  messages(conversationId: string): Message[];
  allMessages(): Message[];
  deleteMessage(id: string): void;
};

const most = 10_000;

export function openConversations(store: Store): ConversationBook {
  const newest = 'ORDER BY position DESC LIMIT -1 OFFSET ?';
  const sql = {
    add: store.prepare('INSERT INTO conversations (id, space, body) VALUES (?, ?, ?)'),
    shorten: store.prepare(
      `DELETE FROM conversations WHERE position IN (SELECT position FROM conversations WHERE space = ? ${newest})`,
    ),
    dropOrphans: store.prepare(
      'DELETE FROM messages WHERE conversation NOT IN (SELECT id FROM conversations)',
    ),
    get: store.prepare('SELECT body FROM conversations WHERE id = ?'),
    list: store.prepare('SELECT body FROM conversations WHERE space = ? ORDER BY position DESC'),
    delete: store.prepare('DELETE FROM conversations WHERE id = ?'),
    deleteMessages: store.prepare('DELETE FROM messages WHERE conversation = ?'),
    addMessage: store.prepare('INSERT INTO messages (id, conversation, body) VALUES (?, ?, ?)'),
    shortenMessages: store.prepare(
      `DELETE FROM messages WHERE position IN (SELECT position FROM messages WHERE conversation = ? ${newest})`,
    ),
    putMessage: store.prepare('UPDATE messages SET body = ? WHERE id = ?'),
    messages: store.prepare('SELECT body FROM messages WHERE conversation = ? ORDER BY position DESC'),
    allMessages: store.prepare('SELECT body FROM messages'),
    deleteMessage: store.prepare('DELETE FROM messages WHERE id = ?'),
  };
  return {
    add: (conversation) => {
      sql.add.run(conversation.id, conversation.spaceId, JSON.stringify(conversation));
      if (sql.shorten.run(conversation.spaceId, most).changes > 0) sql.dropOrphans.run();
    },
    get: (id) => bodies<Conversation>([sql.get.get(id)])[0],
    list: (spaceId) => bodies<Conversation>(sql.list.all(spaceId)),
    delete: (id) => {
      sql.deleteMessages.run(id);
      sql.delete.run(id);
    },
    addMessage: (message) => {
      sql.addMessage.run(message.id, message.conversationId, JSON.stringify(message));
      sql.shortenMessages.run(message.conversationId, most);
    },
    putMessage: (message) => void sql.putMessage.run(JSON.stringify(message), message.id),
    messages: (conversationId) => bodies<Message>(sql.messages.all(conversationId)),
    allMessages: () => bodies<Message>(sql.allMessages.all()),
    deleteMessage: (id) => void sql.deleteMessage.run(id),
  };
}

/** The JSON documents in a query's rows; no row is no document. */
const bodies = <T>(rows: (Record<string, unknown> | undefined)[]): T[] =>
  rows.flatMap((row) => (row ? [JSON.parse(String(row.body)) as T] : []));
