import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The database of one emulated project. What it has answered for is on disk, also when the process is killed. */
export type Store = {
  database: DatabaseSync;
  /** All or nothing, at once, after everything that was to be written `soon`. */
  transaction<T>(work: () => T): T;
  /** Together with what else comes in this turn of the event loop; `written` follows when it is on disk. */
  soon(work: () => void, written: () => void): void;
  close(): void;
};

const tables = `
  CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, position INTEGER UNIQUE, body TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS items (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, conversation TEXT NOT NULL, body TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS items_of ON items (conversation, position);
  CREATE TABLE IF NOT EXISTS responses (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, conversation TEXT, agent TEXT NOT NULL,
    status TEXT NOT NULL, body TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS events (
    response TEXT NOT NULL, sequence INTEGER NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (response, sequence)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS consents (
    person TEXT NOT NULL, connection TEXT NOT NULL, PRIMARY KEY (person, connection)) WITHOUT ROWID;`;

/** Opens, or creates, the database below `home`. */
export function openStore(home: string): Store {
  mkdirSync(home, { recursive: true });
  const database = new DatabaseSync(path.join(home, 'foundry.db'));
  // Written before it is answered for, which outlives the process; nothing waits for the disk beneath it.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
  database.exec(tables);
  return { database, ...groupedWrites(database) };
}

function groupedWrites(database: DatabaseSync): Omit<Store, 'database'> {
  let waiting: { work: () => void; written: () => void }[] = [];
  const flush = () => {
    if (waiting.length === 0) return;
    const group = waiting;
    waiting = [];
    inTransaction(database, () => {
      for (const { work } of group) work();
    });
    for (const { written } of group) written();
  };
  return {
    transaction: (work) => {
      flush();
      return inTransaction(database, work);
    },
    soon: (work, written) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ work, written });
    },
    close: () => {
      flush();
      database.close();
    },
  };
}

function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
