import { MlgraphError } from '../../domain/errors.ts';
import { CircuitOpen, TooBusy } from './admission.ts';
import { DeadlinePassed } from './deadline.ts';
import { AnswerBroken, AnswerTooLong, ConnectionFailed } from './exchange.ts';

/** What clients are told when there is no whole answer; anything else passes as it is (a caller's own abort, a bug). */
export function failureError(name: string, failure: unknown): unknown {
  const details = { upstream: name };
  if (failure instanceof DeadlinePassed) {
    return new MlgraphError('UPSTREAM_TIMEOUT', `${name} did not answer in time.`, details, failure);
  }
  if (failure instanceof ConnectionFailed || failure instanceof CircuitOpen) {
    return new MlgraphError('UPSTREAM_UNAVAILABLE', `${name} cannot be reached now.`, details, failure);
  }
  if (failure instanceof TooBusy) {
    return new MlgraphError(
      'UPSTREAM_UNAVAILABLE',
      `Too many calls are waiting for ${name}.`,
      details,
      failure,
    );
  }
  if (failure instanceof AnswerBroken) {
    return new MlgraphError('UPSTREAM_ERROR', `${name} broke off its answer.`, details, failure);
  }
  if (failure instanceof AnswerTooLong) {
    return new MlgraphError('UPSTREAM_ERROR', `${name} gave too long an answer.`, details, failure);
  }
  return failure;
}
