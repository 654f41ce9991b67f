import type { Platform } from './state/platform.ts';
import { finalStatuses } from './state/runs.ts';

const message = 'The service stopped while this job was running. Start it again.';

/** Fails every run that was under way when the process stopped; its compute is gone. */
export function failInterrupted({ runs, now }: Platform): void {
  for (const run of runs.all()) {
    if (finalStatuses.has(run.status) || run.traits[0] !== 'automl') continue;
    runs.update(run.runId, {
      status: 'Failed',
      endedAt: now(),
      error: { code: 'ServiceError', inner: 'ServiceStopped', message },
    });
  }
}
