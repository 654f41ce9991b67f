import type { Store } from './store.ts';

/** Who has let a connection act for them: kept per person and connection. */
export type ConsentBook = {
  has(person: string, connection: string): boolean;
  give(person: string, connection: string): void;
  withdrawAll(): void;
};

export function openConsents({ database }: Store): ConsentBook {
  const has = database.prepare('SELECT 1 FROM consents WHERE person = ? AND connection = ?');
  const give = database.prepare('INSERT OR IGNORE INTO consents VALUES (?, ?)');
  const clear = database.prepare('DELETE FROM consents');
  return {
    has: (person, connection) => has.get(person, connection) !== undefined,
    give: (person, connection) => void give.run(person, connection),
    withdrawAll: () => void clear.run(),
  };
}
