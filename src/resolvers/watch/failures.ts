import type { Clock } from '../../domain/clock.ts';
import { codeOf, forbidden, MlgraphError } from '../../domain/errors.ts';

/**
 * Whose failure a read's error is: of the `moment` (try again), of the presented `token`, of the `person`, `missing`
 * (gone, or hidden from this person), or of the `subject` (whoever asks would get it).
 */
export type Blame = 'moment' | 'token' | 'person' | 'missing' | 'subject';

export function blameOf(error: unknown): Blame {
  switch (codeOf(error)) {
    case 'UPSTREAM_UNAVAILABLE':
    case 'UPSTREAM_TIMEOUT':
    case 'UPSTREAM_ERROR':
    case 'RATE_LIMITED':
      return 'moment';
    case 'UNAUTHENTICATED':
    case 'INTERACTION_REQUIRED':
      return 'token';
    case 'FORBIDDEN':
      return 'person';
    case 'NOT_FOUND':
      return 'missing';
    default:
      return 'subject';
  }
}

/** Whether somebody else, or the same person with another token, might get an answer at once. */
export const isPersonal = (error: unknown): boolean => {
  const blame = blameOf(error);
  return blame === 'token' || blame === 'person' || blame === 'missing';
};

export const rightLost = (): MlgraphError => forbidden('The right to read what is watched here was lost.');

/** What streams end with when the gateway drains: the client comes back with its last cursor. */
export const draining = (): MlgraphError =>
  new MlgraphError('UPSTREAM_UNAVAILABLE', 'The gateway is restarting; subscribe again with `after`.', {
    retryAfterSeconds: 1,
  });

/** For how long reads may fail in a row before the error is handed on. */
const patienceMs = 300_000;
const firstStepMs = 1_000;
const longestStepMs = 30_000;
/** Beyond what a timer can hold, or a watcher would wait for. */
const longestRetryAfterMs = 3_600_000;

/** How long to wait after failures in a row: doubling steps with jitter, Retry-After where the upstream gave one. */
export class Patience {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #limitMs: number;
  #failures = 0;
  #failingSince = 0;

  constructor(clock: Clock, random: () => number, limitMs = patienceMs) {
    this.#clock = clock;
    this.#random = random;
    this.#limitMs = limitMs;
  }

  reset(): void {
    this.#failures = 0;
  }

  /** Milliseconds to wait before the next try. @throws `error` itself after `limitMs` of failures. */
  delayAfter(error: unknown): number {
    if (this.#failures === 0) this.#failingSince = this.#clock.now();
    if (this.#clock.now() - this.#failingSince >= this.#limitMs) throw error;
    const step = Math.min(longestStepMs, firstStepMs * 2 ** this.#failures);
    this.#failures++;
    return Math.max(step * (0.5 + this.#random() / 2), retryAfterMs(error));
  }
}

const retryAfterMs = (error: unknown): number =>
  error instanceof MlgraphError
    ? Math.min(longestRetryAfterMs, (error.details.retryAfterSeconds ?? 0) * 1000)
    : 0;
