import { LRUCache } from 'lru-cache';
import type { Clock } from '../domain/clock.ts';
import { MlgraphError } from '../domain/errors.ts';
import { waitFor } from './deadline.ts';
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

type Held = { token: string; claims: string | undefined; at: number; renewAt: number; endsAt: number };

const maxTokens = 20_000;
const maxTokenBytes = 64 * 1024 * 1024;
const maxRefusals = 10_000;
/** How long before its end a token is renewed, and how long before it is no longer given out; less for short lives. */
const renewBeforeMs = 300_000;
const spareMs = 60_000;
/** Pause after a failed renewal: the old token still serves. */
const renewPauseMs = 30_000;
/** The same claims again, later, mean that the token got by them was not enough. */
const sameClaimsMs = 60_000;
const longestRetryAfterMs = 300_000;

/** Tokens held once for all who may share them; one exchange under way per key and claims, however many wait. */
export function createSharedTokens<W extends Wish>(
  exchange: (wish: W) => Promise<Granted>,
  clock: Clock,
): SharedTokens<W> {
  const tokens = new LRUCache<string, Held>({
    max: maxTokens,
    maxSize: maxTokenBytes,
    sizeCalculation: ({ token }, key) => token.length + key.length,
  });
  const underWay = new Map<string, Promise<string>>();
  const refusals = new LRUCache<string, { error: MlgraphError; until: number }>({ max: maxRefusals });

  function start(wish: W): Promise<string> {
    const id = `${wish.key} ${wish.claims ?? ''}`;
    const present = underWay.get(id);
    if (present) return present;
    const startedAt = clock.now();
    const promise = exchange(wish)
      .then(
        (granted) => keep(wish, granted, startedAt),
        (error: unknown) => {
          keepRefusal(wish, error);
          throw error;
        },
      )
      .finally(() => underWay.delete(id));
    // Those who waited may all have left.
    promise.catch(() => undefined);
    underWay.set(id, promise);
    return promise;
  }

  function keep(wish: W, { token, lifetimeMs }: Granted, startedAt: number): string {
    const end = startedAt + lifetimeMs;
    const held = {
      token,
      claims: wish.claims,
      at: startedAt,
      renewAt: end - Math.min(renewBeforeMs, lifetimeMs / 5),
      endsAt: Math.min(end - Math.min(spareMs, lifetimeMs / 10), wish.notAfter),
    };
    const stronger = wish.claims === undefined && tokens.peek(wish.key)?.claims !== undefined;
    if (!stronger && clock.now() < held.endsAt) tokens.set(wish.key, held);
    return token;
  }

  function keepRefusal({ owner }: W, error: unknown): void {
    const seconds = error instanceof MlgraphError ? error.details.retryAfterSeconds : undefined;
    if (!(error instanceof MlgraphError) || !seconds) return;
    const until = clock.now() + Math.min(seconds * 1000, longestRetryAfterMs);
    refusals.set(owner, { error, until });
  }

  function refuseIfAskedToWait({ owner }: W, now: number): void {
    const refusal = refusals.get(owner);
    if (!refusal) return;
    if (refusal.until <= now) {
      refusals.delete(owner);
      return;
    }
    const { code, message, details } = refusal.error;
    const retryAfterSeconds = Math.ceil((refusal.until - now) / 1000);
    throw new MlgraphError(code, message, { ...details, retryAfterSeconds }, refusal.error.cause);
  }

  function renewIfDue(wish: W, held: Held, now: number): void {
    if (now < held.renewAt) return;
    held.renewAt = now + renewPauseMs;
    const refusal = refusals.get(wish.owner);
    if (!refusal || refusal.until <= now) start({ ...wish, claims: held.claims });
  }

  return {
    async get(wish, signal) {
      signal.throwIfAborted();
      const now = clock.now();
      const held = tokens.get(wish.key);
      if (held && now < held.endsAt && satisfies(held, wish.claims, now)) {
        renewIfDue(wish, held, now);
        return held.token;
      }
      if (held) tokens.delete(wish.key);
      refuseIfAskedToWait(wish, now);
      return waitFor(start(wish), signal);
    },
    get size() {
      return tokens.size;
    },
  };
}

const satisfies = (held: Held, claims: string | undefined, now: number) =>
  claims === undefined || (held.claims === claims && now - held.at < sameClaimsMs);
