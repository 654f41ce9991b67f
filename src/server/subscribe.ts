import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  validateSubscriptionArgs,
} from 'graphql';
import { createSharedExecutionContext } from 'graphql/execution/createSharedExecutionContext.js';
import { ExecutorThrowingOnIncremental } from 'graphql/execution/ExecutorThrowingOnIncremental.js';
import { waitsUnlessAborted } from '../domain/deadline.ts';
import { MlgraphError } from '../domain/errors.ts';
import { account } from './account.ts';
import { admit } from './admit.ts';
import { operationOf, showError, shown } from './execute.ts';
import { createLeafEvents, type ValidArgs } from './leaf-events.ts';
import { contextOf, type Operation } from './operation.ts';
import type { ServerRuntime } from './runtime.ts';

/** Results of a subscription, one per event. Throws what ended it, as the client may see it; then it is over. */
export type EventResults = AsyncGenerator<ExecutionResult, void, void>;

/** Stands on a result, where JSON does not show it. */
const cursorKey = Symbol('cursor');
type Marked = ExecutionResult & { [cursorKey]?: string };

/** The cursor of the event behind a result, whether or not the client selected it. */
export const cursorOf = (result: ExecutionResult): string | null => (result as Marked)[cursorKey] ?? null;

/**
 * Subscribes. What graphql-js does not do by itself: each event is executed with a fresh context, so that nothing
 * read for an earlier event is shown for a later one; the end of the operation ends the source at once, even while
 * it waits; an event is taken from the source only when the transport asks for it.
 */
export async function subscribeOperation(
  args: ExecutionArgs,
  runtime: ServerRuntime,
): Promise<EventResults | ExecutionResult> {
  const operation = operationOf(args);
  await admit(args, operation, runtime.quotas);
  const valid = validateSubscriptionArgs({
    ...args,
    contextValue: contextOf(operation, runtime),
    abortSignal: operation.call.signal,
  });
  if (!('schema' in valid)) return shown({ errors: valid }, operation, runtime);
  const source = await createSourceEventStream(valid);
  if (!(Symbol.asyncIterator in source)) return shown(source, operation, runtime);
  account(operation, runtime);
  return eventResults(source, operation, runtime, eventExecution(valid, operation, runtime));
}

/** Executes the events, one after the other, each in a fresh context. */
function eventExecution(valid: ValidArgs, operation: Operation, runtime: ServerRuntime) {
  const noted = (result: ExecutionResult, event: unknown) => {
    const seen: Marked = shown(result, operation, runtime);
    const cursor = (event as { cursor?: unknown } | null)?.cursor;
    if (typeof cursor === 'string') seen[cursorKey] = cursor;
    return seen;
  };
  // The same object for all events: by it graphql-js remembers which fields are selected. Who waits is told of an abort
  // below, and what is asked upstream by the context: to watch the signal here once more costs a tenth of a small event.
  const args = { ...valid, externalAbortSignal: undefined };
  // As `executeSubscriptionEvent` does, but without a signal of its own for each event, whose abort at the event's end
  // would make an error with a stack every time: another tenth.
  const shared = createSharedExecutionContext(operation.call.signal);
  const leafResult = createLeafEvents(valid);
  return (event: unknown): ExecutionResult | Promise<ExecutionResult> => {
    const leaves = leafResult(event);
    if (leaves) return noted(leaves, event);
    args.rootValue = event;
    args.contextValue = contextOf(operation, runtime);
    const result = new ExecutorThrowingOnIncremental(args, shared).executeRootSelectionSet(false);
    return isPromise(result) ? result.then((late) => noted(late, event)) : noted(result, event);
  };
}

function eventResults(
  source: AsyncIterable<unknown>,
  operation: Operation,
  runtime: ServerRuntime,
  resultOfEvent: (event: unknown) => ExecutionResult | Promise<ExecutionResult>,
): EventResults {
  const { signal } = operation.call;
  const events = source[Symbol.asyncIterator]();
  const unlessAborted = waitsUnlessAborted<IteratorResult<unknown>>(signal);
  const resultUnlessAborted = waitsUnlessAborted<ExecutionResult>(signal);
  let over = false;
  const finish = (): IteratorReturnResult<undefined> => {
    over = true;
    operation.end();
    return { done: true, value: undefined };
  };
  const fail = (error: unknown): IteratorReturnResult<undefined> => {
    const cause = signal.aborted ? signal.reason : error;
    const failed = !signal.aborted || cause instanceof MlgraphError;
    const seen = failed ? showError(cause, operation, runtime) : null;
    finish();
    if (seen) throw seen;
    return finish();
  };
  const tell = (step: IteratorResult<unknown>): MaybePromise<IteratorResult<ExecutionResult, undefined>> => {
    if (step.done) return finish();
    try {
      const result = resultOfEvent(step.value);
      return isPromise(result) ? resultUnlessAborted(result).then(shownAs, fail) : shownAs(result);
    } catch (error) {
      return fail(error);
    }
  };
  onAbort(signal, () => letGo(events));
  return {
    next: () => (over ? Promise.resolve(finish()) : unlessAborted(events.next()).then(tell, fail)),
    return: async () => finish(),
    throw: async (error) => fail(error),
    [Symbol.asyncIterator]() {
      return this;
    },
    [Symbol.asyncDispose]: async () => {
      finish();
    },
  };
}

const shownAs = (value: ExecutionResult) => ({ done: false as const, value });
type MaybePromise<T> = T | Promise<T>;
const isPromise = <T>(value: T | PromiseLike<T>): value is Promise<T> => value instanceof Promise;

/** A generator that waits inside `next` cannot return before it has the next value, so nothing waits for it here. */
function letGo(events: AsyncIterator<unknown>): void {
  Promise.resolve(events.return?.()).catch(() => {
    // It was asked to stop; how it failed at that interests nobody any more.
  });
}

function onAbort(signal: AbortSignal, act: () => void): void {
  if (signal.aborted) act();
  else signal.addEventListener('abort', act, { once: true });
}
