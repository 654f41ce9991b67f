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

/** As kept: a later one has a higher place. */
export type Placed<T> = T & { place: number };

/** The conversations of all spaces, newest first. */
export type ConversationBook = {
  /** Beyond 10,000 the oldest of the space goes, with its messages. */
  add(conversation: Conversation): void;
  get(id: string): Conversation | undefined;
  of(spaceId: string, owner: string): Placed<Conversation>[];
  all(spaceId: string): Placed<Conversation>[];
  delete(id: string): void;
};

const most = 10_000;

export function openConversations(store: Store): ConversationBook {
  const sql = {
    add: store.prepare('INSERT INTO conversations (id, space, owner, body) VALUES (?, ?, ?, ?)'),
    surplus: store.prepare(
      'SELECT id FROM conversations WHERE space = ? ORDER BY position DESC LIMIT -1 OFFSET ?',
    ),
    get: store.prepare('SELECT position, body FROM conversations WHERE id = ?'),
    of: store.prepare(
      'SELECT position, body FROM conversations WHERE space = ? AND owner = ? ORDER BY position DESC',
    ),
    all: store.prepare('SELECT position, body FROM conversations WHERE space = ? ORDER BY position DESC'),
    deleteMessages: store.prepare('DELETE FROM messages WHERE conversation = ?'),
    delete: store.prepare('DELETE FROM conversations WHERE id = ?'),
  };
  const remove = (id: string) => {
    sql.deleteMessages.run(id);
    sql.delete.run(id);
  };
  return {
    add: (conversation) => {
      const { id, spaceId, owner } = conversation;
      sql.add.run(id, spaceId, owner, JSON.stringify(conversation));
      for (const row of sql.surplus.all(spaceId, most)) remove(String(row.id));
    },
    get: (id) => placed<Conversation>([sql.get.get(id)])[0],
    of: (spaceId, owner) => placed(sql.of.all(spaceId, owner)),
    all: (spaceId) => placed(sql.all.all(spaceId)),
    delete: remove,
  };
}

/** The JSON documents in a query's rows; no row is no document. */
export const placed = <T>(rows: (Record<string, unknown> | undefined)[]): Placed<T>[] =>
  rows.flatMap((row) =>
    row ? [{ ...(JSON.parse(String(row.body)) as T), place: Number(row.position) }] : [],
  );
