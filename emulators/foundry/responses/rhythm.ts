import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import type { Project } from '../project.ts';

/** Beats that do not drift: each is due a pace after the one before was, however long the work between took. */
export function createRhythm({ pace }: Project, signal: AbortSignal) {
  let due = performance.now() + pace.first - pace.delta;
  return {
    pause: (beats: number) => {
      due += beats * pace.delta;
    },
    beat: async () => {
      due = Math.max(due + pace.delta, performance.now() - pace.delta);
      const left = due - performance.now();
      await (left > 0 ? wait(left, undefined, { signal }) : nextTurn(undefined, { signal }));
    },
  };
}
