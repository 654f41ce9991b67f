import { randomUUID } from 'node:crypto';
import { type ExecutionArgs, GraphQLError, getOperationAST } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import type { Identity } from '../domain/callers.ts';
import { MlgraphError } from '../domain/errors.ts';
import { toGraphQLError } from '../schema/errors.ts';
import { account } from './account.ts';
import type { Endpoint } from './endpoint.ts';
import { type ExecutorContext, executeOperation, showError } from './execute.ts';
import { createOperation, type Operation, restarting } from './operation.ts';
import type { Service } from './runtime.ts';
import { type EventResults, subscribeOperation } from './subscribe.ts';
import { traceparentFrom } from './trace.ts';

/**
 * The operations of one socket, by the message that began each: a client may use an id again at once, while the
 * operation that had it before is still ending.
 */
export type SocketOperations = {
  /** Arguments for the executor, or the errors that refuse the operation. */
  begin(payload: SubscribePayload, identity: Identity | null): ExecutionArgs | readonly GraphQLError[];
  done(payload: SubscribePayload): void;
  /** As clients may see it. */
  show(payload: SubscribePayload, error: unknown): GraphQLError;
  /** Ends all: the socket has closed. */
  endAll(): void;
  /** Resolves when no query and no mutation runs. */
  settled(): Promise<void>;
};

export function createSocketOperations(service: Service, endpoint: Endpoint): SocketOperations {
  const running = new Map<SubscribePayload, { operation: Operation; kind: string }>();
  const waiting: (() => void)[] = [];
  const busy = () => [...running.values()].some(({ kind }) => kind !== 'subscription');
  const release = () => {
    if (!busy()) for (const resolve of waiting.splice(0)) resolve();
  };
  const finish = (operation: Operation) => {
    operation.end();
    account(operation, service.runtime);
  };
  return {
    begin(payload, identity) {
      const operation = operationFor(identity);
      try {
        if (service.draining.aborted) throw restarting();
        if (running.size >= service.settings.maxSocketOperations)
          throw new MlgraphError('RATE_LIMITED', 'Too many operations at once on this connection.');
        const args = argsOf(payload, operation, endpoint, service);
        const kind = getOperationAST(args.document, args.operationName)?.operation;
        if (!kind) throw new GraphQLError('The document does not say which of its operations to run.');
        running.set(payload, { operation, kind });
        return args;
      } catch (error) {
        const errors = error instanceof AggregateError ? error.errors : [error];
        const seen = errors.map((each: unknown) => showError(each, operation, service.runtime));
        account(operation, service.runtime);
        return seen;
      }
    },
    done(payload) {
      const operation = running.get(payload)?.operation;
      if (operation) finish(operation);
      running.delete(payload);
      release();
    },
    show: (payload, error) =>
      toGraphQLError(
        error,
        running.get(payload)?.operation.call.requestId ?? randomUUID(),
        service.runtime.log,
      ),
    endAll() {
      for (const { operation } of running.values()) finish(operation);
      running.clear();
      release();
    },
    settled: () => (busy() ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
  };
}

/** With an identity object of its own, as every operation over HTTP has: what was done by it is told by that. */
const operationFor = (socket: Identity | null) =>
  createOperation({
    identity: socket && sameAs(socket),
    requestId: randomUUID(),
    traceparent: traceparentFrom(undefined),
  });

const sameAs = (identity: Identity): Identity => ({
  get caller() {
    return identity.caller;
  },
  assertion: () => identity.assertion(),
});

/** @throws the parser's error, or an AggregateError of those of validation. */
function argsOf(
  payload: SubscribePayload,
  operation: Operation,
  endpoint: Endpoint,
  { runtime }: Service,
): ExecutionArgs {
  const { parse, validate } = endpoint.getEnveloped({});
  const document = parse(payload.query);
  const errors = validate(runtime.schema, document);
  if (errors.length > 0) throw new AggregateError(errors);
  const contextValue: ExecutorContext = { operation };
  return {
    schema: runtime.schema,
    document,
    operationName: payload.operationName,
    variableValues: payload.variables,
    contextValue,
  };
}

/** Subscribes for a socket: what refuses the subscription is thrown by the stream, which makes it an `error` message. */
export async function subscribeOnSocket(args: ExecutionArgs, service: Service): Promise<EventResults> {
  try {
    const results = await subscribeOperation(args, service.runtime);
    return 'next' in results ? results : failing(results.errors?.[0]);
  } catch (error) {
    return failing(error);
  }
}

/**
 * Executes for a socket, as a stream of one: what goes wrong until the answer is written, even in writing it, is then
 * an `error` message of this operation; of a plain result graphql-ws would let it close the socket.
 */
export async function* executeOnSocket(args: ExecutionArgs, service: Service): EventResults {
  yield await executeOperation(args, service.runtime);
}

async function* failing(error: unknown): EventResults {
  yield* [];
  throw error;
}
