import { Plan } from './plan.ts';

/** Questions are counted over this time. */
const windowMs = 60_000;
/** The workspace's minute may be a little longer than ours. */
const marginMs = 250;
/** How long it takes at most, as a rule, from a question's turn until Genie has taken it. */
const latencyMs = 1_750;
/** How long a turn that is yet to come will be taken. */
const turnMs = windowMs + marginMs + latencyMs;
/** How long before its time a promised turn may be claimed: clients' timers are not exact. */
const earlyMs = 1_000;
/** Nothing is promised beyond. */
export const horizonMs = 30 * 60_000;
const mostPromises = 300;

/** A question that was sent. */
export type Use = { readonly person: string; freeAt: number | null };
/** A turn to come, told to somebody who was refused: theirs, for whichever question they come with. */
export type Promised = { readonly person: string; readonly at: number };

/**
 * Who has turns, now and later. A turn is taken from when its question is sent until a minute after Genie's answer to
 * it: Genie counts it at some moment between, so that at most `perMinute` are counted in any minute, however long a
 * question is on its way.
 */
export class Turns {
  readonly #capacity: number;
  readonly #graceMs: number;
  /** Those that are taken. */
  readonly #uses = new Set<Use>();
  /** Those of the minute before, for fairness. */
  readonly #past = new Set<Use & { freeAt: number }>();
  readonly #promises = new Set<Promised>();
  #pausedUntil = 0;

  constructor(perMinute: number, graceMs: number) {
    this.#capacity = perMinute;
    this.#graceMs = graceMs;
  }

  /** When a turn may be taken at the earliest. */
  opensAt(now: number): number {
    return Math.max(now, this.#pausedUntil);
  }

  /** Ends turns that are over, and promises that nobody came for. */
  endOld(now: number): void {
    for (const use of this.#uses) {
      if (use.freeAt === null || use.freeAt > now) continue;
      this.#uses.delete(use);
      this.#past.add({ ...use, freeAt: use.freeAt });
    }
    for (const use of this.#past) if (use.freeAt + windowMs <= now) this.#past.delete(use);
    for (const promised of this.#promises)
      if (promised.at + this.#graceMs < now) this.#promises.delete(promised);
  }

  /** Whether a question can be sent now without one too many in a minute. */
  isFree(now: number): boolean {
    return now >= this.#pausedUntil && this.#uses.size < this.#capacity;
  }

  take(person: string): Use {
    const use = { person, freeAt: null };
    this.#uses.add(use);
    return use;
  }

  /** Genie has taken the question, or may have. */
  settle(use: Use, now: number): void {
    use.freeAt = now + windowMs + marginMs;
  }

  /** Genie has not taken the question. */
  giveBack(use: Use): void {
    this.#uses.delete(use);
  }

  pause(until: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, until);
  }

  /** When the first of the turns that are taken now ends; null while all of them are under way. */
  nextFreeAt(): number | null {
    const ends = [...this.#uses].flatMap(({ freeAt }) => freeAt ?? []);
    return ends.length > 0 ? ends.reduce((first, end) => Math.min(first, end)) : null;
  }

  /** How many turns each person had of late. */
  recent(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { person } of [...this.#past, ...this.#uses])
      counts.set(person, (counts.get(person) ?? 0) + 1);
    return counts;
  }

  /** With the turns that were promised; `claimed` are those whose person is here. */
  plan(now: number, claimed: readonly Promised[]): Plan {
    const ends = [...this.#uses].map(({ freeAt }) => freeAt ?? now + turnMs);
    const plan = new Plan({ capacity: this.#capacity, turnMs }, now, ends);
    for (const { at } of [...this.#promises, ...claimed]) plan.hold(at);
    return plan;
  }

  /**
   * Promises the first turn that is nobody's; null where that is too far away. Of the turns of any minute one person
   * is promised all but one at most, so that nobody has to wait for all of another's.
   */
  promise(person: string, plan: Plan, now: number): Promised | null {
    if (this.#promises.size >= mostPromises) return null;
    const share = Math.max(1, this.#capacity - 1);
    const own = [...this.#promises].filter((promised) => promised.person === person);
    const isWithinShare = (at: number) =>
      own.filter((promised) => Math.abs(promised.at - at) < turnMs).length < share;
    const at = plan.find(this.opensAt(now), now + horizonMs, 0, isWithinShare);
    if (at === null) return null;
    const promised = { person, at };
    plan.hold(at);
    this.#promises.add(promised);
    return promised;
  }

  /** Takes up the person's first promise that is due; null where none is. */
  claim(person: string, now: number): Promised | null {
    let first: Promised | null = null;
    for (const promised of this.#promises)
      if (promised.person === person && (!first || promised.at < first.at)) first = promised;
    if (!first || first.at - earlyMs > now) return null;
    this.#promises.delete(first);
    return first;
  }
}
