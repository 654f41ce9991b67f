import type { Clock } from '../../domain/clock.ts';
import {
  type ActAs,
  type GenieConversation,
  type GenieConversationPlace,
  type GenieMessage,
  type GenieMessagePlace,
  type GenieQuery,
  type GenieSpace,
  type GenieStatus,
  genieStatuses,
  type Rating,
  ratings,
} from '../../domain/genie.ts';
import { toRunError } from './message-errors.ts';
import { ids, isKey } from './places.ts';
import { toDate } from './values.ts';
import type { WireAttachment, WireConversation, WireMessage, WireSpace } from './wire.ts';

/** Whose workspace and whose view it is. */
export type Viewed = { home: string; actor: ActAs; clock: Pick<Clock, 'now'> };

export const toSpace = ({ title, description }: WireSpace, key: string, home: string): GenieSpace => ({
  kind: 'GENIE_SPACE',
  id: ids.space(home, key),
  key,
  title: title ?? '',
  description: description || null,
});

/** The key of a conversation or message, which older forms call `id`; null where there is none that can be asked for. */
export const keyOf = (...candidates: (string | null | undefined)[]): string | null =>
  candidates.find(isKey) ?? null;

/** Null for one without a key, and for one of agent mode, which this interface cannot go on with (section 3). */
export function toConversation(
  row: WireConversation,
  spaceKey: string,
  { home, actor }: Viewed,
): GenieConversation | null {
  const conversationKey = keyOf(row.conversation_id, row.id);
  if (conversationKey === null || /AGENT$/.test(row.agent_type ?? '')) return null;
  return {
    kind: 'GENIE_CONVERSATION',
    id: ids.conversation(home, spaceKey, conversationKey),
    spaceKey,
    conversationKey,
    title: row.title || null,
    createdAt: toDate(row.created_timestamp),
    as: actor,
  };
}

/** IN_PROGRESS, which only samples show, is UNKNOWN as any other word: not final. */
export function toStatus(rawStatus: string): GenieStatus {
  const word = rawStatus.toUpperCase();
  if (word === 'CANCELLED') return 'CANCELED';
  return genieStatuses.find((status) => status === word) ?? 'UNKNOWN';
}

const toRating = (text: string | null | undefined): Rating | null =>
  ratings.find((rating) => rating === text) ?? null;

/** A message that does not say when it was asked counts as asked now. */
export function toMessage(
  row: WireMessage,
  place: GenieMessagePlace,
  { home, actor, clock }: Viewed,
): GenieMessage {
  const updatedAt = toDate(row.last_updated_timestamp);
  const { spaceKey, conversationKey, messageKey } = place;
  const rawStatus = row.status ?? '';
  const status = toStatus(rawStatus);
  return {
    kind: 'GENIE_MESSAGE',
    id: ids.message(home, spaceKey, conversationKey, messageKey),
    spaceKey,
    conversationKey,
    messageKey,
    as: actor,
    question: row.content ?? '',
    status,
    rawStatus,
    createdAt: toDate(row.created_timestamp) ?? updatedAt ?? new Date(clock.now()),
    updatedAt,
    text: textOf(row.attachments),
    followUpQuestion: joined(row.attachments.filter(asksBack)),
    query: queryOf(row.attachments, place, { as: actor, hasRun: !withoutRows.includes(status) }),
    suggestedQuestions: suggestionsOf(row.attachments),
    rating: toRating(row.feedback?.rating),
    error: toRunError(row),
  };
}

/** Of a list; null for one without a key. */
export function toListedMessage(
  row: WireMessage,
  place: GenieConversationPlace,
  viewed: Viewed,
): GenieMessage | null {
  const messageKey = keyOf(row.message_id, row.id);
  const { spaceKey, conversationKey } = place;
  if (messageKey === null) return null;
  return toMessage(row, { spaceKey, conversationKey, messageKey }, viewed);
}

const isThought = ({ text }: WireAttachment) => /THINKING|VERIFYING/.test(text?.phase ?? '');
const asksBack = (attachment: WireAttachment) =>
  !isThought(attachment) && /FOLLOW_UP_QUESTION/.test(attachment.text?.purpose ?? '');
const hasSql = ({ query }: WireAttachment) => Boolean(query?.query);

function joined(attachments: WireAttachment[]): string | null {
  const texts = attachments.flatMap(({ text }) => (text?.content ? [text.content] : []));
  return texts.length > 0 ? texts.join('\n\n') : null;
}

/** What stands between the first query and the last is of an attempt that Genie gave up (section 3.3, pitfalls). */
function textOf(attachments: WireAttachment[]): string | null {
  const first = attachments.findIndex(hasSql);
  const last = attachments.findLastIndex(hasSql);
  const kept = attachments.filter((_, index) => index <= first || index >= last);
  return joined(kept.filter((attachment) => !isThought(attachment) && !asksBack(attachment)));
}

/** While a message is in these its query may be shown, and its rows may not be asked for (contract section 3.4). */
const withoutRows: readonly GenieStatus[] = [
  'SUBMITTED',
  'FETCHING_METADATA',
  'FILTERING_CONTEXT',
  'ASKING_AI',
  'PENDING_WAREHOUSE',
  'FAILED',
  'CANCELED',
];

/** The last query is the answer. Without an id it is shown, but has no rows to ask for. */
function queryOf(
  attachments: WireAttachment[],
  place: GenieMessagePlace,
  more: Pick<GenieQuery, 'as' | 'hasRun'>,
): GenieQuery | null {
  const { attachment_id, query } = attachments.findLast(hasSql) ?? {};
  if (!query?.query) return null;
  const attachmentKey = keyOf(attachment_id, query.id) ?? '';
  const { query: sql, description } = query;
  return { place: { ...place, attachmentKey }, sql, description: description || null, ...more };
}

const suggestionsOf = (attachments: WireAttachment[]): string[] => [
  ...new Set(attachments.flatMap((attachment) => attachment.suggested_questions?.questions ?? [])),
];
