import { type Item, type Metadata, newId } from './items.ts';
import type { Store } from './store.ts';

export type Conversation = {
  id: string;
  /** Seconds since the epoch. */
  createdAt: number;
  metadata: Metadata;
  /** Agents that have answered in it, as `name:version`. */
  agents: string[];
};

/** The conversations of the project, which are nobody's own. */
export type ConversationBook = {
  create(metadata: Metadata, items: Item[]): Conversation;
  get(id: string): Conversation | undefined;
  /** Oldest first. */
  list(): Conversation[];
  put(conversation: Conversation): void;
  delete(id: string): void;
  /** Oldest first. */
  items(id: string): Item[];
  /** Within a transaction of the caller's. */
  append(id: string, items: readonly Item[]): void;
  deleteItem(id: string, itemId: string): boolean;
};

export function openConversations(store: Store, now: () => number): ConversationBook {
  const { database } = store;
  const sql = {
    insert: database.prepare(
      'INSERT INTO conversations SELECT ?, COALESCE(MAX(position), 0) + 1, ? FROM conversations',
    ),
    update: database.prepare('UPDATE conversations SET body = ? WHERE id = ?'),
    get: database.prepare('SELECT body FROM conversations WHERE id = ?'),
    list: database.prepare('SELECT body FROM conversations ORDER BY position'),
    delete: database.prepare('DELETE FROM conversations WHERE id = ?'),
    deleteItems: database.prepare('DELETE FROM items WHERE conversation = ?'),
    items: database.prepare('SELECT body FROM items WHERE conversation = ? ORDER BY position'),
    append: database.prepare('INSERT INTO items (id, conversation, body) VALUES (?, ?, ?)'),
    deleteItem: database.prepare('DELETE FROM items WHERE conversation = ? AND id = ?'),
  };
  const append = (id: string, items: readonly Item[]) => {
    for (const item of items) sql.append.run(item.id, id, JSON.stringify(item));
  };
  return {
    create: (metadata, items) => {
      const created = { id: newId('conv'), createdAt: Math.floor(now() / 1000), metadata, agents: [] };
      store.transaction(() => {
        sql.insert.run(created.id, JSON.stringify(created));
        append(created.id, items);
      });
      return created;
    },
    get: (id) => bodies<Conversation>([sql.get.get(id)])[0],
    list: () => bodies<Conversation>(sql.list.all()),
    put: (conversation) => void sql.update.run(JSON.stringify(conversation), conversation.id),
    delete: (id) =>
      store.transaction(() => {
        sql.deleteItems.run(id);
        sql.delete.run(id);
      }),
    items: (id) => bodies<Item>(sql.items.all(id)),
    append,
    deleteItem: (id, itemId) => sql.deleteItem.run(id, itemId).changes > 0,
  };
}

/** The JSON documents in a query's rows; no row is no document. */
export const bodies = <T>(rows: (Record<string, unknown> | undefined)[]): T[] =>
  rows.flatMap((row) => (row ? [JSON.parse(String(row.body)) as T] : []));
