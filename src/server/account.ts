import type { Caller } from '../domain/callers.ts';
import type { Operation } from './operation.ts';

/** What there is to tell of an operation that somebody asked for. */
export type Account = {
  caller: Caller;
  /** Whether its answer had an error. */
  failed: boolean;
  cost: number;
};
type Accountant = { account?(operation: Account): void };

/** Tells of an operation once: of a subscription when it has begun, of all else when it is over. */
export function account(operation: Operation, runtime: Accountant): void {
  const { identity, failed, cost } = operation;
  if (!identity || operation.accounted) return;
  operation.accounted = true;
  runtime.account?.({ caller: identity.caller, failed, cost });
}
