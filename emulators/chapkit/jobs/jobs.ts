import { setTimeout as wait } from 'node:timers/promises';
import { ModelError } from '../ml/model-error.ts';
import { newUlid } from '../wire/ulid.ts';
import { type JobRecord, type JobStatus, tracebackOf } from './record.ts';

export type Work = {
  /** Where the result will be. */
  artifactId: string;
  /** Does the work, within the pace. Throws ModelError for what cannot be done. */
  run(pace: () => Promise<void>): Promise<void>;
};

/** The jobs of one service: one runs at a time, and all are forgotten when the process ends. */
export type Jobs = {
  submit(work: Work): JobRecord;
  get(id: string): JobRecord | undefined;
  /** Newest first. */
  list(status: JobStatus | null): JobRecord[];
  /** Stops it, and forgets it. False: there is none. */
  delete(id: string): boolean;
  /** Milliseconds that the work of a job takes. */
  pace: { work: number };
  close(): Promise<void>;
};

type Entry = { record: JobRecord; stop: AbortController };

export function createJobs(now: () => number, work: number): Jobs {
  const entries = new Map<string, Entry>();
  const pace = { work };
  let queue = Promise.resolve();
  return {
    submit: (job) => {
      const entry = { record: pendingRecord(now()), stop: new AbortController() };
      entries.set(entry.record.id, entry);
      queue = queue.then(() => runEntry(entry, job, { now, pace }));
      return entry.record;
    },
    get: (id) => entries.get(id)?.record,
    list: (status) =>
      [...entries.values()]
        .map(({ record }) => record)
        .filter((record) => status === null || record.status === status)
        .reverse(),
    delete: (id) => {
      entries.get(id)?.stop.abort();
      return entries.delete(id);
    },
    pace,
    close: async () => {
      for (const { stop } of entries.values()) stop.abort();
      await queue;
    },
  };
}

const pendingRecord = (at: number): JobRecord => ({
  id: newUlid(),
  status: 'pending',
  submittedAt: at,
  startedAt: null,
  finishedAt: null,
  error: null,
  traceback: null,
  artifactId: null,
});

/** From pending to its end; one that was stopped meanwhile is `canceled`. */
async function runEntry(
  { record, stop: { signal } }: Entry,
  work: Work,
  { now, pace }: { now(): number; pace: { work: number } },
): Promise<void> {
  const end = (status: JobStatus) => Object.assign(record, { status, finishedAt: now() });
  if (signal.aborted) return void end('canceled');
  Object.assign(record, { status: 'running', startedAt: now() });
  try {
    await work.run(() => wait(pace.work, undefined, { signal }));
    Object.assign(end('completed'), { artifactId: work.artifactId });
  } catch (error) {
    if (signal.aborted) return void end('canceled');
    if (!(error instanceof ModelError)) console.error('chapkit: a job broke', error);
    const message = error instanceof ModelError ? `ValueError: ${error.message}` : 'RuntimeError: unexpected';
    Object.assign(end('failed'), { error: message, traceback: tracebackOf(message) });
  }
}
