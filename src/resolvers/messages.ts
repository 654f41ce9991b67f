import type { Context } from '../context.ts';
import type { ChatEvent, Message, Session, ToolApproval } from '../domain/chat.ts';
import { badInput, codeOf, conflict, mayHaveHappened } from '../domain/errors.ts';
import { mapPage, type Page, readTwoWayPage, type TwoWayPageArgs } from '../domain/paging.ts';
import { type Recorder, record } from './audit.ts';
import { replyCursor, undecided } from './chat/index.ts';
import { noSuch, readKey } from './keys.ts';
import { firstWords, getSession, settledStore } from './sessions.ts';

type Ask = Pick<Context, 'caller' | 'signedIn' | 'store' | 'lasting' | 'replies' | 'call'>;
export type SentMessage = { message: Message; reply: Message };

/** Oldest first, read from either end. */
export async function messagesOf(
  session: Session,
  args: TwoWayPageArgs,
  context: Ask,
): Promise<Page<Message>> {
  const page = readTwoWayPage(args, context.caller.key, ['messages', session.key]);
  const messages = await (await settledStore(context)).listMessages(session.key, page);
  return mapPage(messages, context.replies.present);
}

/** @throws NOT_FOUND naming the field, for what is missing and for what is somebody else's. */
export async function getMessage(key: string, field: string, context: Ask): Promise<Message> {
  const message = await (await settledStore(context)).getMessage(key);
  if (!message) throw noSuch('Message', field);
  return context.replies.present(message);
}

const maxContent = 100_000;
/** Of a decision's reason: it goes to the agent as part of its prompt. */
const maxReason = 1_000;
const maxClientId = 256;

export type SendInput = { sessionId: string; content: string; clientMessageId?: string | null };

/** Stores the message with its pending reply, and lets the reply run, whoever listens. */
export async function sendMessage(input: SendInput, context: Ask & Recorder): Promise<SentMessage> {
  const { content, clientMessageId } = readMessage(input);
  const session = await getSession(
    readKey(input.sessionId, 'input.sessionId', 'Session'),
    'input.sessionId',
    context,
  );
  const { signedIn, replies, store } = context;
  const exchange = { sessionKey: session.key, content, clientMessageId };
  const stored = await store.addExchange(exchange).catch((error: unknown) => {
    // It may have been stored all the same, with a reply that nobody runs.
    if (mayHaveHappened(error)) replies.doubt(signedIn, session.key);
    throw error;
  });
  if (!stored) throw conflict('Another reply of this session is under way or waits.');
  const { message, reply, repeated } = stored;
  if (repeated) return { message, reply: replies.present(reply) };
  const started = replies.start(signedIn, session, message, reply, context.call.requestId);
  if (session.title === '') await shortly(nameAfter(content, session, context), context);
  return { message, reply: started };
}

/** So long the answer of a send waits for the title, so that who reads the session next finds it. */
const titleWithinMs = 1_000;

async function shortly(work: Promise<void>, { clock }: Recorder): Promise<void> {
  const enough = new AbortController();
  const tooLong = clock.sleep(titleWithinMs, enough.signal).catch(() => undefined);
  await Promise.race([work, tooLong]);
  enough.abort();
}

/** The reply runs whatever becomes of its session's title: the next message gives one where this could not. */
async function nameAfter(content: string, { id, key }: Session, context: Ask & Recorder): Promise<void> {
  try {
    await context.lasting.store.updateSession(key, { title: firstWords(content) });
  } catch (error) {
    record({ action: 'session.title', target: id, outcome: codeOf(error), upstream: null }, context);
  }
}

function readMessage({ content, clientMessageId = null }: SendInput) {
  if (content.trim() === '') throw badInput('input.content', 'input.content: a text was expected.');
  if (content.length > maxContent)
    throw badInput('input.content', `input.content: at most ${maxContent} characters were expected.`);
  if (clientMessageId !== null && (clientMessageId === '' || clientMessageId.length > maxClientId))
    throw badInput(
      'input.clientMessageId',
      `input.clientMessageId: 1 to ${maxClientId} characters were expected.`,
    );
  return { content, clientMessageId };
}

/** The reply that is meant: the caller's own, and settled. */
async function askedReply({ messageId }: { messageId: string }, context: Ask): Promise<Message> {
  const field = 'input.messageId';
  const message = await getMessage(readKey(messageId, field, 'Message'), field, context);
  if (message.role !== 'ASSISTANT') throw badInput(field, `${field}: the id of a reply was expected.`);
  return message;
}

/** One that has ended is left as it is. */
export async function cancelReply(input: { messageId: string }, context: Ask): Promise<{ reply: Message }> {
  const { replies, signedIn, call } = context;
  return { reply: await replies.cancel(signedIn, await askedReply(input, context), call.requestId) };
}

export type DecisionInput = {
  messageId: string;
  approvalId: string;
  approve: boolean;
  reason?: string | null;
};

/** The reply goes on when the last of its approvals is decided. */
export async function decideToolApproval(input: DecisionInput, context: Ask): Promise<{ reply: Message }> {
  const { replies, signedIn, call } = context;
  if ((input.reason?.length ?? 0) > maxReason)
    throw badInput('input.reason', `input.reason: at most ${maxReason} characters were expected.`);
  const decision = { id: input.approvalId, approve: input.approve, reason: input.reason ?? null };
  const asked = await askedReply(input, context);
  return { reply: await replies.decide(signedIn, asked, decision, call.requestId) };
}

/** After the consent was given. */
export async function resumeReply(input: { messageId: string }, context: Ask): Promise<{ reply: Message }> {
  const { replies, signedIn, call } = context;
  return { reply: await replies.resume(signedIn, await askedReply(input, context), call.requestId) };
}

/** Of a reply: what its person has yet to decide. */
export const pendingApprovalsOf = (message: Message): ToolApproval[] => undecided(message.pendingApprovals);

/** Of a reply: the last event that its content holds. */
export const streamCursorOf = (message: Message): string | null => replyCursor(message);

/** Every event of the session's replies. A reconnecting SSE client's Last-Event-ID wins over `after`. */
export function watchChat(
  args: { sessionId: string; after?: string | null },
  context: Ask & Pick<Context, 'lastEventId'>,
): AsyncIterable<ChatEvent> {
  const { signedIn: identity, replies, lastEventId, call } = context;
  const { signal, requestId } = call;
  const after = lastEventId ?? args.after ?? null;
  const sessionKey = readKey(args.sessionId, 'sessionId', 'Session');
  return replies.events(sessionKey, { identity, after, signal, requestId });
}
