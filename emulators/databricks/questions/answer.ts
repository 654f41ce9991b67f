import type { Message } from '../state/conversations.ts';
import type { RowSet, Warehouse } from '../warehouse/warehouse.ts';
import type { Intent, Refinement } from './intent.ts';
import { type Statement, statementOf } from './sql.ts';

/** The parts of an answer, in the order in which they are told. */
export type Part =
  | { kind: 'query'; statement: Statement; rows: RowSet | null }
  | { kind: 'words'; text: string; purpose: 'answer' | 'thinking' | 'follow-up' | 'closing' }
  | { kind: 'suggestions'; questions: string[] };

/** The statements of a message's answer; the last of them is the answer. */
export function statementsOf({ intent, directions }: Pick<Message, 'intent' | 'directions'>): Statement[] {
  if (intent.kind !== 'aggregate' && intent.kind !== 'listing') return [];
  const last = statementOf(intent);
  if (!directions.twoSteps) return [last];
  const whole = statementOf({ ...intent, by: null, region: null, lastDays: null, top: null });
  return [whole, last];
}

/** SQL that is made in a first attempt, and thrown away. */
export function draftOf(message: Pick<Message, 'intent' | 'directions'>): Statement | null {
  const statement = statementsOf(message).at(-1);
  return statement
    ? { ...statement, sql: statement.sql.replace(/\bcore\.orders\b/, 'core.order_lines') }
    : null;
}

/** Runs the statements and finds the words for what they gave. */
export async function answerOf(warehouse: Warehouse, message: Message): Promise<Part[]> {
  const { intent } = message;
  if (intent.kind === 'talk')
    return [
      words(talk[intent.topic], 'answer'),
      suggestions(['How many customers are there by region?', 'Revenue by month']),
    ];
  if (intent.kind === 'unclear')
    return [
      words('Do you mean the revenue, or the number of orders?', 'follow-up'),
      suggestions(['Revenue', 'Orders']),
    ];
  const queries = await Promise.all(
    statementsOf(message).map(async (statement) => ({
      kind: 'query' as const,
      statement,
      rows: await warehouse.run(statement),
    })),
  );
  const last = queries.at(-1);
  if (!last) return [];
  const closing = words(summary(last.statement, last.rows), queries.length > 1 ? 'closing' : 'answer');
  const [first, ...others] = queries;
  const between = words('That is all of it; next I narrow it down.', 'thinking');
  return [
    ...(first ? [first] : []),
    ...(others.length > 0 ? [between, ...others] : []),
    closing,
    suggestions(nextOf(intent)),
  ];
}

const words = (text: string, purpose: Extract<Part, { kind: 'words' }>['purpose']): Part => ({
  kind: 'words',
  text,
  purpose,
});
const suggestions = (questions: string[]): Part => ({ kind: 'suggestions', questions });

const talk = {
  help: 'I answer questions about the tables of this space: ask for **orders**, **revenue**, **customers** or **returns**, by day, month, region, category, channel or product.',
  unknown:
    'I do not understand this question. Ask for a number that the tables of this space hold, such as *revenue by month*.',
  'not here': 'The tables of this space do not hold what you ask for.',
} as const;

function summary({ title }: Statement, { columns, rows, truncated }: RowSet): string {
  const [first] = rows;
  if (!first) return 'No rows match the question.';
  if (columns.length > 2) return `Here are ${truncated ? `the first ${rows.length}` : rows.length} rows.`;
  const value = `**${first.at(-1) ?? 'unknown'}**`;
  if (columns.length === 1) return `${title}: ${value}.`;
  return `${title}: ${rows.length} rows, the first of them **${first[0] ?? 'unknown'}** with ${value}.`;
}

function nextOf(refinement: Refinement & Pick<Intent, 'kind'>): string[] {
  const by = refinement.by === 'month' ? 'And by region?' : 'And by month?';
  return [by, refinement.region === 'North' ? 'Only for South?' : 'Only for North?'];
}
