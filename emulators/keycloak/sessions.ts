import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LRUCache } from 'lru-cache';
import { writeSecretFile } from '../kit/secret-file.ts';

/** What one client has in a session. Absent once it was revoked. */
export type ClientSession = {
  /** As granted. */
  scope: string;
  /** With rotation: the refresh token used last, how often, and when. */
  refresh: { id: string; uses: number; at: number } | null;
};

/** A person who is signed in. Times are in seconds. */
export type Session = {
  id: string;
  personId: string;
  startedAt: number;
  usedAt: number;
  /** When the person signed in on a page; null without one. */
  authTime: number | null;
  /** By `offline_access`: it does not end by itself. */
  offline: boolean;
  clients: Record<string, ClientSession>;
};

type Stored = { sessions: Session[]; revoked: string[] };

/** The sessions of a realm, and the access tokens that were revoked. With a path they outlive the process. */
export type Sessions = {
  start(
    o: Pick<Session, 'personId' | 'authTime'> & { now: number; clientId: string; scope: string },
  ): Session;
  find(id: unknown): Session | null;
  end(id: string): void;
  endOf(personId: string): void;
  /** After a session was changed. */
  save(): void;
  /** By their `jti`. */
  revoke(tokenId: string): void;
  isRevoked(tokenId: unknown): boolean;
};

export function createSessions(path: string | undefined): Sessions {
  const kept = load(path);
  const sessions = new LRUCache<string, Session>({ max: 2000 });
  const revoked = new LRUCache<string, true>({ max: 2000 });
  for (const session of kept.sessions) sessions.set(session.id, session);
  for (const tokenId of kept.revoked) revoked.set(tokenId, true);
  const save = () => {
    // The newest are listed first, and are to be the newest again.
    const stored = { sessions: [...sessions.values()].reverse(), revoked: [...revoked.keys()].reverse() };
    if (path) writeSecretFile(path, stored);
  };
  const drop = (matches: (session: Session) => boolean) => {
    for (const session of [...sessions.values()]) if (matches(session)) sessions.delete(session.id);
    save();
  };
  return {
    start: ({ personId, authTime, now, clientId, scope }) => {
      const id = randomBytes(18).toString('base64url');
      const offline = scope.split(' ').includes('offline_access');
      const clients = { [clientId]: { scope, refresh: null } };
      const session = { id, personId, startedAt: now, usedAt: now, authTime, offline, clients };
      sessions.set(id, session);
      save();
      return session;
    },
    find: (id) => (typeof id === 'string' ? (sessions.get(id) ?? null) : null),
    end: (id) => drop((session) => session.id === id),
    endOf: (personId) => drop((session) => session.personId === personId),
    save,
    revoke: (tokenId) => {
      revoked.set(tokenId, true);
      save();
    },
    isRevoked: (tokenId) => revoked.has(String(tokenId)),
  };
}

function load(path: string | undefined): Stored {
  if (!path) return { sessions: [], revoked: [] };
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Stored;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { sessions: [], revoked: [] };
    throw new Error(`The realm's sessions in ${path} cannot be read.`, { cause: error });
  }
}
