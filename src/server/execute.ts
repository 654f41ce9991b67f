import { type ExecutionArgs, type ExecutionResult, execute, type GraphQLError } from 'graphql';
import { toGraphQLError } from '../schema/errors.ts';
import { admit } from './admit.ts';
import { contextOf, type Operation } from './operation.ts';
import type { ServerRuntime } from './runtime.ts';
import { timed } from './timing.ts';

/** What every transport puts into `contextValue` of the arguments; the resolvers get `createContext`'s instead. */
export type ExecutorContext = { operation: Operation };
export const operationOf = (args: ExecutionArgs) => (args.contextValue as ExecutorContext).operation;

/** Runs a query or a mutation. The errors of the result are what clients may see. @throws as `admit` does. */
export async function executeOperation(
  args: ExecutionArgs,
  runtime: ServerRuntime,
): Promise<ExecutionResult> {
  const operation = operationOf(args);
  await admit(args, operation, runtime.quotas);
  const run = () =>
    execute({
      ...args,
      contextValue: contextOf(operation, runtime),
      abortSignal: operation.call.signal,
    });
  return shown(await timed(operation.timing, 'execute', run), operation, runtime);
}

/** The result with its errors as clients may see them. */
export function shown<T extends ExecutionResult>(result: T, operation: Operation, runtime: ServerRuntime): T {
  if (!result.errors) return result;
  return { ...result, errors: result.errors.map((error) => showError(error, operation, runtime)) };
}

/** The client of an operation that was ended sees nothing more, and its errors are of no interest to the log. */
export function showError(error: unknown, operation: Operation, runtime: ServerRuntime): GraphQLError {
  operation.failed = true;
  const log = operation.call.signal.aborted ? silent : runtime.log;
  return toGraphQLError(error, operation.call.requestId, log);
}

const silent = { error: () => {}, warn: () => {}, debug: () => {} };
