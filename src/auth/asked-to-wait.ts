import { LRUCache } from 'lru-cache';
import { MlgraphError } from '../domain/errors.ts';

/** Who was told by Entra to come back later (`Retry-After`): that owner alone, and no longer than it said. */
export type AskedToWait = {
  note(owner: string, error: unknown, now: number): void;
  /** The refusal again, with the seconds that are left; null when the time is over. */
  refusal(owner: string, now: number): MlgraphError | null;
};

const maxOwners = 10_000;
const longestMs = 300_000;

export function createAskedToWait(): AskedToWait {
  const owners = new LRUCache<string, { error: MlgraphError; until: number }>({ max: maxOwners });
  return {
    note(owner, error, now) {
      if (!(error instanceof MlgraphError) || !error.details.retryAfterSeconds) return;
      const until = now + Math.min(error.details.retryAfterSeconds * 1000, longestMs);
      owners.set(owner, { error, until });
    },
    refusal(owner, now) {
      const noted = owners.get(owner);
      if (!noted) return null;
      if (now < noted.until) return shortened(noted.error, noted.until - now);
      owners.delete(owner);
      return null;
    },
  };
}

function shortened({ code, message, details, cause }: MlgraphError, leftMs: number): MlgraphError {
  return new MlgraphError(code, message, { ...details, retryAfterSeconds: Math.ceil(leftMs / 1000) }, cause);
}
