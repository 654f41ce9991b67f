import { CommanderError } from 'commander';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { Failure } from './failure.ts';
import { createOutput } from './output/output.ts';
import { createProgram } from './program.ts';
import type { World } from './world.ts';

/** Runs one command to its end. Never throws: what went wrong is told on stderr, and by the exit code. */
export async function run(args: readonly string[], world: World): Promise<ExitCode> {
  const json = args.includes('--json');
  try {
    await createProgram(world, json).parseAsync(args, { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok;
    const failure = aboutKey(failureOf(error), world);
    const told = error instanceof CommanderError && !json;
    if (!told) createOutput(world, { json, verbose: false }).failure(failure);
    if (args.includes('--verbose') && failure.cause instanceof Error)
      world.stderr.write(`${failure.cause.stack}\n`);
    return failure.exitCode;
  }
}

/** Who calls with a key has nothing of signing in. */
function aboutKey(failure: Failure, { env }: World): Failure {
  const { exitCode, message, details } = failure;
  if (!env.MLGRAPH_API_KEY || details.code !== 'UNAUTHENTICATED') return failure;
  const next = 'Check the key in MLGRAPH_API_KEY, or unset it and sign in: mlgraph login';
  return new Failure(exitCode, message, { ...details, next }, failure.cause);
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof CommanderError)
    return new Failure(exitCodes.usage, error.message.replace(/^error: /, ''), { code: 'USAGE' });
  const { message, name, code } = error as NodeJS.ErrnoException;
  if (name === 'ExitPromptError') return new Failure(exitCodes.interrupted, 'Interrupted.');
  // A file that is not there, or that this user may not read.
  if (code !== undefined && /^E[A-Z]+$/.test(code)) return new Failure(exitCodes.usage, `${message}.`);
  return new Failure(exitCodes.upstream, `This should not have happened: ${message}`, {}, error);
}
