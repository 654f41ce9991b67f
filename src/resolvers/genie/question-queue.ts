import type { Clock } from '../../domain/clock.ts';
import { codeOf, type ErrorCode, MlgraphError } from '../../domain/errors.ts';
import { draining } from '../watch/failures.ts';
import { fairly } from './fair-order.ts';
import { horizonMs, type Promised, Turns, type Use } from './turns.ts';

/** The workspace takes so many questions in a minute from all of us, so they take turns. */
export type QuestionQueue = {
  /**
   * Sends a question when it is its turn: at once, or within the deadline. Who had the fewest turns of late is
   * next.
   * @throws RATE_LIMITED at once where its turn would come later, with the seconds until a turn that is kept for this
   * person for a while; also where Genie itself refuses. The signal's reason where it aborts before the turn.
   */
  run<T>(asker: { person: string; signal: AbortSignal }, send: () => Promise<T>): Promise<T>;
  /** Refuses who waits and whoever comes. */
  close(): void;
};
export type QuestionQueueDeps = {
  clock: Clock;
  perMinute: number;
  /** How long a question may wait for its turn: 30 s. */
  deadlineMs?: number;
};

/** For how long a promised turn is kept. */
const graceMs = 15_000;
/** What is left of the deadline of one who comes for a promised turn, for answers that take long. */
const reserveMs = 8_000;
/** Where Genie refuses without saying for how long. */
const pauseMs = 10_000;
/** Told by what stands before Genie: it has not seen the question. */
const neverSeen: readonly ErrorCode[] = [
  'UNAUTHENTICATED',
  'INTERACTION_REQUIRED',
  'UPSTREAM_NOT_CONFIGURED',
];

type Waiting = {
  person: string;
  /** It is not sent later. */
  dueBy: number;
  promised: Promised | null;
  begin(use: Use): void;
  refuse(error: unknown): void;
};

export const createQuestionQueue = (deps: QuestionQueueDeps): QuestionQueue => new Queue(deps);

class Queue implements QuestionQueue {
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  /** How long one who comes for a promised turn may be made to wait for others. */
  readonly #slackMs: number;
  readonly #turns: Turns;
  readonly #waiting = new Set<Waiting>();
  #alarm = new AbortController();
  #closed = false;

  constructor({ clock, perMinute, deadlineMs = 30_000 }: QuestionQueueDeps) {
    this.#clock = clock;
    this.#deadlineMs = deadlineMs;
    this.#slackMs = Math.max(graceMs, deadlineMs - reserveMs);
    this.#turns = new Turns(perMinute, graceMs);
  }

  async run<T>(asker: { person: string; signal: AbortSignal }, send: () => Promise<T>): Promise<T> {
    const use = await this.#turn(asker);
    try {
      const answer = await send();
      this.#turns.settle(use, this.#clock.now());
      return answer;
    } catch (error) {
      throw this.#judge(error, use);
    } finally {
      this.#arrange();
    }
  }

  close(): void {
    this.#closed = true;
    this.#alarm.abort();
    for (const waiting of this.#waiting) waiting.refuse(draining());
  }

  #turn({ person, signal }: { person: string; signal: AbortSignal }): Promise<Use> {
    signal.throwIfAborted();
    if (this.#closed) throw draining();
    const { promise, resolve, reject } = Promise.withResolvers<Use>();
    const now = this.#clock.now();
    const promised = this.#turns.claim(person, now);
    const leave = () => {
      this.#waiting.delete(waiting);
      signal.removeEventListener('abort', abort);
    };
    const abort = () => {
      waiting.refuse(signal.reason);
      this.#arrange();
    };
    const waiting: Waiting = {
      person,
      dueBy: now + Math.max(this.#deadlineMs, promised ? this.#slackMs : 0),
      promised,
      begin(use) {
        leave();
        resolve(use);
      },
      refuse(error) {
        leave();
        reject(error);
      },
    };
    signal.addEventListener('abort', abort, { once: true });
    this.#waiting.add(waiting);
    this.#arrange();
    return promise;
  }

  /** Begins the turns that have come, refuses those that would come too late, and sets the alarm for the next. */
  #arrange(): void {
    const now = this.#clock.now();
    this.#turns.endOld(now);
    this.#admitPromised(now);
    for (const waiting of this.#admitOthers(now)) this.#refuse(waiting);
    this.#setAlarm(now);
  }

  #admitPromised(now: number): void {
    const holders = [...this.#waiting].flatMap((waiting) =>
      waiting.promised ? [{ waiting, at: waiting.promised.at }] : [],
    );
    for (const { waiting } of holders.sort((a, b) => a.at - b.at)) {
      if (this.#turns.isFree(now)) waiting.begin(this.#turns.take(waiting.person));
      else if (now >= waiting.dueBy) this.#refuse(waiting);
    }
  }

  /** Gives those whose turn would come too late. */
  #admitOthers(now: number): Waiting[] {
    const { turns } = this.#ahead(now);
    for (const { waiting, at } of turns)
      if (at !== null && at <= now) waiting.begin(this.#turns.take(waiting.person));
    return turns.flatMap(({ waiting, at }) => (at === null ? [waiting] : []));
  }

  /** What lies ahead, and when each who waits without a promise has a turn; null where that is too late. */
  #ahead(now: number) {
    const all = [...this.#waiting];
    const claimed = all.flatMap(({ promised }) => promised ?? []);
    const others = all.filter(({ promised }) => !promised);
    const plan = this.#turns.plan(now, claimed);
    const turns = fairly(others, this.#turns.recent()).map((waiting) => {
      const at = plan.find(this.#turns.opensAt(now), waiting.dueBy, this.#slackMs);
      if (at !== null) plan.hold(at);
      return { waiting, at };
    });
    return { plan, turns };
  }

  #refuse(waiting: Waiting): void {
    this.#waiting.delete(waiting);
    waiting.refuse(this.#tooLate(waiting.person));
  }

  /** With a promise, where there is still something to promise. */
  #tooLate(person: string, cause?: unknown): MlgraphError {
    const now = this.#clock.now();
    const promised = this.#turns.promise(person, this.#ahead(now).plan, now);
    const retryAfterSeconds = Math.max(1, Math.ceil(((promised?.at ?? now + horizonMs) - now) / 1000));
    const message = promised
      ? `Genie takes no more questions now. A turn is kept for you in ${retryAfterSeconds} s.`
      : 'Genie takes no more questions now, and too many turns are given away.';
    return new MlgraphError('RATE_LIMITED', message, { upstream: 'databricks', retryAfterSeconds }, cause);
  }

  /** What the failure of a question that had its turn means for the turn. Gives what is thrown. */
  #judge(error: unknown, use: Use): unknown {
    const now = this.#clock.now();
    if (isWorkspaceFull(error)) {
      this.#turns.giveBack(use);
      const seconds = error.details.retryAfterSeconds;
      this.#turns.pause(now + Math.min(horizonMs / 2, seconds === undefined ? pauseMs : seconds * 1000));
      return this.#tooLate(use.person, error);
    }
    if (neverSeen.includes(codeOf(error))) this.#turns.giveBack(use);
    else this.#turns.settle(use, now);
    return error;
  }

  /** Those who wait are looked at again when a turn ends, when the pause is over, or when one is due. */
  #setAlarm(now: number): void {
    this.#alarm.abort();
    if (this.#waiting.size === 0 || this.#closed) return;
    const alarm = new AbortController();
    this.#alarm = alarm;
    const nexts = [...this.#waiting].map(({ dueBy }) => dueBy);
    nexts.push(this.#turns.nextFreeAt() ?? Number.POSITIVE_INFINITY, this.#turns.opensAt(now));
    const next = nexts.filter((at) => at > now).reduce((a, b) => Math.min(a, b), now + 1_000);
    this.#clock.sleep(next - now, alarm.signal).then(
      () => alarm.signal.aborted || this.#arrange(),
      () => undefined,
    );
  }
}

const isWorkspaceFull = (error: unknown): error is MlgraphError =>
  error instanceof MlgraphError && error.code === 'RATE_LIMITED' && error.details.upstream === 'databricks';
