import type { Reply } from '../../kit/server.ts';
import { type Call, jsonBody, ok } from '../call.ts';
import { invalid, refusal } from '../errors.ts';
import { directionsOf } from '../questions/directions.ts';
import { understand } from '../questions/understand.ts';
import type { Space } from '../spaces/catalogue.ts';
import { spaceOf } from '../spaces/routes.ts';
import type { Conversation } from '../state/conversations.ts';
import type { Message } from '../state/messages.ts';
import { newKey } from './keys.ts';
import { submittedForm } from './message-form.ts';
import { conversationOf } from './place.ts';
import { standingOf } from './timeline.ts';

/** A question in a new conversation. */
export async function start(call: Call): Promise<Reply> {
  const { workspace, member } = call;
  const space = spaceOf(call, 'CAN_RUN');
  const content = await contentOf(call);
  takeTurn(call);
  const conversation: Conversation = {
    id: newKey(),
    spaceId: space.id,
    owner: member.key,
    title: content.slice(0, 80),
    createdAt: workspace.now(),
    mode: 'CHAT',
  };
  workspace.conversations.add(conversation);
  const message = ask(call, { space, conversation, content });
  return ok({
    conversation_id: conversation.id,
    message_id: message.id,
    conversation: conversationForm(conversation, member.id),
    message: submittedForm(message),
  });
}

/** A question in a going conversation; 409 while the last one is not answered. */
export async function followUp(call: Call): Promise<Reply> {
  const { workspace } = call;
  const conversation = conversationOf(call);
  const space = spaceOf(call, 'CAN_RUN');
  const content = await contentOf(call);
  const last = workspace.messages.newest(conversation.id);
  if (last && !standingOf(workspace, last).final)
    throw refusal(
      409,
      'RESOURCE_CONFLICT',
      `Message ${last.id} of this conversation is still being processed.`,
    );
  takeTurn(call);
  return ok(submittedForm(ask(call, { space, conversation, content })));
}

type Question = { space: Space; conversation: Conversation; content: string };

function ask({ workspace, member }: Call, { space, conversation, content }: Question): Message {
  const previous = workspace.messages.of(conversation.id).find(({ intent }) => intent.kind !== 'talk');
  const message: Message = {
    id: newKey(),
    conversationId: conversation.id,
    spaceId: space.id,
    userId: member.id,
    content,
    askedAt: workspace.now(),
    intent: understand(content, previous?.intent ?? null, space.measures),
    directions: directionsOf(content),
    feedback: null,
    expiredAt: null,
    reruns: {},
  };
  workspace.messages.add(message);
  return message;
}

async function contentOf(call: Call): Promise<string> {
  const { content } = await jsonBody(call);
  if (typeof content !== 'string' || content.trim() === '') throw invalid('content must not be empty.');
  return content;
}

/** Counts against the workspace's quota. Throws 429. */
function takeTurn({ workspace }: Call): void {
  const seconds = workspace.limit.take();
  if (seconds > 0)
    throw refusal(
      429,
      'REQUEST_LIMIT_EXCEEDED',
      'The workspace has reached its limit of questions per minute.',
      {
        'retry-after': String(seconds),
      },
    );
}

const conversationForm = ({ id, spaceId, title, createdAt }: Conversation, userId: number) => ({
  id,
  conversation_id: id,
  space_id: spaceId,
  user_id: userId,
  title,
  created_timestamp: createdAt,
  last_updated_timestamp: createdAt,
});
