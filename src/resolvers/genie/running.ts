import type { Genie } from '../../datasources/databricks/index.ts';
import type { Clock } from '../../domain/clock.ts';
import { conflict } from '../../domain/errors.ts';
import { type GenieConversationPlace, type GenieMessage, isFinalAnswer } from '../../domain/genie.ts';
import { innerPage } from './inner-pages.ts';

const field = 'input.conversationId';
/** Genie answers in some ten seconds. */
const retryAfterSeconds = 5;
/** A question that is older is taken for one that will never be answered. */
const longestAnswerMs = 20 * 60_000;
/** Genie lists the newest first. */
const pageSize = 25;

const stillAnswered = () =>
  conflict('The last question of this conversation is still being answered.', { field, retryAfterSeconds });

/** Genie answers one question of a conversation at a time, and fails what comes meanwhile. */
export class RunningQuestions {
  readonly #clock: Clock;
  /** Conversations in which a question is being asked by this process. */
  readonly #asking = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Until the function that it gives is called. @throws CONFLICT where a question is being asked already. */
  enter(conversationKey: string): () => void {
    if (this.#asking.has(conversationKey)) throw stillAnswered();
    this.#asking.add(conversationKey);
    return () => this.#asking.delete(conversationKey);
  }

  /** @throws CONFLICT where one of these is still being answered. */
  assertAnswered(messages: readonly GenieMessage[]): void {
    const since = this.#clock.now() - longestAnswerMs;
    const isRunning = ({ status, createdAt }: GenieMessage) =>
      !isFinalAnswer(status) && createdAt.getTime() > since;
    if (messages.some(isRunning)) throw stillAnswered();
  }
}

/** The newest messages of a conversation, in no order. */
export async function newestMessages(
  place: GenieConversationPlace,
  genie: Pick<Genie, 'listMessages'>,
): Promise<GenieMessage[]> {
  const { edges } = await genie.listMessages(place, innerPage(pageSize));
  return edges.map(({ node }) => node);
}

/** The last of them by time. */
export const lastOf = (messages: readonly GenieMessage[]): GenieMessage | null =>
  messages.reduce<GenieMessage | null>(
    (last, each) => (last && timeOf(last) > timeOf(each) ? last : each),
    null,
  );

const timeOf = ({ createdAt }: GenieMessage) => createdAt.getTime();
