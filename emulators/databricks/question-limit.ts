/** The workspace's quota of questions, all spaces and people together. */
export type QuestionLimit = {
  /** Counts a question, or says in how many seconds there is room for one; 0 is accepted. */
  take(): number;
};

const minute = 60_000;

/** At most `perMinute` questions within any sixty seconds. */
export function createQuestionLimit(perMinute: number, now: () => number): QuestionLimit {
  let taken: number[] = [];
  return {
    take: () => {
      const at = now();
      taken = taken.filter((time) => time > at - minute);
      const oldest = taken[taken.length - perMinute];
      if (oldest !== undefined) return Math.max(1, Math.ceil((oldest + minute - at) / 1000));
      taken.push(at);
      return 0;
    },
  };
}
