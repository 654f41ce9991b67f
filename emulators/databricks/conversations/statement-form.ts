import type { Message } from '../state/messages.ts';
import type { RowSet } from '../warehouse/warehouse.ts';
import { statementIdOf } from './attachments.ts';

type State = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'CLOSED';

/** A statement that has no rows to give. */
export const bareStatement = (message: Message, attachment: string, state: State) => ({
  statement_response: { statement_id: statementIdOf(message, attachment), status: { state } },
});

/** A statement with its rows. Without any, the service sends no array. */
export function finishedStatement(
  message: Message,
  attachment: string,
  { columns, rows, truncated }: RowSet,
) {
  const count = rows.length;
  const chunk = { chunk_index: 0, row_offset: 0, row_count: count };
  return {
    statement_response: {
      statement_id: statementIdOf(message, attachment),
      status: { state: 'SUCCEEDED' },
      manifest: {
        format: 'JSON_ARRAY',
        schema: { column_count: columns.length, columns },
        total_chunk_count: count > 0 ? 1 : 0,
        ...(count > 0 ? { chunks: [chunk] } : {}),
        total_row_count: count,
        truncated,
      },
      result: count > 0 ? { ...chunk, data_array: rows } : {},
    },
  };
}
