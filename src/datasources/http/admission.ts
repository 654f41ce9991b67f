import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
} from 'cockatiel';
import { unlessAborted } from '../../domain/deadline.ts';
import { DeadlinePassed } from './deadline.ts';
import { AnswerBroken, ConnectionFailed } from './exchange.ts';

/** The host is taken for dead: nothing was sent. */
export class CircuitOpen extends Error {}
/** Too many calls are on the wire or waiting: nothing was sent. */
export class TooBusy extends Error {}

/** Lets an attempt through to the wire, or refuses it at once. */
export type Admission = <A extends { status: number }>(
  attempt: () => Promise<A>,
  signal: AbortSignal,
) => Promise<A>;

const isFailure = (error: unknown) =>
  error instanceof ConnectionFailed || error instanceof AnswerBroken || error instanceof DeadlinePassed;

/**
 * A breaker around a cap. Lost connections, timeouts and 5xx count against the host; an answer below 500 clears it;
 * callers who leave and calls that never reached the wire do neither. The opening of a stream meets the same breaker,
 * but takes no slot: however slow it is, it keeps no call waiting.
 */
export function createAdmission(o: { maxInFlight: number; failures: number; recoverAfterMs: number }): {
  calls: Admission;
  streams: Admission;
} {
  const slots = bulkhead(o.maxInFlight, o.maxInFlight * 32);
  // cockatiel takes an unhandled error of the one call it lets through while half open for a success, and closes:
  // there, nothing but an answer may.
  const counted = handleWhen((error) => isFailure(error) || breaker.state === CircuitState.HalfOpen);
  const breaker: CircuitBreakerPolicy = circuitBreaker(
    counted.orWhenResult((answer) => (answer as { status: number }).status >= 500),
    { breaker: new ConsecutiveBreaker(o.failures), halfOpenAfter: o.recoverAfterMs },
  );

  const throughSlot: Admission = (attempt, signal) => {
    let sent = false;
    const send = () => {
      if (breaker.state === CircuitState.Open) throw new CircuitOpen();
      sent = true;
      return attempt();
    };
    // A queued call would notice its abort only when its turn comes, hence the race.
    return unlessAborted(slots.execute(send, signal), signal).catch((error: unknown) => {
      const neverSent = error instanceof DeadlinePassed && !sent;
      throw neverSent || error instanceof BulkheadRejectedError ? new TooBusy() : error;
    });
  };

  const throughBreaker =
    (send: Admission): Admission =>
    async (attempt, signal) => {
      // cockatiel would make the others wait for the trying call's outcome, however long that hangs.
      if (breaker.state === CircuitState.HalfOpen) throw new CircuitOpen();
      try {
        return await breaker.execute(() => send(attempt, signal));
      } catch (error) {
        throw error instanceof BrokenCircuitError ? new CircuitOpen() : error;
      }
    };

  return { calls: throughBreaker(throughSlot), streams: throughBreaker((attempt) => attempt()) };
}
