import type { CallContext, Identity } from '../domain/callers.ts';
import type { Clock } from '../domain/clock.ts';
import { MlgraphError, unauthenticated } from '../domain/errors.ts';
import type { Standing } from './budgets.ts';
import type { Recheck } from './recheck.ts';
import type { ServerRuntime } from './runtime.ts';
import { createTiming, type Timing } from './timing.ts';

/** One GraphQL operation on its way through the server, over whichever transport it came. */
export type Operation = {
  /** Null until authenticated, and for nobody. */
  identity: Identity | null;
  /** Whether the credential still holds; null where it cannot be revoked, or its transport looks after it. */
  recheck: Recheck | null;
  readonly call: CallContext;
  readonly lastEventId: string | null;
  readonly timing: Timing;
  /** Whether an error of it was shown. */
  failed: boolean;
  /** As it was known before it ran; 0 of one that was refused before. */
  cost: number;
  /** The budgets that it was taken from. */
  standings: readonly Standing[];
  /** Whether it was told of (`account`). */
  accounted: boolean;
  /**
   * Aborts whatever the operation still does. With an MlgraphError as the reason a subscription ends with that
   * error, without one it just ends. Only the first call counts.
   */
  end(reason?: unknown): void;
};

/** Why a subscription ends when the server stops: its transport then makes the client come back. */
export const restart = Symbol('restart');
const over = Symbol('over');

export function createOperation(o: {
  identity: Identity | null;
  requestId: string;
  traceparent: string;
  lastEventId?: string | null;
}): Operation {
  const abort = new AbortController();
  const timing = createTiming();
  return {
    identity: o.identity,
    recheck: null,
    call: {
      signal: abort.signal,
      requestId: o.requestId,
      traceparent: o.traceparent,
      onUpstreamTime: timing.addUpstream,
    },
    lastEventId: o.lastEventId ?? null,
    timing,
    failed: false,
    cost: 0,
    standings: [],
    accounted: false,
    end: (reason = over) => abort.abort(reason),
  };
}

/** A new context for the resolvers. Nothing read through an earlier one is remembered in it. */
export const contextOf = (operation: Operation, runtime: ServerRuntime): object =>
  runtime.createContext({
    identity: operation.identity,
    call: { ...operation.call },
    lastEventId: operation.lastEventId,
  });

/** The longest wait of setTimeout; a longer one fires at once. */
const maxTimeoutMs = 2 ** 31 - 1;

/** Calls `action` when the clock reads `when` (ms since the epoch). Returns how to call it off. */
export function at(clock: Clock, when: number, action: () => void): () => void {
  const off = new AbortController();
  const wait = async () => {
    for (let left = when - clock.now(); left > 0; left = when - clock.now())
      await clock.sleep(Math.min(left, maxTimeoutMs), off.signal);
    if (!off.signal.aborted) action();
  };
  wait().catch(() => {
    // Called off: the sleep rejects with the signal's reason, and there is nothing left to do.
  });
  return () => off.abort();
}

export const tokenExpired = () => unauthenticated('The token has expired.');

export const restarting = () =>
  new MlgraphError('UPSTREAM_UNAVAILABLE', 'The service restarts: try again.', { retryAfterSeconds: 1 });
