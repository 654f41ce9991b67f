/** The reason of a signal whose time was up, as against that of a caller who left. */
export class DeadlinePassed extends Error {}

/**
 * Runs `work`, which must heed the signal it is given: that ends with `parent`, or after `ms` with DeadlinePassed.
 * `AbortSignal.any` would do too, but a stream's signal lives for hours: here nothing stays attached to it after the call.
 */
export async function withinDeadline<T>(
  parent: AbortSignal,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  parent.throwIfAborted();
  const controller = new AbortController();
  const onAbort = () => controller.abort(parent.reason);
  const timer = setTimeout(() => controller.abort(new DeadlinePassed(`no answer within ${ms} ms`)), ms);
  parent.addEventListener('abort', onAbort, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    parent.removeEventListener('abort', onAbort);
  }
}
