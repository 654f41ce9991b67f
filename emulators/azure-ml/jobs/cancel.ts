import type { Platform } from '../state/platform.ts';

/** Asks a job under way to end; it is Canceled once its training has stopped. */
export function cancelRun(platform: Platform, name: string): void {
  platform.runs.update(name, { status: 'CancelRequested' });
  stopRun(platform, name);
}

/** Stops the training of a job, if there is any. */
export const stopRun = (platform: Platform, name: string): void =>
  platform.active.get(name)?.controller.abort(new Error(`${name} was cancelled`));
