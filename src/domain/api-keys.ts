import type { Scope } from './callers.ts';

/** A key to this API, as its owner sees it. The secret is known to nobody but who was given it. */
export type ApiKey = {
  id: string;
  /** Of the caller that it makes: `apikey:<key>`. A UUID; of a key of the settings, what these call it. */
  key: string;
  /** Caller.key of who made it; null for a key of the settings. */
  owner: string | null;
  name: string;
  /** How the secret begins. */
  prefix: string;
  scopes: readonly Scope[];
  /** Null: no bound of its own. */
  requestsPerMinute: number | null;
  createdAt: Date;
  /** Null: not by itself. */
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
};

/** What is stored of a new key. */
export type NewApiKey = Pick<ApiKey, 'name' | 'prefix' | 'scopes' | 'requestsPerMinute' | 'expiresAt'> & {
  hash: string;
};

/** A key as it is looked up by the hash of a secret. */
export type FoundApiKey = {
  id: string;
  owner: string;
  name: string;
  prefix: string;
  scopes: readonly Scope[];
  requestsPerMinute: number | null;
  /** By a secret that a rotation replaced: at the latest when its grace ends. */
  expiresAt: Date | null;
  /** Of the key, or of one that made it. */
  revokedAt: Date | null;
  /** Who made the first of the keys that led to it: its owner, where that is a person. */
  root: string;
};

/** How often a key was used on one day of UTC, and what that cost. */
export type UsageDay = {
  /** `2026-11-30`. */
  date: string;
  requests: number;
  errors: number;
  cost: number;
};

/** What one process counted of one key on one day, to be added to what there is. */
export type UsageCount = UsageDay & { keyId: string; usedAt: Date };

/** Counts in the order a process wrote them: one that is sent again is not added again. */
export type UsageBatch = { writer: string; batch: number; counts: UsageCount[] };

/** The day of UTC that a time falls on. */
export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);
