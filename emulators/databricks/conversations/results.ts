import type { Reply } from '../../kit/server.ts';
import { type Call, ok } from '../call.ts';
import { notFound, refusal } from '../errors.ts';
import { statementsOf } from '../questions/answer.ts';
import type { Statement } from '../questions/sql.ts';
import { keyOf } from '../spaces/routes.ts';
import type { Message } from '../state/messages.ts';
import { queryKey } from './attachments.ts';
import { messageOf } from './place.ts';
import { resultStateOf } from './result-state.ts';
import { bareStatement, finishedStatement } from './statement-form.ts';

type Query = { message: Message; attachment: string; statement: Statement };

/** The query attachment in the path. Throws 404. */
function queryOf(call: Call): Query {
  const message = messageOf(call);
  const attachment = keyOf(call, 'attachment');
  const statement = statementsOf(message).find((_, index) => queryKey(message, index) === attachment);
  if (!statement) throw notFound(`Attachment ${attachment} of message ${message.id} does not exist.`);
  return { message, attachment, statement };
}

/** The query in the path, once its rows are there. Throws 400 and 404. */
export function readyQueryOf(call: Call): Query {
  const query = queryOf(call);
  const state = resultStateOf(call.workspace, query.message, query.attachment);
  if (state !== 'ready')
    throw refusal(400, 'BAD_REQUEST', `Message ${query.message.id} has no query result.`);
  return query;
}

/** The rows, when they are there. */
export async function queryResult(call: Call): Promise<Reply> {
  const { message, attachment, statement } = queryOf(call);
  const { workspace } = call;
  switch (resultStateOf(workspace, message, attachment)) {
    case 'early':
      throw refusal(400, 'BAD_REQUEST', `Message ${message.id} has no query result.`);
    case 'pending':
      return ok(bareStatement(message, attachment, 'PENDING'));
    case 'running':
      return ok(bareStatement(message, attachment, 'RUNNING'));
    case 'gone':
      throw notFound(`The query result of attachment ${attachment} has expired. Run the query again.`);
    case 'closed':
      return ok(bareStatement(message, attachment, 'CLOSED'));
    case 'ready':
      return ok(finishedStatement(message, attachment, await workspace.warehouse.run(statement)));
  }
}

/** Runs the query again: the answer comes at once, the rows later. */
export function runAgain(call: Call): Reply {
  const { message, attachment } = queryOf(call);
  const { workspace } = call;
  const state = resultStateOf(workspace, message, attachment);
  if (state === 'early')
    throw refusal(400, 'BAD_REQUEST', `Message ${message.id} has no query to run again.`);
  const rerun = { ...message, reruns: { ...message.reruns, [attachment]: workspace.now() } };
  workspace.messages.put(rerun);
  return ok(bareStatement(rerun, attachment, 'PENDING'));
}
