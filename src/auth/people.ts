import { LRUCache } from 'lru-cache';
import type { Clock } from '../domain/clock.ts';

export type PersonSeen = { createdAt: Date; lastSeenAt: Date };
/** When this process first and last saw each person: what `User` says while nothing is stored. */
export type PeopleSeen = { see(key: string): PersonSeen };

/** Bounded: who was not seen for longest is forgotten first. */
export function createPeopleSeen(clock: Clock, max = 10_000): PeopleSeen {
  const people = new LRUCache<string, PersonSeen>({ max });
  return {
    see(key) {
      const now = new Date(clock.now());
      const person = { createdAt: people.get(key)?.createdAt ?? now, lastSeenAt: now };
      people.set(key, person);
      return person;
    },
  };
}
