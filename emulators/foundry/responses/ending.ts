import type { Project } from '../project.ts';
import { isMessage } from '../state/items.ts';
import type { ResponseObject, ResponseRecord } from '../state/responses.ts';
import type { ResponseEvent } from './events.ts';
import type { Live } from './live.ts';
import { usageOf } from './usage.ts';

/** How a response ended. */
export type End =
  | { status: 'completed' }
  | { status: 'incomplete'; reason: string }
  | { status: 'failed'; code: string; message: string; event?: 'error' }
  | { status: 'cancelled' };

/** Stores the events that are not stored yet. */
export function storeEvents({ responses }: Project, live: Live): void {
  if (live.stored === live.events.length) return;
  const { id } = live.record.response;
  responses.addEvents(id, { sequence: live.stored, data: live.events.slice(live.stored) });
  live.stored = live.events.length;
}

/** Stores the end with its last events and the items for the conversation, all or nothing. */
export function storeEnd(
  { store, responses, conversations }: Project,
  record: ResponseRecord,
  storeLast: () => void,
): void {
  const { conversation, output } = record.response;
  store.transaction(() => {
    responses.put(record);
    storeLast();
    if (conversation && conversations.get(conversation.id)) conversations.append(conversation.id, output);
  });
}

/** Writes the end into the response. */
export function settle({ response, inputTokens }: ResponseRecord, end: End, now: number): void {
  response.status = end.status;
  response.completed_at = Math.floor(now / 1000);
  if (end.status === 'failed') response.error = { code: end.code, message: end.message };
  if (end.status === 'incomplete') response.incomplete_details = { reason: end.reason };
  for (const item of response.output)
    if (isMessage(item) && item.status === 'in_progress') item.status = 'incomplete';
  response.usage = usageOf(inputTokens, response.output);
}

/** A cancelled response has none: its stream just ends. */
export function lastEvent(response: ResponseObject, end: End): ResponseEvent | null {
  if (end.status === 'cancelled') return null;
  if (end.status === 'failed' && end.event === 'error')
    return { type: 'error', code: end.code, message: end.message, param: null };
  return { type: `response.${end.status}`, response };
}
