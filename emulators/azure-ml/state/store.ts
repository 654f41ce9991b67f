import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Documents of one kind, by key. What `get` and `values` give is frozen in spirit: change it through `put` only.
 * Every write is on disk when the call returns, so that a killed process loses nothing it has answered for.
 */
export type Collection<T> = {
  get(key: string): T | undefined;
  has(key: string): boolean;
  put(key: string, value: T): T;
  delete(key: string): boolean;
  entries(): IterableIterator<[string, T]>;
  values(): IterableIterator<T>;
};

export type Store = { collection<T>(kind: string): Collection<T>; close(): void };

/** Opens, or creates, the database of one emulated subscription below `home`. */
export function openStore(home: string): Store {
  mkdirSync(home, { recursive: true });
  const database = new DatabaseSync(path.join(home, 'state.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  database.exec(
    'CREATE TABLE IF NOT EXISTS documents (kind TEXT, key TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID',
  );
  return { collection: (kind) => openCollection(database, kind), close: () => database.close() };
}

function openCollection<T>(database: DatabaseSync, kind: string): Collection<T> {
  const documents = new Map<string, T>();
  for (const row of database.prepare('SELECT key, body FROM documents WHERE kind = ?').all(kind))
    documents.set(String(row.key), JSON.parse(String(row.body)) as T);
  const write = database.prepare('INSERT OR REPLACE INTO documents (kind, key, body) VALUES (?, ?, ?)');
  const remove = database.prepare('DELETE FROM documents WHERE kind = ? AND key = ?');
  return {
    get: (key) => documents.get(key),
    has: (key) => documents.has(key),
    put: (key, value) => {
      write.run(kind, key, JSON.stringify(value));
      documents.set(key, value);
      return value;
    },
    delete: (key) => {
      remove.run(kind, key);
      return documents.delete(key);
    },
    entries: () => documents.entries(),
    values: () => documents.values(),
  };
}
