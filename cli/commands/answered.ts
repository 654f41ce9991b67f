import { exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';

/** What a root field gave; one that gave neither an answer nor an error is the server's fault. */
export function answered<T>(value: T | null | undefined): T {
  if (value !== null && value !== undefined) return value;
  throw new Failure(exitCodes.upstream, 'The server gave no answer.');
}
