import type { Reply } from '../../kit/server.ts';
import { type Call, jsonBody, ok, type Route } from '../call.ts';
import { invalid } from '../errors.ts';
import { pageReply } from '../paging.ts';
import { spaceOf } from '../spaces/routes.ts';
import type { Conversation, Placed } from '../state/conversations.ts';
import type { Message } from '../state/messages.ts';
import { followUp, start } from './ask.ts';
import { pollDownload, startDownload } from './downloads.ts';
import { messageForm } from './message-form.ts';
import { conversationOf, messageOf } from './place.ts';
import { queryResult, runAgain } from './results.ts';

const conversations = 'genie/spaces/:space/conversations';
const messages = `${conversations}/:conversation/messages`;
const attachment = `${messages}/:message/attachments/:attachment`;

export const conversationRoutes: readonly Route[] = [
  { method: 'POST', path: 'genie/spaces/:space/start-conversation', handle: start },
  { method: 'GET', path: conversations, handle: list },
  { method: 'DELETE', path: `${conversations}/:conversation`, handle: remove },
  { method: 'POST', path: messages, handle: followUp },
  { method: 'GET', path: messages, handle: listMessages },
  { method: 'GET', path: `${messages}/:message`, handle: getMessage },
  { method: 'DELETE', path: `${messages}/:message`, handle: removeMessage },
  { method: 'POST', path: `${messages}/:message/feedback`, handle: feedback },
  { method: 'GET', path: `${attachment}/query-result`, handle: queryResult },
  { method: 'POST', path: `${attachment}/execute-query`, handle: runAgain },
  { method: 'POST', path: `${attachment}/downloads`, handle: startDownload },
  { method: 'GET', path: `${attachment}/downloads/:download`, handle: pollDownload },
];

/** The caller's own; with `include_all` everybody's, to those who manage the space. */
function list(call: Call): Promise<Reply> {
  const { workspace, member, query } = call;
  const space = spaceOf(call);
  const everybody = query.get('include_all') === 'true' && workspace.grants.may(space, member, 'CAN_MANAGE');
  const { all, of } = workspace.conversations;
  const rows = everybody ? all(space.id) : of(space.id, member.key);
  return pageReply(call, { member: 'conversations', rows, placeOf, render: listed });
}

const placeOf = ({ place }: Placed<unknown>): number => place;

const listed = ({ id, title, createdAt, mode }: Conversation) => ({
  conversation_id: id,
  title,
  created_timestamp: createdAt,
  agent_type: `GENIE_CONVERSATION_TYPE_${mode}`,
});

function remove(call: Call): Reply {
  call.workspace.conversations.delete(conversationOf(call).id);
  return ok({});
}

function listMessages(call: Call): Promise<Reply> {
  const { workspace } = call;
  const rows = workspace.messages.of(conversationOf(call).id);
  const render = (message: Message) => messageForm(workspace, message);
  return pageReply(call, { member: 'messages', rows, placeOf, render });
}

async function getMessage(call: Call): Promise<Reply> {
  return ok(await messageForm(call.workspace, messageOf(call)));
}

function removeMessage(call: Call): Reply {
  call.workspace.messages.delete(messageOf(call).id);
  return ok({});
}

const ratings = ['POSITIVE', 'NEGATIVE', 'NONE'];

async function feedback(call: Call): Promise<Reply> {
  const message = messageOf(call);
  const { rating, comment } = await jsonBody(call);
  if (typeof rating !== 'string' || !ratings.includes(rating))
    throw invalid(`rating must be one of ${ratings.join(', ')}.`);
  if (comment !== undefined && typeof comment !== 'string') throw invalid('comment must be a text.');
  call.workspace.messages.put({
    ...message,
    feedback: { rating, ...(comment ? { comment } : {}) },
  });
  return ok({});
}
