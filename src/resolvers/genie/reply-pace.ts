/** Of the first polls, each is put off by so many steps. */
const firstSteps = 4;
const laterSteps = 5;
const steadyMs = 60_000;
const growth = 1.5;
const longestMs = 15_000;
const jitter = 0.2;

/**
 * Milliseconds from one poll of an answer to the next (Genie contract, section 5): 1, 2, 3, 4 s, then 5 s for the rest
 * of the first minute, then half as much again each time up to 15 s; all by ±20 %.
 */
export class ReplyPace {
  readonly #random: () => number;
  readonly #stepMs: number;
  #polls = 0;
  #plainMs = 0;
  #delayMs = 0;

  constructor(random: () => number, stepMs: number) {
    this.#random = random;
    this.#stepMs = stepMs;
  }

  get delayMs(): number {
    return this.#delayMs;
  }

  /** A poll was made, this long after the first. */
  polled(sinceFirstMs: number): void {
    this.#polls++;
    const steps = Math.min(this.#polls, laterSteps);
    const isSteady = this.#polls <= firstSteps || sinceFirstMs < steadyMs;
    this.#plainMs = isSteady ? steps * this.#stepMs : Math.min(longestMs, this.#plainMs * growth);
    this.#delayMs = this.#plainMs * (1 - jitter + 2 * jitter * this.#random());
  }
}
