import { LRUCache } from 'lru-cache';
import type { PeopleSeen } from '../auth/people.ts';
import type { Store } from '../datasources/supabase/store.ts';
import type { Identity } from '../domain/callers.ts';
import type { Clock } from '../domain/clock.ts';
import { localId } from '../domain/ids.ts';
import type { StoredUser } from '../domain/users.ts';

/** The people who call, as the gateway remembers them. */
export type People = {
  /** The person's own row, created or refreshed if that was not done lately. Without a store, as the token tells. */
  user(identity: Identity): Promise<StoredUser>;
  /** Whether `user` has to be asked: the person was not seen lately. A service has no row. */
  isNew(identity: Identity): boolean;
};

export type PeopleDeps = {
  clock: Clock;
  seen: PeopleSeen;
  /** The store in the person's name; null where there is none. */
  connect: ((identity: Identity, signal: AbortSignal) => Pick<Store, 'see'>) | null;
};

const max = 10_000;
const rememberedMs = 10 * 60_000;
const deadlineMs = 10_000;

/** A row is refreshed at most every ten minutes per person; who was not seen for longest is forgotten first. */
export function createPeople({ clock, seen, connect }: PeopleDeps): People {
  const rows = new LRUCache<string, Promise<StoredUser>>({
    max,
    ttl: rememberedMs,
    ttlResolution: 0,
    perf: { now: () => clock.now() },
  });
  return {
    isNew: ({ caller }) => connect !== null && caller.kind === 'USER' && !rows.has(keyOf(caller)),
    user(identity) {
      if (!connect) return Promise.resolve(asTokenTells(identity, seen));
      const key = keyOf(identity.caller);
      const known = rows.get(key);
      if (known) return known;
      const row = connect(identity, AbortSignal.timeout(deadlineMs)).see(identity.caller);
      rows.set(key, row);
      row.catch(() => {
        if (rows.peek(key) === row) rows.delete(key);
      });
      return row;
    },
  };
}

/** With the role: who loses the app role must not be taken for what the row said before. */
const keyOf = ({ key, role }: Identity['caller']) => `${role} ${key}`;

function asTokenTells({ caller }: Identity, seen: PeopleSeen): StoredUser {
  const { key, subject, tenantId, email, name, role } = caller;
  return { id: localId('User', key), key, subject, tenantId, email, name, role, ...seen.see(key) };
}
