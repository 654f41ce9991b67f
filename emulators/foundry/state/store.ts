import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The database of one emulated project. */
export type Store = {
  database: DatabaseSync;
  /** All or nothing. It is there from now on, also when the process is killed. */
  transaction<T>(work: () => T): T;
  /** Within a second, together with what else there is; at the latest when the store is closed. */
  soon(work: () => void): void;
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
  CREATE TABLE IF NOT EXISTS event_groups (
    position INTEGER PRIMARY KEY AUTOINCREMENT, response TEXT NOT NULL, sequence INTEGER NOT NULL, data TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS event_groups_of ON event_groups (response);
  CREATE TABLE IF NOT EXISTS consents (
    person TEXT NOT NULL, connection TEXT NOT NULL, PRIMARY KEY (person, connection)) WITHOUT ROWID;`;

/** Earlier versions kept a row per event; a group may be of one. */
const formerTables = `
  CREATE TABLE IF NOT EXISTS events (response TEXT, sequence INTEGER, data TEXT);
  INSERT INTO event_groups (response, sequence, data)
    SELECT response, sequence, data FROM events ORDER BY response, sequence;
  DROP TABLE events;`;

/** Opens, or creates, the database below `home`. */
export function openStore(home: string): Store {
  mkdirSync(home, { recursive: true });
  const database = new DatabaseSync(path.join(home, 'foundry.db'));
  // Written before it is answered for, which outlives the process; nothing waits for the disk beneath it.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000');
  inTransaction(database, () => database.exec(tables + formerTables));
  return { database, ...groupedWrites(database) };
}

const groupMs = 1_000;

function groupedWrites(database: DatabaseSync): Omit<Store, 'database'> {
  let waiting: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    if (waiting.length === 0) return;
    const group = waiting;
    waiting = [];
    inTransaction(database, () => {
      for (const work of group) work();
    });
  };
  return {
    transaction: (work) => inTransaction(database, work),
    soon: (work) => {
      if (waiting.length === 0) timer = setTimeout(flush, groupMs);
      waiting.push(work);
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
