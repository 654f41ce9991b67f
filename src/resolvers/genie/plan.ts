export type PlanSettings = {
  /** How many turns may be taken at once. */
  capacity: number;
  /** How long a turn that is yet to begin is taken, in milliseconds. */
  turnMs: number;
};

/** What lies ahead of a queue: until when turns are taken, and from when others are spoken for. */
export class Plan {
  readonly #settings: PlanSettings;
  readonly #now: number;
  /** When the turns that are taken now end. All three are milliseconds since the epoch, in order. */
  readonly #ends: number[];
  /** When turns to come begin, and when they end. */
  readonly #begins: number[] = [];
  readonly #laterEnds: number[] = [];

  constructor(settings: PlanSettings, now: number, ends: readonly number[]) {
    this.#settings = settings;
    this.#now = now;
    this.#ends = ends.toSorted((a, b) => a - b);
  }

  /** Takes the turn that begins at `at`; one that is overdue may begin now. */
  hold(at: number): void {
    insert(this.#begins, at);
    insert(this.#laterEnds, Math.max(at, this.#now) + this.#settings.turnMs);
  }

  /**
   * The first moment from `from` to `until` at which one more turn may begin, putting off no turn to come by more than
   * `slackMs`; null where there is none.
   */
  find(from: number, until: number, slackMs: number, isFit?: (at: number) => boolean): number | null {
    if (from > until) return null;
    const isLater = (at: number) => at > from && at <= until;
    const later = [...this.#ends, ...this.#laterEnds].filter(isLater).sort((a, b) => a - b);
    for (const at of new Set([from, ...later]))
      if (this.#fits(at, slackMs) && (isFit?.(at) ?? true)) return at;
    return null;
  }

  /** Turns become more only where one begins: there, and at `at` itself, one has to be left. */
  #fits(at: number, slackMs: number): boolean {
    const last = at + this.#settings.turnMs - slackMs;
    if (!this.#hasOneLeft(at)) return false;
    for (let index = countUpTo(this.#begins, at); index < this.#begins.length; index++) {
      const begin = this.#begins[index] as number;
      if (begin >= last) break;
      if (!this.#hasOneLeft(begin)) return false;
    }
    return true;
  }

  #hasOneLeft(at: number): boolean {
    const taken = this.#ends.length - countUpTo(this.#ends, at);
    const held = countUpTo(this.#begins, at) - countUpTo(this.#laterEnds, at);
    return taken + held < this.#settings.capacity;
  }
}

/** How many of the ordered numbers are not above the bound. */
function countUpTo(numbers: readonly number[], bound: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] as number) > bound) high = middle;
    else low = middle + 1;
  }
  return low;
}

function insert(numbers: number[], value: number): void {
  numbers.splice(countUpTo(numbers, value), 0, value);
}
