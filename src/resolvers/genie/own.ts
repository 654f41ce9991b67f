import type { Context } from '../../context.ts';
import type {
  GenieConversation,
  GenieConversationPlace,
  GenieMessage,
  GenieMessagePlace,
} from '../../domain/genie.ts';
import { naming, noSuch } from '../keys.ts';
import { assertMayActAsApp, withGenie } from './acting.ts';
import type { OwnershipSource } from './ownership.ts';
import { conversationId, messageId } from './places.ts';

export type Ask = Pick<
  Context,
  'caller' | 'genie' | 'genieHome' | 'store' | 'genieQuestions' | 'call' | 'audit' | 'clock'
>;

export const sourceOf = (context: Ask): OwnershipSource => ({
  caller: context.caller,
  home: context.genieHome,
  genie: (as) => context.genie(as),
  store: () => context.store,
});

/**
 * The caller's own conversation; what is not found is told as what was asked for.
 * @throws NOT_FOUND naming the field for what is missing and for what is somebody else's, FORBIDDEN where it is the
 * application's and the caller may not act as that any more.
 */
export async function ownConversation(
  { spaceKey, conversationKey }: GenieConversationPlace,
  field: string,
  context: Ask,
  concept: 'GenieConversation' | 'GenieMessage' = 'GenieConversation',
): Promise<GenieConversation> {
  const place = { spaceKey, conversationKey };
  const owned = await naming(field, context.genieQuestions.ownership.find(place, sourceOf(context)));
  if (!owned) throw noSuch(concept, field);
  if (owned.as === 'APP') assertMayActAsApp(context.caller);
  const id = conversationId(context.genieHome, place);
  return { kind: 'GENIE_CONVERSATION', id, ...place, ...owned };
}

/** A message of the caller's own conversations, as it is now where `fresh`. @throws like `ownConversation`. */
export async function ownMessage(
  place: GenieMessagePlace,
  field: string,
  context: Ask,
  options?: { fresh?: boolean },
): Promise<GenieMessage> {
  const { as } = await ownConversation(place, field, context, 'GenieMessage');
  const use = { action: 'upstream.readAsApp' as const, target: messageId(context.genieHome, place) };
  const read = withGenie(as, use, context, (genie) => genie.getMessage(place, options));
  const message = await naming(field, read);
  if (!isAt(message, place)) throw noSuch('GenieMessage', field);
  return message;
}

/** Whether the message is of this conversation: Genie is not known to look at that. */
export const isAt = (message: GenieMessage, { spaceKey, conversationKey }: GenieConversationPlace): boolean =>
  message.spaceKey === spaceKey && message.conversationKey === conversationKey;
