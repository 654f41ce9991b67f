import type { Clock } from '../../domain/clock.ts';
import { retryAfterSeconds } from '../../domain/retry-after.ts';
import { AnswerBroken, ConnectionFailed } from './exchange.ts';

const firstStepMs = 200;
const longestStepMs = 2_000;
const transient = new Set([408, 429, 500, 502, 503, 504]);

export type RetryPolicy = {
  retries: number;
  /** On the clock: no wait goes beyond it. */
  deadlineAt: number;
  clock: Clock;
  random: () => number;
  signal: AbortSignal;
};

/**
 * Repeats an attempt that met a transient status or a lost connection: after Retry-After where it is given, else
 * after a random part of a doubling step (full jitter). What cannot be repeated within the deadline is the outcome.
 */
export async function withRetries<A extends { status: number; headers: Record<string, string> }>(
  attempt: () => Promise<A>,
  { retries, deadlineAt, clock, random, signal }: RetryPolicy,
): Promise<A> {
  for (let step = 0; ; step++) {
    const outcome = await attempt().then(
      (answer) => ({ answer, again: transient.has(answer.status), unpack: () => answer }),
      (error: unknown) => ({ answer: null, again: isTransient(error), unpack: () => raise(error) }),
    );
    if (!outcome.again || step >= retries) return outcome.unpack();
    const asked = outcome.answer && retryAfterSeconds(outcome.answer.headers, clock.now());
    const delay = asked !== null ? asked * 1000 : random() * Math.min(longestStepMs, firstStepMs * 2 ** step);
    if (clock.now() + delay >= deadlineAt) return outcome.unpack();
    await clock.sleep(delay, signal);
  }
}

const isTransient = (error: unknown) => error instanceof ConnectionFailed || error instanceof AnswerBroken;

const raise = (error: unknown): never => {
  throw error;
};
