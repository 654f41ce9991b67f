import type { RunError } from '../../domain/runs.ts';
import { wordsOf } from './values.ts';
import type { WireMessage } from './wire.ts';

type Advice = { message: string; withWords?: boolean };

/** Groups of `error.type` (contract section 4), the first that fits: the enum is open, and grows. */
const groups: readonly [RegExp, Advice][] = [
  [/^RATE_LIMIT/, { message: 'Genie is asked too much at the moment: ask again in a minute.' }],
  [/CONTENT_FILTER/, { message: 'The content filter refused this question: put it in other words.' }],
  [
    /CONTEXT_EXCEEDED|MAX_TOKEN|TOO_LONG/,
    { message: 'The question or its conversation is too long: shorten it, or begin a new conversation.' },
  ],
  [/^BLOCK_MULTIPLE/, { message: 'Another question of this conversation was still running: ask again.' }],
  [
    /WHILE_EXECUTING|AUTO_REGENERATE/,
    { message: 'The question was changed or ended elsewhere while it ran.' },
  ],
  [
    /WAREHOUSE_ACCESS_MISSING/,
    { message: 'CAN USE on the SQL warehouse of this space is missing: its administrator can give it.' },
  ],
  [
    /WAREHOUSE_NOT_FOUND/,
    {
      message: 'The SQL warehouse of this space is not there: the owner of the space has to choose another.',
    },
  ],
  [
    /PERMISSION_DENIED|DELEGATION_NOT_FOUND|ACCESS/,
    { message: 'Access to what this space needs is missing: its owner can tell to what.' },
  ],
  [
    /DEPLOYMENT|BUDGET|PAY_PER_TOKEN/,
    { message: 'Genie has no capacity or budget left in this workspace: its administrator has to look.' },
  ],
  [/RETRYABLE|TIMEOUT|NETWORK/, { message: 'Genie did not come to an end in time: ask again.' }],
  [
    /NO_TABLES|TABLES_MISSING|TOO_MANY_TABLES|UC_SCHEMA/,
    { message: 'Genie cannot use the tables of this space: its owner has to look', withWords: true },
  ],
  [/SQL/, { message: 'The query that Genie wrote failed', withWords: true }],
  [/UNSUPPORTED_CONVERSATION/, { message: 'Genie does not take questions in this conversation.' }],
];
const other: Advice = { message: 'Genie could not answer this question', withWords: true };

/** What went wrong with a question; null where nothing did. Genie's own words are shown without its inner paths. */
export function toRunError({ status, error }: WireMessage): RunError | null {
  if (!error?.type && !error?.error && status !== 'FAILED') return null;
  const code = /^[A-Za-z0-9_.]{1,100}$/.exec(error?.type ?? '')?.[0] ?? null;
  const advice = groups.find(([pattern]) => pattern.test(code ?? ''))?.[1] ?? other;
  if (!advice.withWords) return { code, message: advice.message };
  const words = wordsOf(error?.error);
  return { code, message: words ? `${advice.message}: ${words}` : `${advice.message}.` };
}
