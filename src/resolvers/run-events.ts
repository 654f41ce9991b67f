import type { Context } from '../context.ts';
import { unauthenticated } from '../domain/errors.ts';
import type { LogChunk, RunStatusEvent } from '../domain/runs.ts';
import { readRunId } from './run-ids.ts';

type Ask = Pick<Context, 'azureML' | 'identity' | 'call' | 'lastEventId' | 'runWatches'>;
type Args = { id: string; after?: string | null };

/** A reconnecting SSE client's Last-Event-ID wins over the argument that it was first opened with. */
function openingOf(args: Args, { identity, call, lastEventId }: Ask) {
  if (!identity) throw unauthenticated('Watching a run needs a credential.');
  return { identity, after: lastEventId ?? args.after ?? null, signal: call.signal };
}

/** The state now, then each change, until the run is final. */
export const watchRunStatus = (args: Args, context: Ask): AsyncIterable<RunStatusEvent> =>
  context.runWatches.status(readRunId(args.id, 'id', context).id, openingOf(args, context));

/** The run's log from the first line, until it is final and read to the end. */
export const watchRunLogs = (args: Args, context: Ask): AsyncIterable<LogChunk> =>
  context.runWatches.logs(readRunId(args.id, 'id', context).id, openingOf(args, context));
