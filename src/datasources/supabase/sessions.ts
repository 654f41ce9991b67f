import { z } from 'zod';
import { notFound } from '../../domain/errors.ts';
import { mapPage } from '../../domain/paging.ts';
import { createBatchedRead } from './batched-read.ts';
import { ask } from './client.ts';
import type { Connection } from './connection.ts';
import { unreadable } from './errors.ts';
import { isKey, type Order, readPageOf, sortable } from './keyset.ts';
import type { Store } from './store.ts';
import { toSession } from './to-domain.ts';
import { toSessionRow } from './to-rows.ts';
import { columnsOf, sessionRow } from './wire.ts';

type Sessions = Pick<
  Store,
  'createSession' | 'getSession' | 'listSessions' | 'updateSession' | 'deleteSession'
>;

const lastUsedFirst: Order = {
  columns: [
    ['updated_at', sortable.time],
    ['key', sortable.uuid],
  ],
  ascending: false,
};
const keys = z.array(sessionRow.pick({ key: true }));

export function createSessions(connection: Connection): Sessions {
  const { owner } = connection;
  const readByKey = createBatchedRead(connection, { table: 'sessions', row: sessionRow, column: 'key' });
  return {
    async createSession(session) {
      const insert = connection.client.from('sessions').insert({ ...toSessionRow(session), owner });
      const [row] = await ask(insert.select(columnsOf(sessionRow)), z.array(sessionRow));
      if (!row) throw unreadable('no row of the new session');
      return toSession(row);
    },
    async getSession(key) {
      const row = isKey(key) ? await readByKey(key.toLowerCase()) : null;
      return row && toSession(row);
    },
    async listSessions({ agentName }, page) {
      const rows = await readPageOf(
        connection.client.from('sessions'),
        (query) => {
          const own = query.eq('owner', owner);
          return agentName == null ? own : own.eq('agent_name', agentName);
        },
        { row: sessionRow, order: lastUsedFirst, page },
      );
      return mapPage(rows, toSession);
    },
    async updateSession(key, change) {
      if (!isKey(key)) throw notFound('There is no such session.');
      const update = connection.client.from('sessions').update(toSessionRow(change));
      const changed = await ask(update.eq('owner', owner).eq('key', key).select('key'), keys);
      if (changed.length === 0) throw notFound('There is no such session.');
    },
    async deleteSession(key) {
      if (!isKey(key)) return false;
      const removal = connection.client.from('sessions').delete().eq('owner', owner).eq('key', key);
      return (await ask(removal.select('key'), keys)).length > 0;
    },
  };
}
