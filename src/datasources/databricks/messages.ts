import { z } from 'zod';
import type { GenieConversationPlace, GenieMessage, GenieMessagePlace, Rating } from '../../domain/genie.ts';
import type { Page, PageRequest } from '../../domain/paging.ts';
import type { Connection } from './connection.ts';
import { newestFirst, nextOf, readPages } from './paging.ts';
import { toListedMessage, toMessage } from './to-domain.ts';
import { message, messagePage } from './wire.ts';

export async function getMessage(connection: Connection, place: GenieMessagePlace): Promise<GenieMessage> {
  const path = connection.paths.message(place);
  const row = await connection.send({ method: 'GET', path, schema: message, what: 'message' });
  return toMessage(row, place, connection);
}

/**
 * The service gives the newest first, and its next page is older (contract section 3.6): so does each page here, told
 * from its oldest to its newest. A cursor of an edge goes on to what is older than it.
 */
export async function listMessages(
  connection: Connection,
  place: GenieConversationPlace,
  page: PageRequest,
): Promise<Page<GenieMessage>> {
  const found = await readPages(page, async (query) => {
    const path = `${connection.paths.conversation(place)}/messages`;
    const call = { method: 'GET' as const, path, query, schema: messagePage };
    const { messages, next_page_token } = await connection.send({ ...call, what: 'conversation' });
    const known = messages.map((row) => toListedMessage(row, place, connection));
    const items = newestFirst(known.filter((row) => row !== null));
    return { items, next: nextOf(next_page_token) };
  });
  return { ...found, edges: found.edges.toReversed() };
}

/** Sets what is, whatever was: may be sent again. */
export async function rate(
  { send, paths }: Connection,
  place: GenieMessagePlace,
  rating: Rating,
  comment: string | null,
): Promise<void> {
  const json = { rating, ...(comment ? { comment } : {}) };
  const path = `${paths.message(place)}/feedback`;
  await send({ method: 'POST', path, json, schema: z.unknown(), what: 'message', idempotent: true });
}
