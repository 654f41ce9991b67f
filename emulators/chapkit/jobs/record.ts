import { jobTime } from '../state/times.ts';

const older = ['pending', 'running', 'completed', 'failed', 'canceled'] as const;
const newer = ['pending', 'running', 'completed', 'failed', 'canceling', 'canceled'] as const;
export type JobStatus = (typeof newer)[number];

/** States of each generation; `canceling` came with 2.x. */
export const jobStatuses: Record<1 | 2, readonly JobStatus[]> = { 1: older, 2: newer };
export const isOver = ({ status }: JobRecord): boolean =>
  ['completed', 'failed', 'canceled'].includes(status);

export type JobRecord = {
  /** ULID. */
  id: string;
  status: JobStatus;
  /** Milliseconds since the epoch. */
  submittedAt: number;
  startedAt: number | null;
  finishedAt: number | null;
  error: string | null;
  traceback: string | null;
  /** Of a job that has completed. */
  artifactId: string | null;
};

const timeOrNull = (at: number | null): string | null => (at === null ? null : jobTime(at));

/** As reads and lists show it: in both generations without the artifact. */
export const jobView = (record: JobRecord) => ({
  id: record.id,
  status: record.status,
  submitted_at: jobTime(record.submittedAt),
  started_at: timeOrNull(record.startedAt),
  finished_at: timeOrNull(record.finishedAt),
  error: record.error,
  error_traceback: record.traceback,
});

/** As the event stream shows it. */
export const jobFrame = (record: JobRecord) => ({ ...jobView(record), artifact_id: record.artifactId });

export const tracebackOf = (message: string): string =>
  `Traceback (most recent call last):\n  File "/app/main.py", line 63, in train\n    raise ValueError(message)\n${message}\n`;
