import type { Clock } from '../domain/clock.ts';
import { unlessAborted } from '../domain/deadline.ts';
import { createAskedToWait } from './asked-to-wait.ts';
import { createHeldTokens, type Held } from './held-tokens.ts';
import type { Granted } from './token-request.ts';

/** A wish for a token. */
export type Wish = {
  /** Whoever has the same key may have the same token: it holds the presented token's hash, tenant and scope. */
  key: string;
  /** The person (or the gateway itself) and the scope: a Retry-After holds for these alone. */
  owner: string;
  /** The token must have been asked for with these. */
  claims?: string;
  /** Milliseconds since the epoch after which no token may be given out for this key, e.g. the assertion's end. */
  notAfter: number;
};

export type SharedTokens<W extends Wish> = {
  /** @throws what the exchange threw; the signal's reason, which ends this wait only. */
  get(wish: W, signal: AbortSignal): Promise<string>;
  readonly size: number;
};

/** Pause after a failed renewal: the old token still serves. */
const renewPauseMs = 30_000;

/** Tokens held once for all who may share them; one exchange under way per key and claims, however many wait. */
export function createSharedTokens<W extends Wish>(
  exchange: (wish: W) => Promise<Granted>,
  clock: Clock,
): SharedTokens<W> {
  const tokens = createHeldTokens();
  const waiting = createAskedToWait();
  const underWay = new Map<string, Promise<string>>();

  async function obtain(wish: W): Promise<string> {
    const askedAt = clock.now();
    try {
      const granted = await exchange(wish);
      tokens.keep(wish, granted, { askedAt, now: clock.now() });
      return granted.token;
    } catch (error) {
      waiting.note(wish.owner, error, clock.now());
      throw error;
    }
  }

  function share(wish: W): Promise<string> {
    const id = `${wish.key} ${wish.claims ?? ''}`;
    const present = underWay.get(id);
    if (present) return present;
    const shared = obtain(wish).finally(() => underWay.delete(id));
    underWay.set(id, shared);
    // Those who waited may all have left.
    shared.catch(() => undefined);
    return shared;
  }

  function renewIfDue(wish: W, held: Held, now: number): void {
    if (now < held.renewAt) return;
    held.renewAt = now + renewPauseMs;
    if (!waiting.refusal(wish.owner, now)) share({ ...wish, claims: held.claims });
  }

  return {
    async get(wish, signal) {
      signal.throwIfAborted();
      const now = clock.now();
      const held = tokens.find(wish, now);
      if (held) {
        renewIfDue(wish, held, now);
        return held.token;
      }
      const refusal = waiting.refusal(wish.owner, now);
      if (refusal) throw refusal;
      return unlessAborted(share(wish), signal);
    },
    get size() {
      return tokens.size;
    },
  };
}
