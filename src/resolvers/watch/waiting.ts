import type { Clock } from '../../domain/clock.ts';
import { MlgraphError } from '../../domain/errors.ts';

/** Settles as `work` does, or rejects with the signal's reason as soon as it aborts; leaves nothing on the signal. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/**
 * Longest wait for one read. The upstream call has a shorter deadline of its own; this one holds even for a read
 * that is made of many calls, or that does not heed its signal.
 */
export const readDeadlineMs = 60_000;

/**
 * Runs one read under `readDeadlineMs`.
 * @throws UPSTREAM_TIMEOUT when the time is over, the signal's reason when it aborts.
 */
export async function withinDeadline<T>(
  clock: Clock,
  parent: AbortSignal,
  read: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  parent.throwIfAborted();
  const controller = new AbortController();
  const onAbort = () => controller.abort(parent.reason);
  const late = () => controller.abort(new MlgraphError('UPSTREAM_TIMEOUT', 'The upstream took too long.'));
  parent.addEventListener('abort', onAbort, { once: true });
  clock.sleep(readDeadlineMs, controller.signal).then(late, () => {});
  try {
    return await unlessAborted(read(controller.signal), controller.signal);
  } finally {
    parent.removeEventListener('abort', onAbort);
    controller.abort();
  }
}
