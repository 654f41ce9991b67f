import { MlgraphError } from '../../domain/errors.ts';
import type { Connection } from './connection.ts';
import { unreadable } from './errors.ts';
import type { Genie } from './index.ts';
import { keyOf, toMessage } from './to-domain.ts';
import { message, started } from './wire.ts';

type Question = Parameters<Genie['ask']>[0];
type Asked = ReturnType<Genie['ask']>;

export const ask = (connection: Connection, question: Question): Asked =>
  withPatience(connection, (deadlineMs) =>
    question.conversationKey === null
      ? begin(connection, question, deadlineMs)
      : goOn(connection, { ...question, conversationKey: question.conversationKey }, deadlineMs),
  );

/** Contract section 3.2: the ids stand flat, and in what is nested. */
async function begin(connection: Connection, { spaceKey, text }: Question, deadlineMs: number): Asked {
  const { send, paths } = connection;
  const path = `${paths.space(spaceKey)}/start-conversation`;
  const call = { method: 'POST' as const, path, json: { content: text }, schema: started, deadlineMs };
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
  deadlineMs: number,
): Asked {
  const { send, paths } = connection;
  const path = `${paths.conversation({ spaceKey, conversationKey })}/messages`;
  const call = { method: 'POST' as const, path, json: { content: text }, schema: message, deadlineMs };
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

/**
 * Asks again only where Genie did not accept the question (429) and the wait it names fits: after anything else
 * the question may have been asked (contract section 6, retries).
 */
async function withPatience<T>(
  { clock, signal, patience }: Connection,
  attempt: (deadlineMs: number) => Promise<T>,
): Promise<T> {
  const deadlineAt = clock.now() + patience.askMs;
  for (;;) {
    try {
      return await attempt(Math.max(1, deadlineAt - clock.now()));
    } catch (error) {
      const wait = waitOf(error);
      if (wait === null || clock.now() + wait >= deadlineAt) throw error;
      await clock.sleep(wait, signal);
    }
  }
}

/** Milliseconds after which the same question may be accepted; null where it must not be sent again. */
function waitOf(error: unknown): number | null {
  if (!(error instanceof MlgraphError) || error.code !== 'RATE_LIMITED') return null;
  const { retryAfterSeconds } = error.details;
  return retryAfterSeconds === undefined ? null : Math.max(1, retryAfterSeconds) * 1000;
}
