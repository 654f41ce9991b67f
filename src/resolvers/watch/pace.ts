import type { Run, RunStatus } from '../../domain/runs.ts';

const within = (least: number, value: number, most: number) => Math.min(most, Math.max(least, value));

/** In these a run stays for seconds only. */
const passing: readonly RunStatus[] = ['FINALIZING', 'CANCELING'];

/**
 * Milliseconds between two reads of a run's record: a second near a change (and near the first look), then a tenth
 * of the time for which nothing has changed, at most 15 s; 3 s where the next change is near by nature. A job of a
 * service takes seconds: a second for the first minute, then a sixtieth, at most 5 s.
 */
export function statusPace(
  { provider, status }: Pick<Run, 'provider' | 'status'>,
  sinceChangeMs: number,
): number {
  if (provider === 'CHAPKIT') return within(1_000, sinceChangeMs / 60, 5_000);
  return within(1_000, sinceChangeMs / 10, passing.includes(status) ? 3_000 : 15_000);
}

/**
 * Milliseconds between two reads at the end of a log: the official clients' 60 / (1 + 100·e^(-t/20)) seconds, from
 * 2 to 60 (Azure ML contract, section 11), where t runs from the last change, so that news brings the pace back.
 */
export const logPace = (sinceChangeMs: number): number =>
  1_000 * within(2, 60 / (1 + 100 * Math.exp(-sinceChangeMs / 20_000)), 60);
