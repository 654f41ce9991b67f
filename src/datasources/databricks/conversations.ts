import type { GenieConversation } from '../../domain/genie.ts';
import type { Page, PageRequest } from '../../domain/paging.ts';
import type { Connection } from './connection.ts';
import { newestFirst, nextOf, readPages } from './paging.ts';
import { toConversation } from './to-domain.ts';
import { conversationPage } from './wire.ts';

/** Contract section 3.6: without `include_all` only this actor's own. */
export const listConversations = (
  connection: Connection,
  spaceKey: string,
  page: PageRequest,
): Promise<Page<GenieConversation>> =>
  readPages(page, async (query) => {
    const path = `${connection.paths.space(spaceKey)}/conversations`;
    const call = { method: 'GET' as const, path, query, schema: conversationPage };
    const { conversations, next_page_token } = await connection.send({ ...call, what: 'space' });
    const known = conversations.map((row) => toConversation(row, spaceKey, connection));
    const items = newestFirst(known.filter((row) => row !== null));
    return { items, next: nextOf(next_page_token) };
  });
