import { notFound } from '../../domain/errors.ts';
import type {
  ActAs,
  GenieConversationPlace,
  GenieMessagePlace,
  GenieQueryPlace,
} from '../../domain/genie.ts';
import { encodeId } from '../../domain/ids.ts';

/** The workspace that this gateway serves. */
export type DatabricksSettings = {
  /** `https://adb-{id}.{n}.azuredatabricks.net`, or an emulator's. */
  host: string;
};

/** As health and errors name it. */
export const upstreamName = 'databricks';
/** Audience of all its calls, the same for every workspace of every tenant (contract section 2.1). */
export const scope = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default';

/** `home` of the workspace's global ids. */
export const homeOf = ({ host }: DatabricksSettings): string => new URL(host).host;

/** Every id of Genie (contract section 1). */
export const isKey = (text: string | null | undefined): text is string => /^[0-9a-f]{32}$/.test(text ?? '');

/** What a 404 says: the service tells what is missing and what may not be seen no more apart. */
export const missing: Record<Missing, (actor: ActAs) => string> = {
  space: (actor: ActAs) =>
    actor === 'APP'
      ? 'There is no such Genie space, or the application has no access: ask its owner to give its service principal CAN RUN.'
      : 'There is no such Genie space, or no access to it: ask its owner for CAN RUN.',
  conversation: () => 'There is no such conversation with Genie, or no access to it.',
  message: () => 'There is no such question to Genie, or no access to it.',
  rows: () => 'The rows of this answer are not kept any more: rerunGenieQuery brings them back.',
};
export type Missing = 'space' | 'conversation' | 'message' | 'rows';

/** Ids reach URLs: only what Genie can have made passes. @throws NOT_FOUND for anything else. */
const segment = (actor: ActAs, what: Missing, key: string): string => {
  if (!isKey(key)) throw notFound(missing[what](actor));
  return key;
};

/** Paths below `/api/2.0`. All throw NOT_FOUND for a key of another form. */
export const pathsFor = (actor: ActAs) => {
  const space = (spaceKey: string) => `/genie/spaces/${segment(actor, 'space', spaceKey)}`;
  const conversation = ({ spaceKey, conversationKey }: GenieConversationPlace) =>
    `${space(spaceKey)}/conversations/${segment(actor, 'conversation', conversationKey)}`;
  const message = (place: GenieMessagePlace) =>
    `${conversation(place)}/messages/${segment(actor, 'message', place.messageKey)}`;
  const query = (place: GenieQueryPlace) =>
    `${message(place)}/attachments/${segment(actor, 'rows', place.attachmentKey)}`;
  return { space, conversation, message, query };
};
export type Paths = ReturnType<typeof pathsFor>;

const idOf =
  (concept: string) =>
  (home: string, ...key: string[]): string =>
    encodeId({ concept, provider: 'DATABRICKS', home, key });

/** Global ids, by home and then key by key. */
export const ids = {
  space: idOf('GenieSpace'),
  conversation: idOf('GenieConversation'),
  message: idOf('GenieMessage'),
};
