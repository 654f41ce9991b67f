import { z } from 'zod';
import { mapPage } from '../../domain/paging.ts';
import { createBatchedRead } from './batched-read.ts';
import { ask } from './client.ts';
import type { Connection } from './connection.ts';
import { unreadable } from './errors.ts';
import { type Order, readPageOf, sortable } from './keyset.ts';
import type { Store } from './store.ts';
import { toUser } from './to-domain.ts';
import { storable } from './to-rows.ts';
import { personRow } from './wire.ts';

const newestFirst: Order = {
  columns: [
    ['created_at', sortable.time],
    ['key', sortable.text],
  ],
  ascending: false,
};

export function createPeople(
  connection: Connection,
): Pick<Store, 'see' | 'createUser' | 'listUsers' | 'getUser'> {
  const readByKey = createBatchedRead(connection, {
    table: 'people',
    row: personRow,
    column: 'key',
    unowned: true,
  });
  return {
    async see({ subject, tenantId, email, name, role }) {
      const person = { subject, tenant_id: tenantId, email, name };
      const [row] = await ask(connection.client.rpc('see_person', storable(person)), z.array(personRow));
      if (!row) throw unreadable('no row of the person');
      return { ...toUser(row), role: role === 'ADMIN' ? role : row.role };
    },
    async createUser({ email, name, role, identity }) {
      const subject = identity?.subject ?? null;
      const person = { email, name, role, tenant_id: identity?.tenantId ?? null, subject };
      const made = connection.client.rpc('create_person', storable(person));
      const [row] = await ask(made, z.array(personRow));
      if (!row) throw unreadable('no row of the person');
      return toUser(row);
    },
    async listUsers(page) {
      const people = connection.client.from('people');
      const rows = await readPageOf(people, (query) => query, { row: personRow, order: newestFirst, page });
      return mapPage(rows, toUser);
    },
    async getUser(key) {
      const row = await readByKey(key);
      return row ? toUser(row) : null;
    },
  };
}
