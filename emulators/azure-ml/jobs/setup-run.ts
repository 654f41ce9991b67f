import type { RunFailure, RunStatus } from '../state/runs.ts';
import { isoTime } from '../state/time.ts';
import { appendLog } from './artifacts.ts';
import type { AutoMLJob } from './automl-job.ts';

const logs = ['user_logs/std_log.txt', 'logs/azureml/azureml_automl.log'];

/** The helper run that reads the data and plans the trials; the parent has no logs of its own. */
export const setupId = (runId: string) => `${runId}_setup`;

export function startSetup({ platform, runId, experiment, createdBy, target }: AutoMLJob): void {
  platform.runs.create({
    runId: setupId(runId),
    parentRunId: runId,
    rootRunId: runId,
    experiment,
    createdBy,
    target,
    status: 'Running',
    startedAt: platform.now(),
    displayName: setupId(runId),
    traits: ['automl', 'setup'],
    properties: { runTemplate: 'automl_setup', 'azureml.runsource': 'automl', _aml_system_setup: 'true' },
  });
}

/** Lines that do not begin with their time get it. */
export function setupLog({ platform, runId }: AutoMLJob, line: string): void {
  const timed = /^\d{4}-\d\d-\d\d/.test(line) ? line : `${isoTime(platform.now())} ${line}`;
  for (const path of logs) appendLog(platform, setupId(runId), path, timed);
}

export function finishSetup(
  { platform, runId }: AutoMLJob,
  status: RunStatus,
  error: RunFailure | null,
): void {
  if (platform.runs.get(setupId(runId))?.endedAt !== null) return;
  platform.runs.update(setupId(runId), { status, endedAt: platform.now(), error });
}
