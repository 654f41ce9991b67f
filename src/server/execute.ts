import { type ExecutionArgs, type ExecutionResult, execute, type GraphQLError } from 'graphql';
import { unauthenticated } from '../domain/errors.ts';
import { toGraphQLError } from '../schema/errors.ts';
import { contextOf, type Operation } from './operation.ts';
import { isPublic } from './public-fields.ts';
import type { ServerRuntime } from './runtime.ts';
import { timed } from './timing.ts';

/** What every transport puts into `contextValue` of the arguments; the resolvers get `createContext`'s instead. */
export type ExecutorContext = { operation: Operation };
export const operationOf = (args: ExecutionArgs) => (args.contextValue as ExecutorContext).operation;

/** @throws MlgraphError UNAUTHENTICATED where nobody asks for what is not public. */
export function assertMayRun(args: Pick<ExecutionArgs, 'document' | 'operationName'>, operation: Operation) {
  if (operation.identity === null && !isPublic(args.document, args.operationName))
    throw unauthenticated('A credential is needed for this operation: a bearer token or an API key.');
}

/** Runs a query or a mutation. The errors of the result are what clients may see. */
export async function executeOperation(
  args: ExecutionArgs,
  runtime: ServerRuntime,
): Promise<ExecutionResult> {
  const operation = operationOf(args);
  assertMayRun(args, operation);
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
