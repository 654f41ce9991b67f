import type { Context } from '../../context.ts';
import { badInput, MlgraphError } from '../../domain/errors.ts';
import type { ActAs, GenieMessage } from '../../domain/genie.ts';
import { naming } from '../keys.ts';
import { actorOf, assertMayActAs } from './acting.ts';
import { type Ask, ownConversation } from './own.ts';
import { storeOrNull } from './ownership.ts';
import { readConversationPlace, readSpaceKey } from './places.ts';

export type AskGenieInput = {
  spaceId: string;
  question: string;
  conversationId?: string | null;
  as?: ActAs | null;
  clientMessageId?: string | null;
};

const maxQuestion = 10_000;
const maxClientId = 256;

/**
 * Asks a question in the person's name, or in the application's where they may, as a service always does; a
 * conversation goes on as it began.
 * @throws BAD_USER_INPUT and NOT_FOUND naming the field, FORBIDDEN, CONFLICT, RATE_LIMITED, UPSTREAM_NOT_CONFIGURED
 * where it takes a database that is not there, and what Genie says.
 */
export async function askGenie(
  input: AskGenieInput,
  context: Ask & Pick<Context, 'signedIn'>,
): Promise<{ message: GenieMessage }> {
  const { genieHome: home, genieQuestions, signedIn: identity, call } = context;
  const text = readQuestion(input.question);
  const clientMessageId = readClientId(input.clientMessageId);
  const spaceKey = readSpaceKey(input.spaceId, 'input.spaceId', home);
  const { conversationKey, as } = await identityFor(input, spaceKey, context);
  if (as === 'APP') needsStore('input.as', 'Asking as the application', context);
  if (clientMessageId !== null) needsStore('input.clientMessageId', 'A clientMessageId', context);
  // A space that is not there would cost everybody a turn.
  if (conversationKey === null) await naming('input.spaceId', context.genie(as).getSpace(spaceKey));
  const target = input.conversationId ?? input.spaceId;
  const question = { home, spaceKey, conversationKey, text, as, clientMessageId, target };
  const { signal, requestId } = call;
  return { message: await genieQuestions.ask(question, { identity, signal, requestId }) };
}

function readQuestion(question: string): string {
  const text = question.trim();
  if (text === '') throw badInput('input.question', 'input.question: a text was expected.');
  if (text.length > maxQuestion)
    throw badInput('input.question', `input.question: at most ${maxQuestion} characters were expected.`);
  return text;
}

function readClientId(id: string | null | undefined): string | null {
  if (id == null) return null;
  if (id !== '' && id.length <= maxClientId) return id;
  const field = 'input.clientMessageId';
  throw badInput(field, `${field}: 1 to ${maxClientId} characters were expected.`);
}

/** As whom to ask, and where. */
async function identityFor(
  { conversationId, as }: AskGenieInput,
  spaceKey: string,
  context: Ask,
): Promise<{ conversationKey: string | null; as: ActAs }> {
  if (as != null) assertMayActAs(as, context.caller, 'input.as');
  if (conversationId == null) return { conversationKey: null, as: as ?? actorOf(context.caller) };
  const field = 'input.conversationId';
  const place = readConversationPlace(conversationId, field, context.genieHome);
  if (place.spaceKey !== spaceKey)
    throw badInput(field, `${field}: a conversation of that space was expected.`);
  const conversation = await ownConversation(place, field, context);
  if (as != null && as !== conversation.as)
    throw badInput(
      'input.as',
      `input.as: this conversation was begun as ${conversation.as}, and goes on so.`,
    );
  return { conversationKey: place.conversationKey, as: conversation.as };
}

function needsStore(field: string, what: string, context: Pick<Context, 'store'>): void {
  if (storeOrNull(() => context.store)) return;
  throw new MlgraphError(
    'UPSTREAM_NOT_CONFIGURED',
    `${field}: ${what} needs a database, and this gateway has none: it would not remember whose the question was.`,
    { upstream: 'supabase', field },
  );
}
