import { z } from 'zod';
import type { NewAuditEvent } from '../../domain/audit.ts';
import { mapPage } from '../../domain/paging.ts';
import { ask, type Client, tell } from './client.ts';
import type { Connection } from './connection.ts';
import { isKey, type Order, type Query, readPageOf, sortable } from './keyset.ts';
import type { Store } from './store.ts';
import { toAuditEvent } from './to-domain.ts';
import { toAuditRow } from './to-rows.ts';
import { auditRow, columnsOf } from './wire.ts';

const newestFirst: Order = {
  columns: [
    ['at', sortable.time],
    ['id', sortable.uuid],
  ],
  ascending: false,
};

export const createAuditReader = (
  connection: Connection,
): Pick<Store, 'listAuditEvents' | 'getAuditEvent'> => ({
  async listAuditEvents({ actor, action, since, until }, page) {
    const narrow = (query: Query) => {
      let narrowed = query;
      if (actor != null) narrowed = narrowed.eq('actor', actor);
      if (action != null) narrowed = narrowed.eq('action', action);
      if (since != null) narrowed = narrowed.gte('at', since.toISOString());
      if (until != null) narrowed = narrowed.lt('at', until.toISOString());
      return narrowed;
    };
    const events = connection.client.from('audit_events');
    const rows = await readPageOf(events, narrow, { row: auditRow, order: newestFirst, page });
    return mapPage(rows, toAuditEvent);
  },
  async getAuditEvent(id) {
    if (!isKey(id)) return null;
    const event = connection.client.from('audit_events').select(columnsOf(auditRow)).eq('id', id);
    const [row] = await ask(event, z.array(auditRow));
    return row ? toAuditEvent(row) : null;
  },
});

/** By the service role. Those of the keys that are there already are left as they are. */
export async function appendAudit(client: Client, events: readonly NewAuditEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map(toAuditRow);
  await tell(client.from('audit_events').upsert(rows, { onConflict: 'id', ignoreDuplicates: true }));
}
