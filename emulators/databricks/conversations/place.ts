import type { Call } from '../call.ts';
import { notFound } from '../errors.ts';
import { keyOf, spaceOf } from '../spaces/routes.ts';
import type { Conversation } from '../state/conversations.ts';
import type { Message } from '../state/messages.ts';

/** The conversation in the path. Throws 404 also where it is somebody else's. */
export function conversationOf(call: Call): Conversation {
  const space = spaceOf(call);
  const id = keyOf(call, 'conversation');
  const found = call.workspace.conversations.get(id);
  if (!found || found.spaceId !== space.id || found.owner !== call.member.key)
    throw notFound(`Conversation ${id} of node ${space.path} does not exist.`);
  return found;
}

/** The message in the path. Throws 404. */
export function messageOf(call: Call): Message {
  const conversation = conversationOf(call);
  const id = keyOf(call, 'message');
  const found = call.workspace.messages.get(id);
  if (found?.conversationId !== conversation.id)
    throw notFound(`Message ${id} of conversation ${conversation.id} does not exist.`);
  return found;
}
