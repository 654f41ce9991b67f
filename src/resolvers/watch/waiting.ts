import type { Clock } from '../../domain/clock.ts';
import { within } from '../../domain/deadline.ts';
import { MlgraphError } from '../../domain/errors.ts';

/**
 * Longest wait for one read. The upstream call has a shorter deadline of its own; this one holds even for a read
 * that is made of many calls, or that does not heed its signal.
 */
export const readDeadlineMs = 60_000;

const tooSlow = () => new MlgraphError('UPSTREAM_TIMEOUT', 'The upstream took too long.');

/**
 * Runs one read under `readDeadlineMs`.
 * @throws UPSTREAM_TIMEOUT when the time is over, the signal's reason when it aborts.
 */
export const withinDeadline = <T>(
  clock: Clock,
  signal: AbortSignal,
  read: (signal: AbortSignal) => Promise<T>,
): Promise<T> => within({ clock, milliseconds: readDeadlineMs, signal, error: tooSlow }, read);
