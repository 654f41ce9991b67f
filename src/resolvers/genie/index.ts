/**
 * Questions to Genie.
 *
 * - `ask.ts` checks a question, `asking.ts` asks it once under its clientMessageId, `sending.ts` in its turn.
 * - `question-queue.ts` gives the turns: the workspace counts everybody's questions together (`turns.ts`, `plan.ts`).
 * - `ownership.ts` knows whose a conversation is, and as whom it was begun; everything but a list of spaces asks it.
 *   `acting.ts` lets a conversation of the application's be used, by whom it is allowed to, and audits it.
 * - `replies.ts` is the watch of an answer: one poll loop for a message (`reply-watch.ts`), however many watch.
 */

import type { Clock } from '../../domain/clock.ts';
import type { GenieEvent, GenieMessage } from '../../domain/genie.ts';
import { draining } from '../watch/failures.ts';
import { Asking } from './asking.ts';
import { Ownership } from './ownership.ts';
import type { Asker, AskingDeps, Question } from './question.ts';
import { createQuestionQueue } from './question-queue.ts';
import { createGenieReplies, type WatchedMessage } from './replies.ts';
import type { ReplyOpening } from './reply-watch.ts';
import { RunningQuestions } from './running.ts';

export type { Asker, Question } from './question.ts';
export type { WatchedMessage } from './replies.ts';
export type { ReplyOpening } from './reply-watch.ts';

/** What lives as long as the process. */
export type GenieQuestions = {
  readonly ownership: Ownership;
  /** See `Asking`. */
  ask(question: Question, asker: Asker): Promise<GenieMessage>;
  /** See `GenieReplies`. */
  replies(message: WatchedMessage, opening: ReplyOpening): AsyncIterableIterator<GenieEvent>;
  /** Ends the streams, refuses those who wait, and waits a moment for the questions that are on their way. */
  close(): Promise<void>;
};
export type GenieQuestionsDeps = AskingDeps & {
  /** What the workspace takes from everybody together. */
  perMinute: number;
  /** How long a question may wait for its turn: 30 s. */
  deadlineMs?: number;
  /** From the first poll of an answer to the second: 1 s. */
  firstPollMs?: number;
  /** How old a proof of a right may be: 5 minutes. */
  recheckMs?: number;
  /** How long changes are kept when nobody watches: 10 minutes. */
  keepMs?: number;
  /** For jitter: from 0 to 1. */
  random?: () => number;
};

const closeWithinMs = 5_000;

export function createGenieQuestions({
  perMinute,
  deadlineMs,
  firstPollMs = 1_000,
  recheckMs = 300_000,
  keepMs = 600_000,
  random = Math.random,
  ...deps
}: GenieQuestionsDeps): GenieQuestions {
  const { clock } = deps;
  const closing = new AbortController();
  const ownership = new Ownership(clock);
  const queue = createQuestionQueue({ clock, perMinute, deadlineMs });
  const running = new RunningQuestions(clock);
  const asking = new Asking({ deps, queue, running, ownership, closing: closing.signal });
  const replies = createGenieReplies({ ...deps, ownership, random, firstPollMs, recheckMs, keepMs });
  return {
    ownership,
    ask: (question, asker) => asking.ask(question, asker),
    replies: replies.events,
    async close() {
      replies.close();
      queue.close();
      await atMost(closeWithinMs, asking.settled(), clock);
      closing.abort(draining());
    },
  };
}

async function atMost(milliseconds: number, work: Promise<void>, clock: Clock): Promise<void> {
  const done = new AbortController();
  await Promise.race([work, clock.sleep(milliseconds, done.signal).catch(() => undefined)]);
  done.abort();
}
