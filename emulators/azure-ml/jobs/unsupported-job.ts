import { badRequest } from '../arm/errors.ts';
import type { Platform } from '../state/platform.ts';
import type { JobHead } from './submit.ts';

const kinds = ['Command', 'Sweep', 'Pipeline', 'Spark'];

/** Takes a job that this workspace cannot carry out, and fails it: it has no containers to run a command in. */
export function failUnsupported(platform: Platform, head: JobHead, jobType: string): void {
  if (!kinds.includes(jobType)) throw badRequest(`The jobType '${jobType}' is not supported.`);
  platform.runs.create({ ...head, traits: [jobType.toLowerCase()] });
  const message = `This local workspace has no containers: it runs AutoML jobs, not ${jobType} jobs.`;
  const at = platform.now();
  platform.runs.update(head.runId, {
    status: 'Failed',
    startedAt: at,
    endedAt: at,
    error: { code: 'UserError', inner: 'JobTypeNotSupported', message },
  });
}
