import type { Project } from '../project.ts';

/**
 * Beats that do not drift: each is due a pace after the one before was, however long the work between took. A beat
 * throws the signal's reason when it aborts.
 */
export function createRhythm({ pace }: Project, signal: AbortSignal) {
  let due = performance.now() + pace.first - pace.delta;
  let timer: NodeJS.Timeout | undefined;
  let wake: () => void = () => undefined;
  const stop = () => {
    clearTimeout(timer);
    wake();
  };
  // Once for all beats: a listener per beat would cost more than the beat.
  signal.addEventListener('abort', stop, { once: true });
  const wait = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      wake = resolve;
      if (milliseconds > 0) timer = setTimeout(resolve, milliseconds);
      else setImmediate(resolve);
    });
  return {
    pause: (beats: number) => {
      due += beats * pace.delta;
    },
    beat: async () => {
      due = Math.max(due + pace.delta, performance.now() - pace.delta);
      await wait(due - performance.now());
      signal.throwIfAborted();
    },
  };
}
