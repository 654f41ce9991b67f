import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Caller, endOf } from '../domain/callers.ts';
import type { Clock } from '../domain/clock.ts';

/** What one issuer's rules have said of tokens. Only tokens that were good are kept, by their hash, until they end. */
export type TokenMemory = {
  /** Who presents this token; null where that has to be verified. */
  recall(key: string): Caller | null;
  /** Verifies once for all who ask at the same time, and remembers who it was. */
  verifyOnce(key: string, verify: () => Promise<Caller>): Promise<Caller>;
};

const maxRemembered = 10_000;

/** The name of a token in memory. */
export const hashOf = (token: string): string => hash('sha256', token, 'binary');

/** `skewMs`: for how long after its end a token is still taken. */
export function createTokenMemory(clock: Clock, skewMs: number): TokenMemory {
  const remembered = new LRUCache<string, Caller>({ max: maxRemembered });
  const underWay = new Map<string, Promise<Caller>>();

  async function verifyNew(key: string, verify: () => Promise<Caller>): Promise<Caller> {
    try {
      const caller = await verify();
      remembered.set(key, caller);
      return caller;
    } finally {
      underWay.delete(key);
    }
  }

  return {
    recall(key) {
      const known = remembered.get(key);
      if (!known) return null;
      if (endOf(known) + skewMs > clock.now()) return known;
      remembered.delete(key);
      return null;
    },
    verifyOnce(key, verify) {
      const verifying = underWay.get(key) ?? verifyNew(key, verify);
      underWay.set(key, verifying);
      return verifying;
    },
  };
}
