import { answerOf, draftOf, type Part, statementsOf } from '../questions/answer.ts';
import type { Statement } from '../questions/sql.ts';
import type { Message } from '../state/messages.ts';
import type { RowSet } from '../warehouse/warehouse.ts';
import type { Workspace } from '../workspace.ts';
import { derivedKey, statementKey } from './keys.ts';
import type { Shown } from './timeline.ts';

type Attachment = Record<string, unknown>;

/** The id of a message's query, counted from 0. */
export const queryKey = ({ id }: Message, index: number): string => derivedKey(id, 'query', index);

/** The statement of a query; a new one with each run. */
export const statementIdOf = (message: Message, attachment: string): string =>
  statementKey(attachment, message.reruns[attachment] ?? 0);

/** What is visible of the answer; null: nothing yet. */
export async function attachmentsOf(
  { warehouse }: Pick<Workspace, 'warehouse'>,
  message: Message,
  shown: Shown,
): Promise<Attachment[] | null> {
  if (shown === 'nothing') return null;
  if (shown === 'whole') return wholeAnswer(message, await answerOf(warehouse, message));
  const statements = statementsOf(message);
  const last = statements.length - 1;
  return statements.map((statement, index) =>
    query(message, index, index === last && shown === 'draft' ? draftOf(statement) : statement, null),
  );
}

function wholeAnswer(message: Message, parts: readonly Part[]): Attachment[] {
  let queries = 0;
  return parts.map((part, index) => {
    if (part.kind === 'query') return query(message, queries++, part.statement, part.rows);
    const attachment_id = derivedKey(message.id, 'part', index);
    if (part.kind === 'suggestions')
      return { attachment_id, suggested_questions: { questions: part.questions } };
    return text(attachment_id, part);
  });
}

/** The words that close an answer of several queries come without an id and a purpose, as in the service. */
function text(attachment_id: string, { text, purpose }: Extract<Part, { kind: 'words' }>): Attachment {
  if (purpose === 'closing') return { text: { content: text } };
  if (purpose === 'thinking')
    return { attachment_id, text: { content: text, phase: 'RESPONSE_PHASE_THINKING' } };
  const name = purpose === 'answer' ? 'ANSWER' : 'FOLLOW_UP_QUESTION';
  return { attachment_id, text: { content: text, purpose: `TEXT_ATTACHMENT_PURPOSE_${name}` } };
}

function query(message: Message, index: number, statement: Statement, rows: RowSet | null): Attachment {
  const attachment_id = queryKey(message, index);
  const { title, description, sql, parameters } = statement;
  const count = rows && { row_count: rows.rows.length, ...(rows.truncated ? { is_truncated: true } : {}) };
  return {
    attachment_id,
    query: {
      title,
      description,
      query: sql,
      ...(parameters.length > 0 ? { parameters } : {}),
      statement_id: statementIdOf(message, attachment_id),
      thoughts: thoughtsOf(statement),
      ...(count ? { query_result_metadata: count } : {}),
    },
  };
}

const thoughtsOf = ({ description, sql }: Statement) => [
  { thought_type: 'THOUGHT_TYPE_DESCRIPTION', content: description },
  {
    thought_type: 'THOUGHT_TYPE_DATA_SOURCING',
    content: [...new Set(sql.match(/\b\w+\.core\.\w+/g))].join(', '),
  },
];
