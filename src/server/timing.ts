/** Where the time of one operation went, for the Server-Timing header. */
export type Timing = {
  add(phase: 'auth' | 'execute', milliseconds: number): void;
  addUpstream(upstream: string, milliseconds: number): void;
  /** `auth;dur=…, upstream;dur=…, execute;dur=…`, and each upstream by its name. */
  header(): string;
};

export function createTiming(): Timing {
  const phases = { auth: 0, execute: 0 };
  const upstreams = new Map<string, number>();
  return {
    add: (phase, milliseconds) => {
      phases[phase] += milliseconds;
    },
    addUpstream: (upstream, milliseconds) => {
      const name = upstream.replace(/[^\w-]/g, '-');
      upstreams.set(name, (upstreams.get(name) ?? 0) + milliseconds);
    },
    header: () => {
      const sum = [...upstreams.values()].reduce((total, part) => total + part, 0);
      const each = [...upstreams].map(([name, part]) => entry(`upstream-${name}`, part));
      return [
        entry('auth', phases.auth),
        entry('upstream', sum),
        ...each,
        entry('execute', phases.execute),
      ].join(', ');
    },
  };
}

const entry = (name: string, milliseconds: number) => `${name};dur=${milliseconds.toFixed(1)}`;

/** Runs `work` and adds what it took, however it ends. */
export async function timed<T>(
  timing: Timing,
  phase: 'auth' | 'execute',
  work: () => T | Promise<T>,
): Promise<T> {
  const start = performance.now();
  try {
    return await work();
  } finally {
    timing.add(phase, performance.now() - start);
  }
}
