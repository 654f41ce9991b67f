/** How a fetch of signing keys ended; `wasted` is one that did not bring the key it was made for. */
export type FetchEnd = 'useful' | 'wasted' | 'failed' | 'unreached';

/**
 * How often the issuer may be asked for its keys. An unknown key id is asked for at once, for it may be a new key;
 * but anybody can make key ids up, so after a wasted fetch the next waits. At most six in any minute.
 */
export type FetchBudget = {
  /** Milliseconds until the next fetch may start; 0: now. */
  waitMs(now: number): number;
  start(now: number): { end(how: FetchEnd, now: number): void };
};

const minuteMs = 60_000;
const maxPerMinute = 6;
/** A little under the ten seconds within which a new key is found in a flood of forged ones. */
const wastedGapMs = 9_900;
/** One failure may be a blip; an issuer that goes on failing is asked as seldom as in a flood. */
const firstFailureGapMs = 1_000;

export function createFetchBudget(): FetchBudget {
  /** When each fetch ended, or started if it has not: so the issuer sees them no closer than counted here. */
  let fetches: { at: number }[] = [];
  let wastedAt = Number.NEGATIVE_INFINITY;
  let notBefore = 0;
  let failures = 0;

  const gapEnd = (now: number) => {
    const last = fetches.at(-1);
    const flooded = now - wastedAt < minuteMs;
    return Math.max(notBefore, flooded && last ? last.at + wastedGapMs : 0);
  };

  return {
    waitMs(now) {
      fetches = fetches.filter(({ at }) => now - at < minuteMs);
      const sixth = fetches.at(-maxPerMinute);
      return Math.max(0, gapEnd(now) - now, sixth ? sixth.at + minuteMs - now : 0);
    },
    start(startedAt) {
      const fetch = { at: startedAt };
      fetches.push(fetch);
      return {
        end(how, now) {
          fetch.at = now;
          // Nothing arrived at the issuer, so nothing counts; it is asked again as soon as it may be back.
          if (how === 'unreached') fetches = fetches.filter((other) => other !== fetch);
          if (how === 'wasted') wastedAt = now;
          failures = how === 'failed' ? failures + 1 : 0;
          if (how === 'failed') notBefore = now + (failures > 1 ? wastedGapMs : firstFailureGapMs);
          if (how === 'unreached') notBefore = now + firstFailureGapMs;
        },
      };
    },
  };
}
