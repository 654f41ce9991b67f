import { isFinal, type Run, type RunStatus, type RunStatusEvent, runStatuses } from '../../domain/runs.ts';
import type { StateChange } from './watched-state.ts';

type Progress = Pick<RunStatusEvent, 'completedTrials' | 'totalTrials' | 'bestScore'>;

const progressOf = (run: Run): Progress => {
  const {
    completedTrials = null,
    totalTrials = null,
    bestScore = null,
  } = run.kind === 'AUTOML' ? run.progress : {};
  return { completedTrials, totalTrials, bestScore };
};

/** What counts as a change of a run: its status, and how far its trials are. */
export const fingerprintOf = (run: Run): string => {
  const { completedTrials, totalTrials, bestScore } = progressOf(run);
  return [run.status, completedTrials, totalTrials, bestScore].join(' ');
};

export const isFinalRun = (run: Run): boolean => isFinal(run.status);

/** The event as this reader sees it: `previousStatus` is the one it was told before, not one it slept through. */
export const statusEvent = ({ event, previous }: StateChange<Run>): RunStatusEvent => ({
  cursor: event.cursor,
  at: event.at,
  run: event.state,
  status: event.state.status,
  previousStatus: previous === null ? null : statusIn(previous),
  ...progressOf(event.state),
});

/** Null for what is no fingerprint of ours: it may come out of a client's cursor. */
function statusIn(fingerprint: string): RunStatus | null {
  const [status] = fingerprint.split(' ', 1);
  return runStatuses.find((known) => known === status) ?? null;
}
