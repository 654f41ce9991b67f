import { codeOf, type ErrorCode } from '../../domain/errors.ts';
import type { GenieConversationPlace, GenieMessage } from '../../domain/genie.ts';
import { naming } from '../keys.ts';
import { withinDeadline } from '../watch/waiting.ts';
import { usedGenie } from './acting.ts';
import type { Asker, AskingParts, Question } from './question.ts';
import { rememberQuestion } from './remembering.ts';
import { lastOf, newestMessages } from './running.ts';

/** `mayBeAsked`: the answer was lost, so nobody knows. */
export type Sent = { message: GenieMessage } | { error: unknown; mayBeAsked: boolean };

/** What surely was not asked. */
const notAsked: readonly ErrorCode[] = [
  'UNAUTHENTICATED',
  'INTERACTION_REQUIRED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'CONFLICT',
  'CONTENT_FILTERED',
  'RATE_LIMITED',
  'UPSTREAM_NOT_CONFIGURED',
];

/** Asks a question in its turn, one at a time in a conversation. */
export async function sendQuestion(question: Question, asker: Asker, parts: AskingParts): Promise<Sent> {
  const { spaceKey, conversationKey } = question;
  if (conversationKey === null) return sendIn(null, question, asker, parts);
  let leave = () => undefined as unknown;
  try {
    leave = parts.running.enter(conversationKey);
    return await sendIn({ spaceKey, conversationKey }, question, asker, parts);
  } catch (error) {
    return { error, mayBeAsked: false };
  } finally {
    leave();
  }
}

async function sendIn(
  place: GenieConversationPlace | null,
  question: Question,
  asker: Asker,
  parts: AskingParts,
): Promise<Sent> {
  const last = place && (await lastAnswered(place, question, asker, parts));
  const turn = { person: asker.identity.caller.key, signal: asker.signal };
  let isSent = false;
  const send = () => {
    isSent = true;
    return askToTheEnd(question, asker, parts);
  };
  try {
    const { message, title } = await parts.queue.run(turn, send);
    await rememberQuestion(question, message, title, asker, parts);
    return told({ message }, question, asker, parts);
  } catch (error) {
    if (!isSent) return { error, mayBeAsked: false };
    const mayBeAsked = !notAsked.includes(codeOf(error));
    const found = mayBeAsked && place ? await findLost(place, last, question, asker, parts) : null;
    return told(found ? { message: found } : { error, mayBeAsked }, question, asker, parts);
  }
}

/** The last message of the conversation. @throws CONFLICT while it is still being answered. */
async function lastAnswered(
  place: GenieConversationPlace,
  { as }: Question,
  { identity, signal, requestId }: Asker,
  { deps, running }: AskingParts,
): Promise<GenieMessage | null> {
  const genie = deps.connect(identity, as, signal, requestId);
  const messages = await naming('input.conversationId', newestMessages(place, genie));
  running.assertAnswered(messages);
  return lastOf(messages);
}

/** Whether or not the asker is still there: what is asked has to be remembered. */
const askToTheEnd = (
  { spaceKey, conversationKey, text, as }: Question,
  { identity, requestId }: Asker,
  { deps, closing }: AskingParts,
) =>
  withinDeadline(deps.clock, closing, (signal) =>
    deps.connect(identity, as, signal, requestId).ask({ spaceKey, conversationKey, text }),
  );

/** The question whose answer was lost, if the conversation has it now; null where that is not to be known. */
async function findLost(
  place: GenieConversationPlace,
  before: GenieMessage | null,
  { text, as }: Question,
  { identity, requestId }: Asker,
  { deps, closing }: AskingParts,
): Promise<GenieMessage | null> {
  const read = (signal: AbortSignal) =>
    newestMessages(place, deps.connect(identity, as, signal, requestId)).then(lastOf);
  const last = await withinDeadline(deps.clock, closing, read).catch(() => null);
  return last?.question === text && last.messageKey !== before?.messageKey ? last : null;
}

/** Leaves in the trail that the application's identity was used, and by whom. */
function told(sent: Sent, question: Question, { identity, requestId }: Asker, { deps }: AskingParts): Sent {
  if (question.as === 'USER') return sent;
  const use = { action: 'upstream.askAsApp' as const, target: question.target };
  const outcome = 'message' in sent ? 'OK' : codeOf(sent.error);
  deps.audit(usedGenie(identity.caller, { ...use, outcome, requestId, now: deps.clock.now() }));
  return sent;
}
