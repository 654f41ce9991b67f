import type { Context } from '../context.ts';
import type { LogChunk, Run, ServiceRun } from '../domain/runs.ts';
import { readRunId } from './run-ids.ts';
import { logsOfServiceRun } from './services/logs.ts';
import { getServiceRun, readServiceRun } from './services/runs.ts';
import type { RunReader } from './watch/index.ts';

/** What a run of any platform is read with. */
export type RunReading = Pick<Context, 'azureML' | 'chapkit' | 'services' | 'store' | 'caller' | 'clock'>;
/** What lists of runs and models are read with. */
export type RunAsk = RunReading & Pick<Context, 'call'>;

export const isServiceRun = (run: Run): run is ServiceRun =>
  run.kind === 'TRAINING' || run.kind === 'PREDICTION';

/** Any run; one whose service does not answer, as it was last seen. @throws BAD_USER_INPUT, NOT_FOUND and the like. */
export async function getRun(id: string, field: string, context: RunReading): Promise<Run> {
  const address = readRunId(id, field, context);
  return address.provider === 'CHAPKIT'
    ? getServiceRun(address.id, field, context)
    : context.azureML.getRun(address.name);
}

export const readLogs = (
  run: Run,
  cursor: string | null,
  maxBytes: number,
  context: RunReading,
): Promise<LogChunk> =>
  isServiceRun(run)
    ? logsOfServiceRun(run, cursor, maxBytes, context)
    : context.azureML.logs(run, cursor, maxBytes);

/** What a watch reads with, from a fresh context for each read: a run's service must answer for it. */
export const createRunReader = (context: RunReading): RunReader => ({
  async getRun(id) {
    const address = readRunId(id, 'id', context);
    return address.provider === 'CHAPKIT'
      ? readServiceRun(address.key, context)
      : context.azureML.getRun(address.name, { fresh: true });
  },
  logs: (run, cursor, maxBytes) => readLogs(run, cursor, maxBytes, context),
});
