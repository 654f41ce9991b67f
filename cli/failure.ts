import { type ExitCode, exitCodes } from './exit-codes.ts';

/** What stands beside the message of a failure, where it is known. */
export type FailureDetails = {
  /** The server's own word: `extensions.code` of a GraphQL error. */
  code?: string;
  /** What the person can do next, as a sentence. */
  next?: string;
  field?: string;
  retryAfterSeconds?: number;
  requestId?: string;
};

/** An expected end of a command: told in one or two lines, never with a stack. */
export class Failure extends Error {
  readonly exitCode: ExitCode;
  readonly details: FailureDetails;

  constructor(exitCode: ExitCode, message: string, details: FailureDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Failure';
    this.exitCode = exitCode;
    this.details = details;
  }
}

export const usage = (message: string, next?: string) => new Failure(exitCodes.usage, message, { next });

export const notFound = (message: string, next?: string) =>
  new Failure(exitCodes.notFound, message, { next });

export const signInNeeded = (message: string) =>
  new Failure(exitCodes.signInNeeded, message, { code: 'UNAUTHENTICATED', next: 'Sign in: mlgraph login' });

export const interrupted = () => new Failure(exitCodes.interrupted, 'Interrupted.');
