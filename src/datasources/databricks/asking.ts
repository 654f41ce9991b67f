import type { Connection } from './connection.ts';
import { unreadable } from './errors.ts';
import type { Genie } from './index.ts';
import { keyOf, toMessage } from './to-domain.ts';
import { message, started } from './wire.ts';

type Question = Parameters<Genie['ask']>[0];
type Asked = ReturnType<Genie['ask']>;

/** Sent once: whoever keeps the turns must learn of a refusal at once, and after anything else it may have been asked. */
export const ask = (connection: Connection, question: Question): Asked => {
  const { conversationKey } = question;
  return conversationKey === null
    ? begin(connection, question)
    : goOn(connection, { ...question, conversationKey });
};

/** Contract section 3.2: the ids stand flat, and in what is nested. */
async function begin(connection: Connection, { spaceKey, text }: Question): Asked {
  const { send, paths } = connection;
  const path = `${paths.space(spaceKey)}/start-conversation`;
  const call = { method: 'POST' as const, path, json: { content: text }, schema: started };
  const reply = await send({ ...call, what: 'space', isQuestion: true });
  const conversationKey = keyOf(
    reply.conversation_id,
    reply.conversation?.conversation_id,
    reply.conversation?.id,
    reply.message.conversation_id,
  );
  const messageKey = keyOf(reply.message_id, reply.message.message_id, reply.message.id);
  if (!conversationKey || !messageKey) throw unreadable('a question without its ids');
  const asked = toMessage(reply.message, { spaceKey, conversationKey, messageKey }, connection);
  return { message: withQuestion(asked, text), title: reply.conversation?.title || null };
}

async function goOn(
  connection: Connection,
  { spaceKey, conversationKey, text }: Question & { conversationKey: string },
): Asked {
  const { send, paths } = connection;
  const path = `${paths.conversation({ spaceKey, conversationKey })}/messages`;
  const call = { method: 'POST' as const, path, json: { content: text }, schema: message };
  const reply = await send({ ...call, what: 'conversation', isQuestion: true });
  const messageKey = keyOf(reply.message_id, reply.id);
  if (!messageKey) throw unreadable('a question without its id');
  const asked = toMessage(reply, { spaceKey, conversationKey, messageKey }, connection);
  return { message: withQuestion(asked, text), title: null };
}

const withQuestion = <T extends { question: string }>(asked: T, text: string): T => ({
  ...asked,
  question: asked.question || text,
});
