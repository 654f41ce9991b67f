import { statementsOf } from '../questions/answer.ts';
import { failureText } from '../questions/directions.ts';
import type { Message } from '../state/messages.ts';
import type { Workspace } from '../workspace.ts';
import { attachmentsOf, queryKey } from './attachments.ts';
import { resultStateOf } from './result-state.ts';
import { type Standing, standingOf } from './timeline.ts';

/** A message as it stands now. */
export async function messageForm(workspace: Workspace, message: Message): Promise<Record<string, unknown>> {
  const standing = standingOf(workspace, message);
  const { failure, silent } = message.directions;
  return {
    ...basicForm(message),
    status: statusOf(workspace, message, standing),
    last_updated_timestamp: Math.max(standing.since, message.expiredAt ?? 0),
    ...(silent && standing.shown === 'whole'
      ? {}
      : { attachments: await attachmentsOf(workspace, message, standing.shown) }),
    ...(failure && standing.status === 'FAILED'
      ? { error: { error: failureText(failure), type: failure } }
      : {}),
    ...(message.feedback ? { feedback: message.feedback } : {}),
  };
}

/** As it is answered right after it was asked. */
export const submittedForm = (message: Message) => ({
  ...basicForm(message),
  status: 'SUBMITTED',
  attachments: null,
  last_updated_timestamp: message.askedAt,
});

const basicForm = ({ id, spaceId, conversationId, userId, content, askedAt }: Message) => ({
  id,
  message_id: id,
  space_id: spaceId,
  conversation_id: conversationId,
  user_id: userId,
  content,
  created_timestamp: askedAt,
});

/** An answer whose rows have expired says so until they are there again. */
function statusOf(workspace: Workspace, message: Message, { status }: Standing): string {
  if (status !== 'COMPLETED' && status !== 'QUERY_RESULT_EXPIRED') return status;
  const query = statementsOf(message).length - 1;
  if (query < 0) return status;
  const state = resultStateOf(workspace, message, queryKey(message, query));
  if (state === 'ready' || state === 'closed') return 'COMPLETED';
  return state === 'gone' || status === 'QUERY_RESULT_EXPIRED' || message.expiredAt !== null
    ? 'QUERY_RESULT_EXPIRED'
    : status;
}
