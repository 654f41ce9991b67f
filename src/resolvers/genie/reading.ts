import { badInput } from '../../domain/errors.ts';
import type { GenieConversation, GenieMessage, GenieQuery, GenieSpace } from '../../domain/genie.ts';
import { type Page, type PageArgs, readPage } from '../../domain/paging.ts';
import type { Table } from '../../domain/tables.ts';
import { naming } from '../keys.ts';
import { actorOf, withGenie } from './acting.ts';
import { type Ask, ownConversation, ownMessage, sourceOf } from './own.ts';
import {
  conversationId,
  messageId,
  readConversationPlace,
  readMessagePlace,
  readSpaceKey,
  spaceId,
} from './places.ts';

export { conversationsOf } from './conversations.ts';

/** Those that the caller may ask. */
export const listSpaces = (args: PageArgs, { genie, caller }: Ask): Promise<Page<GenieSpace>> =>
  genie(actorOf(caller)).listSpaces(readPage(args, caller.key, ['genieSpaces']));

/** Behind node(id). @throws BAD_USER_INPUT or NOT_FOUND naming the field, as the two others do. */
export async function getSpace(id: string, field: string, context: Ask): Promise<GenieSpace> {
  const spaceKey = readSpaceKey(id, field, context.genieHome);
  return naming(field, context.genie(actorOf(context.caller)).getSpace(spaceKey));
}

export const getConversation = async (id: string, field: string, context: Ask): Promise<GenieConversation> =>
  ownConversation(readConversationPlace(id, field, context.genieHome), field, context);

export const getMessage = async (id: string, field: string, context: Ask): Promise<GenieMessage> =>
  ownMessage(readMessagePlace(id, field, context.genieHome), field, context);

/** In the order in which Genie lists them. */
export async function messagesOf(
  conversation: GenieConversation,
  args: PageArgs,
  context: Ask,
): Promise<Page<GenieMessage>> {
  const { spaceKey, conversationKey, as, id: target } = conversation;
  const page = readPage(args, context.caller.key, ['genieMessages', spaceKey, conversationKey]);
  return withGenie(as, { action: 'upstream.readAsApp', target }, context, (genie) =>
    genie.listMessages({ spaceKey, conversationKey }, page),
  );
}

/** As the identity that the conversation has: the application may see a space that the person does not. */
export function spaceOf({ spaceKey, as }: GenieConversation, context: Ask): Promise<GenieSpace> {
  const target = spaceId(context.genieHome, spaceKey);
  return withGenie(as, { action: 'upstream.readAsApp', target }, context, (genie) =>
    genie.getSpace(spaceKey),
  );
}

/** With the title as far as it is known. */
export async function conversationOf(message: GenieMessage, context: Ask): Promise<GenieConversation> {
  const { spaceKey, conversationKey, as } = message;
  const place = { spaceKey, conversationKey };
  const owned = await context.genieQuestions.ownership.find(place, sourceOf(context));
  const { title = null, createdAt = null } = owned ?? {};
  const id = conversationId(context.genieHome, place);
  return { kind: 'GENIE_CONVERSATION', id, ...place, as, title, createdAt };
}

const defaultRows = 1_000;
const maxRowsOfGenie = 5_000;

/**
 * The rows of an answer; null until its query runs, and where it failed.
 * @throws NOT_FOUND saying how to get them back where they have expired.
 */
export async function resultOf(
  { place, as, hasRun }: GenieQuery,
  asked: number | null | undefined,
  context: Ask,
): Promise<Table | null> {
  const maxRows = asked ?? defaultRows;
  if (!Number.isInteger(maxRows) || maxRows < 1 || maxRows > maxRowsOfGenie)
    throw badInput('maxRows', `maxRows: from 1 to ${maxRowsOfGenie} was expected, not ${maxRows}.`);
  if (!hasRun) return null;
  const target = messageId(context.genieHome, place);
  return withGenie(as, { action: 'upstream.readAsApp', target }, context, (genie) =>
    genie.result(place, maxRows),
  );
}
