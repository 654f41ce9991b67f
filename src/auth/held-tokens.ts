import { LRUCache } from 'lru-cache';
import type { Wish } from './shared-tokens.ts';
import type { Granted } from './token-request.ts';

/** A token in hand; times in milliseconds since the epoch. */
export type Held = {
  token: string;
  claims: string | undefined;
  at: number;
  renewAt: number;
  endsAt: number;
};

export type HeldTokens = {
  /** Null where there is none, or none good enough: that one is dropped. */
  find(wish: Wish, now: number): Held | null;
  keep(wish: Wish, granted: Granted, times: { askedAt: number; now: number }): void;
  readonly size: number;
};

const maxTokens = 20_000;
const maxBytes = 64 * 1024 * 1024;
/** How long before its end a token is renewed, and is no longer given out; less for short lives. */
const renewBeforeMs = 300_000;
const spareMs = 60_000;
/** The same claims again, later, mean that the token got by them was not enough. */
const sameClaimsMs = 60_000;

export function createHeldTokens(): HeldTokens {
  const tokens = new LRUCache<string, Held>({
    max: maxTokens,
    maxSize: maxBytes,
    sizeCalculation: ({ token }, key) => token.length + key.length,
  });
  return {
    find(wish, now) {
      const held = tokens.get(wish.key);
      if (!held) return null;
      if (now < held.endsAt && satisfies(held, wish.claims, now)) return held;
      tokens.delete(wish.key);
      return null;
    },
    keep(wish, granted, { askedAt, now }) {
      const held = holding(wish, granted, askedAt);
      // One asked for with claims came meanwhile, and does more.
      const stronger = wish.claims === undefined && tokens.peek(wish.key)?.claims !== undefined;
      if (!stronger && now < held.endsAt) tokens.set(wish.key, held);
    },
    get size() {
      return tokens.size;
    },
  };
}

function holding({ claims, notAfter }: Wish, { token, lifetimeMs }: Granted, at: number): Held {
  const end = at + lifetimeMs;
  const renewAt = end - Math.min(renewBeforeMs, lifetimeMs / 5);
  const endsAt = Math.min(end - Math.min(spareMs, lifetimeMs / 10), notAfter);
  return { token, claims, at, renewAt, endsAt };
}

const satisfies = (held: Held, claims: string | undefined, now: number) =>
  claims === undefined || (held.claims === claims && now - held.at < sameClaimsMs);
