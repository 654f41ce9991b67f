import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isOpen, messageStatuses } from '../../domain/chat.ts';
import { conflict, notFound } from '../../domain/errors.ts';
import { mapPage } from '../../domain/paging.ts';
import { createBatchedRead } from './batched-read.ts';
import { ask } from './client.ts';
import type { Connection } from './connection.ts';
import { isKey, type Order, readAll, readPageOf, sortable } from './keyset.ts';
import type { Store } from './store.ts';
import { toMessage } from './to-domain.ts';
import { storable, toReplyRow } from './to-rows.ts';
import { columnsOf, exchange, messageRow } from './wire.ts';

type Messages = Pick<
  Store,
  | 'addExchange'
  | 'getMessage'
  | 'latestReply'
  | 'openReplies'
  | 'updateReply'
  | 'updateReplies'
  | 'decideApproval'
  | 'continueReply'
  | 'listMessages'
>;

const inOrder: Order = { columns: [['ordinal', sortable.ordinal]], ascending: true };
const openStatuses = messageStatuses.filter(isOpen);
const rows = z.array(messageRow);
const keys = z.array(messageRow.pick({ key: true }));
const approvals = messageRow.shape.pending_approvals.nullable();

export function createMessages(connection: Connection): Messages {
  const readByKey = createBatchedRead(connection, { table: 'messages', row: messageRow, column: 'key' });
  const own = () =>
    connection.client.from('messages').select(columnsOf(messageRow)).eq('owner', connection.owner);
  const ownReplies = () => own().eq('role', 'ASSISTANT');

  return {
    addExchange: (sent) => addExchange(connection, sent),
    async getMessage(key) {
      const row = isKey(key) ? await readByKey(key.toLowerCase()) : null;
      return row && toMessage(row);
    },
    async latestReply(sessionKey) {
      if (!isKey(sessionKey)) return null;
      const ofSession = ownReplies().eq('session_key', sessionKey);
      const [row] = await ask(ofSession.order('ordinal', { ascending: false }).limit(1), rows);
      return row ? toMessage(row) : null;
    },
    async openReplies() {
      const open = await readAll(
        () => connection.client.from('messages'),
        (query) => query.eq('owner', connection.owner).eq('role', 'ASSISTANT').in('status', openStatuses),
        { row: messageRow, column: 'ordinal' },
      );
      return open.map(toMessage);
    },
    async updateReply(key, change) {
      if (!isKey(key)) throw notFound('There is no such reply.');
      const update = connection.client.from('messages').update(toReplyRow(change));
      const reply = update.eq('owner', connection.owner).eq('key', key).eq('role', 'ASSISTANT');
      if ((await ask(reply.select('key'), keys)).length === 0) throw notFound('There is no such reply.');
    },
    async updateReplies(changes) {
      const replies = changes
        .filter(({ key }) => isKey(key))
        .map(({ key, change }) => ({ key, ...toReplyRow(change) }));
      if (replies.length === 0) return new Set();
      const there = await ask(
        connection.client.rpc('save_replies', { replies }),
        z.array(messageRow.shape.key),
      );
      return new Set(there);
    },
    async decideApproval(key, { id, approve, reason }) {
      if (!isKey(key)) return null;
      const decision = storable({ message_key: key, approval_id: id, approve, reason });
      return await ask(connection.client.rpc('decide_approval', decision), approvals);
    },
    async continueReply({ key, position }) {
      if (!isKey(key)) return null;
      const [row] = await ask(connection.client.rpc('continue_reply', { message_key: key, position }), rows);
      return row ? toMessage(row) : null;
    },
    async listMessages(sessionKey, page) {
      if (!isKey(sessionKey)) throw notFound('There is no such session.');
      const found = await readPageOf(
        connection.client.from('messages'),
        (query) => query.eq('owner', connection.owner).eq('session_key', sessionKey),
        { row: messageRow, order: inOrder, page },
      );
      return mapPage(found, toMessage);
    },
  };
}

const hashOf = (content: string) => createHash('sha256').update(content).digest('hex');

async function addExchange(
  { client }: Connection,
  { sessionKey, content, clientMessageId }: Parameters<Store['addExchange']>[0],
): ReturnType<Store['addExchange']> {
  if (!isKey(sessionKey)) throw notFound('There is no such session.');
  const contentHash = hashOf(content);
  const sent = {
    session_key: sessionKey,
    content,
    client_message_id: clientMessageId,
    content_hash: contentHash,
  };
  const stored = await ask(client.rpc('add_exchange', storable(sent)), exchange);
  if (!stored) return null;
  const { message, reply, repeated } = stored;
  if (repeated && message.content_hash !== contentHash) {
    const field = 'input.clientMessageId';
    throw conflict(`${field}: it was used for a message with other content.`, { field });
  }
  return { message: toMessage(message), reply: toMessage(reply), repeated };
}
