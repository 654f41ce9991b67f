import type { Identity } from '../../src/domain/callers.ts';
import type { Clock } from '../../src/domain/clock.ts';
import { badInput } from '../../src/domain/errors.ts';
import { type AutoMLRun, isFinal, type LogChunk, type Run, type RunStatus } from '../../src/domain/runs.ts';
import { createRunWatches, type RunReader, type RunWatchesDeps } from '../../src/resolvers/watch/index.ts';

export const second = 1_000;
export const minute = 60 * second;

/** Until every promise that can settle by itself has. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

type Sleeper = { at: number; wake(): void };

/** Time that passes only by `advance`. */
export class FakeClock implements Clock {
  readonly #sleepers = new Set<Sleeper>();
  #now = Date.UTC(2026, 10, 1);

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const leave = () => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason);
      };
      const wake = () => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const sleeper = { at: this.#now + ms, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  /** Timers that a process would hold. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  /** Milliseconds until the latest of them. */
  get longestSleep(): number {
    return Math.max(...[...this.#sleepers].map(({ at }) => at - this.#now));
  }

  async advance(ms: number): Promise<void> {
    const target = this.#now + ms;
    await settled();
    for (let next = this.#next(target); next; next = this.#next(target)) {
      this.#now = Math.max(this.#now, next.at);
      next.wake();
      await settled();
    }
    this.#now = target;
  }

  #next(target: number): Sleeper | null {
    let next: Sleeper | null = null;
    for (const sleeper of this.#sleepers) if (!next || sleeper.at < next.at) next = sleeper;
    return next && next.at <= target ? next : null;
  }
}

/** Somebody, whose token may be replaced. */
export class FakePerson implements Identity {
  token: string;
  expiresAt: number;
  readonly #key: string;

  constructor(clock: Clock, key: string, lifetimeMs = 24 * 60 * minute) {
    this.#key = key;
    this.token = `token of ${key}`;
    this.expiresAt = clock.now() + lifetimeMs;
  }

  get caller() {
    return {
      kind: 'USER' as const,
      key: this.#key,
      issuerKind: 'entra' as const,
      tenantId: 'tenant',
      subject: this.#key,
      issuer: 'issuer',
      name: null,
      email: null,
      emailVerified: false,
      userName: null,
      roles: [],
      role: 'MEMBER' as const,
      scopes: ['READ' as const],
      expiresAt: new Date(this.expiresAt),
      apiKey: null,
    };
  }

  assertion(): string {
    return this.token;
  }
}

type Call = {
  kind: 'run' | 'logs';
  person: string;
  assertion: string;
  at: number;
  position: string | null;
  maxBytes: number;
};

/** One run upstream: what it is now, its log, who asked, and what goes wrong for whom. */
export class FakeUpstream {
  readonly calls: Call[] = [];
  run: Run;
  text = '';
  /** Asked before each call; what it throws the call throws, what it awaits the call waits for. */
  onCall: (call: Call, signal: AbortSignal) => unknown = () => undefined;
  readonly aborted: Call[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock, run: Run) {
    this.#clock = clock;
    this.run = run;
  }

  count(kind: Call['kind'], person?: string): number {
    return this.calls.filter((call) => call.kind === kind && (!person || call.person === person)).length;
  }

  readonly connect = (identity: Identity, signal: AbortSignal): RunReader => ({
    getRun: async () => {
      await this.#called({ kind: 'run', position: null, maxBytes: 0 }, identity, signal);
      return this.run;
    },
    logs: async (run, position, maxBytes) => {
      await this.#called({ kind: 'logs', position, maxBytes }, identity, signal);
      return this.#read(run, position, maxBytes);
    },
  });

  async #called(
    what: Pick<Call, 'kind' | 'position' | 'maxBytes'>,
    identity: Identity,
    signal: AbortSignal,
  ): Promise<void> {
    const who = { person: identity.caller.key, assertion: identity.assertion() };
    const call = { ...what, ...who, at: this.#clock.now() };
    this.calls.push(call);
    const onAbort = () => this.aborted.push(call);
    signal.addEventListener('abort', onAbort, { once: true });
    await this.onCall(call, signal);
    signal.removeEventListener('abort', onAbort);
  }

  /** Places are `byte 12`; what follows the number stays, as in cursors that name one place in several ways. */
  #read(run: Run, position: string | null, maxBytes: number): LogChunk {
    const [, byte, line = ''] = /^byte (\d+)(.*)$/.exec(position ?? 'byte 0') ?? [];
    if (byte === undefined) throw badInput('cursor', 'no such place');
    const start = Number(byte);
    const text = this.text.slice(start, start + maxBytes);
    const end = start + text.length;
    return { text, cursor: `byte ${end}${line}`, complete: isFinal(run.status) && end === this.text.length };
  }
}

export const automlRun = (
  status: RunStatus,
  progress: { completedTrials?: number; totalTrials?: number; bestScore?: number } = {},
): AutoMLRun => ({
  kind: 'AUTOML',
  id: 'id',
  provider: 'AZURE_ML',
  name: 'plucky_river',
  displayName: null,
  status,
  rawStatus: status,
  createdAt: null,
  startedAt: null,
  finishedAt: null,
  createdBy: null,
  tags: [],
  error: null,
  experiment: null,
  task: 'CLASSIFICATION',
  targetColumn: 'species',
  primaryMetric: 'accuracy',
  dataset: null,
  progress: { completedTrials: null, totalTrials: null, bestScore: null, bestTrial: null, ...progress },
});

/** A watch of one run on a fake clock; `opening` is what a subscriber passes. */
export function scene(run: Run = automlRun('RUNNING'), options: Partial<RunWatchesDeps> = {}) {
  const clock = new FakeClock();
  const upstream = new FakeUpstream(clock, run);
  const watches = createRunWatches({ clock, connect: upstream.connect, random: () => 1, ...options });
  const people = new Map<string, FakePerson>();
  const person = (key: string) => {
    const known = people.get(key) ?? new FakePerson(clock, key);
    people.set(key, known);
    return known;
  };
  const opening = (key: string, after: string | null = null, signal = new AbortController().signal) => ({
    identity: person(key),
    after,
    signal,
  });
  return {
    clock,
    upstream,
    watches,
    person,
    opening,
    status: (key: string, after: string | null = null) =>
      new Listener(watches.status(run.id, opening(key, after))),
    logs: (key: string, after: string | null = null) =>
      new Listener(watches.logs(run.id, opening(key, after))),
  };
}

/** Reads a stream as fast as it comes. */
export class Listener<T> {
  readonly events: T[] = [];
  readonly stream: AsyncIterableIterator<T>;
  /** What the stream threw. */
  error: unknown;
  ended = false;

  constructor(stream: AsyncIterableIterator<T>) {
    this.stream = stream;
    this.#listen().catch((error) => {
      this.error = error;
      this.ended = true;
    });
  }

  async leave(): Promise<void> {
    await this.stream.return?.();
  }

  async #listen(): Promise<void> {
    for await (const event of this.stream) this.events.push(event);
    this.ended = true;
  }
}
