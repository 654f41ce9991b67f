import { GraphQLError, Kind } from 'graphql';
import { type ErrorCode, type ErrorDetails, errorCodes, MlgraphError } from '../domain/errors.ts';

/** What the mask tells the log; a pino logger is one. */
export type ErrorLog = {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  debug(fields: object, message: string): void;
};

const shown = new WeakSet<object>();
const logged = new WeakSet<object>();

/**
 * What a client sees of any thrown value: `extensions.code` of the closed family, beside it what `ErrorDetails` names,
 * and nothing of the cause. What is not of the family becomes INTERNAL and is logged once, under `requestId`.
 * Giving it an error that it made returns that error.
 */
export function toGraphQLError(error: unknown, requestId: string, log: ErrorLog): GraphQLError {
  const root = rootOf(error);
  if (root instanceof GraphQLError && shown.has(root)) return root;
  const facts = factsOf(error, root, requestId, log);
  const { nodes, source, positions, path } = error instanceof GraphQLError ? error : {};
  const result = new GraphQLError(facts.message, {
    nodes,
    source,
    positions,
    path,
    extensions: facts.extensions,
  });
  shown.add(result);
  return result;
}

/** The code that `toGraphQLError` would give. */
export function errorCodeOf(error: unknown): ErrorCode {
  const root = rootOf(error);
  if (root instanceof MlgraphError) return root.code;
  if (root instanceof GraphQLError && shown.has(root)) return root.extensions.code as ErrorCode;
  if (!(error instanceof GraphQLError) || !(root instanceof GraphQLError)) return 'INTERNAL';
  if (error.path !== undefined) return isBadArgument(error) ? 'BAD_USER_INPUT' : 'INTERNAL';
  return errorCodes.find((code) => code === root.extensions.code) ?? 'BAD_USER_INPUT';
}

/** What stands beside the code. */
export function errorDetailsOf(error: unknown): ErrorDetails {
  const root = rootOf(error);
  return root instanceof MlgraphError ? root.details : {};
}

type Facts = { message: string; extensions: Record<string, unknown> };

function factsOf(error: unknown, root: unknown, requestId: string, log: ErrorLog): Facts {
  const code = errorCodeOf(error);
  if (root instanceof MlgraphError) {
    if (root.cause !== undefined) logOnce(root, () => logExpected(root, requestId, log));
    return { message: root.message, extensions: { code, ...root.details } };
  }
  if (code !== 'INTERNAL') return { message: (root as GraphQLError).message, extensions: { code } };
  logOnce(root, () => log.error({ err: root, requestId, path: pathOf(error) }, 'Internal error'));
  return { message: 'Internal error.', extensions: { code, requestId } };
}

/** A failing upstream is for those who run the gateway; what a person may not or did wrong is for that person. */
function logExpected(error: MlgraphError, requestId: string, log: ErrorLog): void {
  const write = error.code.startsWith('UPSTREAM_') ? log.warn : log.debug;
  write.call(log, { err: error, requestId }, error.message);
}

/** The first error of the chain that is not a GraphQLError around another, or that has been shown already. */
function rootOf(error: unknown): unknown {
  let current = error;
  while (current instanceof GraphQLError && current.originalError && !shown.has(current))
    current = current.originalError;
  return current;
}

/**
 * Of the GraphQLErrors that execution makes itself, those about an argument point at its value; the others, about what
 * a resolver returned, point at the field and are the server's fault.
 */
function isBadArgument(error: GraphQLError): boolean {
  const kind = error.nodes?.[0]?.kind;
  return kind !== undefined && kind !== Kind.FIELD;
}

const pathOf = (error: unknown) => (error instanceof GraphQLError ? error.path?.join('.') : undefined);

/** One failed load may be the error of many fields. */
function logOnce(error: unknown, write: () => void): void {
  if (typeof error === 'object' && error !== null) {
    if (logged.has(error)) return;
    logged.add(error);
  }
  write();
}
