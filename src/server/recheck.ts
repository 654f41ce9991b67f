import type { Caller } from '../domain/callers.ts';
import type { Clock } from '../domain/clock.ts';
import { codeOf } from '../domain/errors.ts';

/** Who it is now. @throws UNAUTHENTICATED or FORBIDDEN once the credential holds no more. */
export type Recheck = () => Promise<Caller>;

/**
 * Looks again and again whether a credential that can be revoked still holds, until it does not or the watch is called
 * off. Where that cannot be known just now, what runs goes on. Returns how to call it off.
 */
export function keepChecking(
  recheck: Recheck,
  { clock, recheckMs }: { clock: Clock; recheckMs: number },
  on: { holds?(caller: Caller): void; refused(error: unknown): void },
): () => void {
  const off = new AbortController();
  const check = async () => {
    while (!off.signal.aborted) {
      await clock.sleep(recheckMs, off.signal);
      const error = await refusalOf(recheck, (caller) => off.signal.aborted || on.holds?.(caller));
      if (error === null || off.signal.aborted) continue;
      off.abort();
      on.refused(error);
    }
  };
  check().catch(() => {
    // Called off: the sleep rejects with the signal's reason, and there is nothing left to do.
  });
  return () => off.abort();
}

async function refusalOf(recheck: Recheck, holds: (caller: Caller) => unknown): Promise<unknown> {
  try {
    holds(await recheck());
    return null;
  } catch (error) {
    return ['UNAUTHENTICATED', 'FORBIDDEN'].includes(codeOf(error)) ? error : null;
  }
}
