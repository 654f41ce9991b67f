import { z } from 'zod';
import { mapPage } from '../../domain/paging.ts';
import { createBatchedRows } from './batched-read.ts';
import { ask } from './client.ts';
import type { Connection } from './connection.ts';
import { type Order, readPageOf, sortable } from './keyset.ts';
import type { Store } from './store.ts';
import { toConversation } from './to-domain.ts';
import { toConversationRow } from './to-rows.ts';
import { conversationRow } from './wire.ts';

type Conversations = Pick<Store, 'getConversation' | 'listConversations' | 'rememberConversation'>;

const newestFirst: Order = {
  columns: [
    ['created_at', sortable.time],
    ['conversation_key', sortable.text],
  ],
  ascending: false,
};
const keys = z.array(conversationRow.pick({ conversation_key: true }));

export function createGenieConversations(connection: Connection): Conversations {
  const { owner } = connection;
  const table = 'genie_conversations';
  const readByKey = createBatchedRows(connection, {
    table,
    row: conversationRow,
    column: 'conversation_key',
  });

  return {
    async getConversation(home, conversationKey) {
      const rows = sortable.text.test(conversationKey) ? await readByKey(conversationKey) : [];
      const row = rows.find((each) => each.home === home);
      return row ? toConversation(row) : null;
    },
    async listConversations(home, spaceKey, page) {
      const rows = await readPageOf(
        connection.client.from(table),
        (query) => query.eq('owner', owner).eq('home', home).eq('space_key', spaceKey),
        { row: conversationRow, order: newestFirst, page },
      );
      return mapPage(rows, toConversation);
    },
    async rememberConversation(conversation) {
      const row = toConversationRow(conversation, owner);
      const added = connection.client
        .from(table)
        .upsert(row, { onConflict: 'owner,home,conversation_key', ignoreDuplicates: true });
      if ((await ask(added.select('conversation_key'), keys)).length > 0 || row.title === null) return;
      const { home, conversation_key, title } = row;
      const named = connection.client.from(table).update({ title }).match({ owner, home, conversation_key });
      await ask(named.select('conversation_key'), keys);
    },
  };
}
