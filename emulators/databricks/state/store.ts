import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const tables = `
  CREATE TABLE IF NOT EXISTS conversations (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, space TEXT NOT NULL, owner TEXT NOT NULL,
    body TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS conversations_of ON conversations (space, owner, position);
  CREATE TABLE IF NOT EXISTS messages (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, conversation TEXT NOT NULL, body TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS messages_of ON messages (conversation, position);`;

export type Store = DatabaseSync;

/** Opens, or creates, the workspace's database below `home`. What it has answered for outlives the process. */
export function openStore(home: string): Store {
  mkdirSync(home, { recursive: true });
  const database = new DatabaseSync(path.join(home, 'databricks.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  database.exec(tables);
  return database;
}
