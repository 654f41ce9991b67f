import type { RowSet } from '../warehouse/warehouse.ts';
import { dimensionsOf, type Intent, type Measure } from './intent.ts';
import type { Statement } from './sql.ts';

/** What is said where there are no rows to speak of. Markdown. */
export const talk = {
  help: 'I answer questions about the tables of this space: ask for a **number**, and by day, month, region, category, channel or product.',
  unknown: 'I do not understand this question. Ask for a number that the tables of this space hold.',
  'not here': 'The tables of this space do not hold what you ask for.',
  unclear: 'Do you mean the revenue, or the units that were sold?',
  between: 'That is all of it; next I narrow it down.',
} as const;

/** One sentence on the rows. */
export function summary({ title }: Statement, { columns, rows, truncated }: RowSet): string {
  const [first] = rows;
  if (!first) return 'No rows match the question.';
  if (columns.length > 2) return `Here are ${truncated ? 'the first ' : ''}${rows.length} rows.`;
  const value = `**${first.at(-1) ?? 'unknown'}**`;
  if (columns.length === 1) return `${title}: ${value}.`;
  return `${title}: ${rows.length} rows, the first of them **${first[0] ?? 'unknown'}** with ${value}.`;
}

/** Questions that may come next, and are understood. */
export function offers(intent: Intent, measures: readonly Measure[]): string[] {
  if (intent.kind === 'unclear') return ['Revenue', 'Units'];
  if (intent.kind === 'talk')
    return measures.slice(0, 2).map((measure) => `${capital(measure)} by ${dimensionsOf[measure].at(-1)}`);
  const region = intent.region === 'North' ? 'South' : 'North';
  const narrower =
    intent.kind === 'listing' && intent.of === 'page views' ? 'Only the last 7 days?' : `Only for ${region}?`;
  if (intent.kind === 'listing') return [narrower];
  return [intent.by === 'month' ? 'And by region?' : 'And by month?', narrower];
}

const capital = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
