import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process, told from a later one that was given the same pid. `born` is null where the system does not tell. */
export type ProcessMark = { pid: number; born: string | null };

export const processMark = (pid: number): ProcessMark => ({ pid, born: birthOf(pid) });

/** Whether the marked process still runs; false when that cannot be told. */
export function isSameProcess({ pid, born }: ProcessMark): boolean {
  return born !== null && birthOf(pid) === born;
}

function birthOf(pid: number): string | null {
  try {
    return process.platform === 'linux' ? linuxBirth(pid) : psBirth(pid);
  } catch {
    return null;
  }
}

/** Boot id and start time in ticks; the command before it may hold spaces and parentheses, hence the last `)`. */
function linuxBirth(pid: number): string | null {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z') return null;
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[18]}`;
}

const psBirth = (pid: number): string | null =>
  execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
