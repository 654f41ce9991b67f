import type {
  GenieConversation,
  GenieConversationPlace,
  GenieMessage,
  GenieMessagePlace,
} from '../../domain/genie.ts';
import { encodeId, readId } from '../../domain/ids.ts';
import { noSuch } from '../keys.ts';

/** Genie's own keys. They become part of an address: nothing else may pass. */
const key = /^[0-9a-f]{32}$/;

function readKeys(id: string, field: string, concept: string, home: string, count: number): string[] {
  const keys = readId(id, { field, concepts: [concept], home }).key;
  if (keys.length !== count || !keys.every((each) => key.test(each))) throw noSuch(concept, field);
  return [...keys];
}

/** All three: @throws BAD_USER_INPUT or NOT_FOUND naming the field. */
export function readSpaceKey(id: string, field: string, home: string): string {
  const [spaceKey = ''] = readKeys(id, field, 'GenieSpace', home, 1);
  return spaceKey;
}

export function readConversationPlace(id: string, field: string, home: string): GenieConversationPlace {
  const [spaceKey = '', conversationKey = ''] = readKeys(id, field, 'GenieConversation', home, 2);
  return { spaceKey, conversationKey };
}

export function readMessagePlace(id: string, field: string, home: string): GenieMessagePlace {
  const [spaceKey = '', conversationKey = '', messageKey = ''] = readKeys(id, field, 'GenieMessage', home, 3);
  return { spaceKey, conversationKey, messageKey };
}

const idOf = (concept: string, home: string, keys: string[]) =>
  encodeId({ concept, provider: 'DATABRICKS', home, key: keys });

export const spaceId = (home: string, spaceKey: string): string => idOf('GenieSpace', home, [spaceKey]);
export const messageId = (home: string, place: GenieMessagePlace): GenieMessage['id'] =>
  idOf('GenieMessage', home, [place.spaceKey, place.conversationKey, place.messageKey]);
export const conversationId = (home: string, place: GenieConversationPlace): GenieConversation['id'] =>
  idOf('GenieConversation', home, [place.spaceKey, place.conversationKey]);
