import { setTimeout as wait } from 'node:timers/promises';
import { isSameProcess, type ProcessMark } from './process-mark.ts';

const drainWithinMs = 25_000;

/** Ends the gateway of a supervisor that was killed: SIGTERM, and SIGKILL when it does not drain in time. */
export async function endOrphan(orphan: ProcessMark): Promise<void> {
  const deadline = Date.now() + drainWithinMs;
  signalTo(orphan, 'SIGTERM');
  while (isSameProcess(orphan)) {
    if (Date.now() > deadline) signalTo(orphan, 'SIGKILL');
    await wait(50);
  }
}

function signalTo(orphan: ProcessMark, signal: NodeJS.Signals): void {
  try {
    if (isSameProcess(orphan)) process.kill(orphan.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
