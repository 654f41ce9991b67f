/** What a question asks of the emulator besides its answer. */
export type Directions = {
  /** The error type that the message fails with. */
  failure: string | null;
  ending: 'cancelled' | 'expired' | 'closed' | 'stalled' | null;
  /** Executes, goes back to ASKING_AI, and executes other SQL. */
  corrected: boolean;
  /** Completes without the member `attachments`. */
  silent: boolean;
  /** Answers in two queries, with words between them. */
  twoSteps: boolean;
  /** Passes through a status that the documentation shows and no client lists. */
  strange: boolean;
};

/**
 * Reads the trigger words, anywhere in a question: `then fail`, `then fail with SQL_EXECUTION_EXCEPTION` (any type),
 * `then be cancelled`, `then expire` (the message becomes QUERY_RESULT_EXPIRED), `then close the result` (it stays
 * COMPLETED and its statement is CLOSED), `then stall` (executes for ever), `then correct itself`, `then say nothing`,
 * `in two steps`, `then be strange`.
 */
export function directionsOf(question: string): Directions {
  const fails = /\bthen fail(?: with ([A-Z][A-Z_]+))?/.exec(question);
  const says = (words: string) => question.toLowerCase().includes(words);
  return {
    failure: fails ? (fails[1] ?? 'SQL_EXECUTION_EXCEPTION') : null,
    ending: endings.find(([words]) => says(words))?.[1] ?? null,
    corrected: says('then correct itself'),
    silent: says('then say nothing'),
    twoSteps: says('in two steps'),
    strange: says('then be strange'),
  };
}

const endings: [string, NonNullable<Directions['ending']>][] = [
  ['then be cancelled', 'cancelled'],
  ['then expire', 'expired'],
  ['then close the result', 'closed'],
  ['then stall', 'stalled'],
];

const failures: Record<string, string> = {
  SQL_EXECUTION_EXCEPTION:
    '[TABLE_OR_VIEW_NOT_FOUND] The table or view `sales`.`core`.`order_lines` cannot be found. SQLSTATE: 42P01',
  WAREHOUSE_ACCESS_MISSING_EXCEPTION: 'You do not have CAN USE permission on warehouse 9f8e7d6c5b4a3921.',
  RATE_LIMIT_EXCEEDED_GENERIC_EXCEPTION: 'Too many requests to the model. Try again later.',
  CONTENT_FILTER_EXCEPTION: 'The question was blocked by the content filter.',
  BLOCK_MULTIPLE_EXECUTIONS_EXCEPTION: 'Another message of this conversation is still being processed.',
};

/** The words of an error type. */
export const failureText = (type: string): string =>
  failures[type] ?? `The question could not be answered (${type}).`;
