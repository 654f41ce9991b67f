import { spaces } from '../spaces/catalogue.ts';
import type { Message } from '../state/messages.ts';
import type { RowSet, Warehouse } from '../warehouse/warehouse.ts';
import { type Statement, statementOf } from './sql.ts';
import { offers, summary, talk } from './words.ts';

/** The parts of an answer, in the order in which they are told. */
export type Part =
  | { kind: 'query'; statement: Statement; rows: RowSet }
  | { kind: 'words'; text: string; purpose: 'answer' | 'thinking' | 'follow-up' | 'closing' }
  | { kind: 'suggestions'; questions: string[] };

/** The statements of a message's answer; the last of them is the answer. */
export function statementsOf({ intent, directions }: Pick<Message, 'intent' | 'directions'>): Statement[] {
  if (intent.kind !== 'aggregate' && intent.kind !== 'listing') return [];
  const last = statementOf(intent);
  if (!directions.twoSteps) return [last];
  return [statementOf({ ...intent, by: null, region: null, lastDays: null, top: null }), last];
}

/** The SQL of a first attempt, which is thrown away. */
export const draftOf = (statement: Statement): Statement => ({
  ...statement,
  sql: statement.sql.replace('.core.', '.raw.'),
});

/** Runs the statements, one after the other, and finds the words for what they gave. */
export async function answerOf(warehouse: Warehouse, message: Message): Promise<Part[]> {
  const { intent, spaceId } = message;
  const suggestions: Part = { kind: 'suggestions', questions: offers(intent, measuresOf(spaceId)) };
  if (intent.kind === 'talk') return [words(talk[intent.topic], 'answer'), suggestions];
  if (intent.kind === 'unclear') return [words(talk.unclear, 'follow-up'), suggestions];
  const parts: Part[] = [];
  for (const [index, statement] of statementsOf(message).entries()) {
    if (index > 0) parts.push(words(talk.between, 'thinking'));
    parts.push({ kind: 'query', statement, rows: await warehouse.run(statement) });
  }
  return [...parts, ...closing(parts), suggestions];
}

function closing(parts: readonly Part[]): Part[] {
  const last = parts.at(-1);
  if (last?.kind !== 'query') return [];
  return [words(summary(last.statement, last.rows), parts.length > 1 ? 'closing' : 'answer')];
}

const measuresOf = (spaceId: string) => spaces.find(({ id }) => id === spaceId)?.measures ?? [];

type Purpose = Extract<Part, { kind: 'words' }>['purpose'];
const words = (text: string, purpose: Purpose): Part => ({ kind: 'words', text, purpose });
