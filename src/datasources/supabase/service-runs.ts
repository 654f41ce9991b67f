import { z } from 'zod';
import { badInput, notFound } from '../../domain/errors.ts';
import { maxPageSize } from '../../domain/paging.ts';
import { createBatchedRead, createBatchedRows } from './batched-read.ts';
import { ask } from './client.ts';
import type { Connection } from './connection.ts';
import { unreadable } from './errors.ts';
import { isKey, type Order, type Query, readBehind, sortable } from './keyset.ts';
import type { NewServiceRun, Store } from './store.ts';
import { toServiceRun } from './to-domain.ts';
import { storable, toServiceRunChange, toServiceRunRow } from './to-rows.ts';
import { columnsOf, serviceRunRow } from './wire.ts';

type ServiceRuns = Pick<
  Store,
  | 'addServiceRun'
  | 'getServiceRun'
  | 'findServiceRun'
  | 'updateServiceRun'
  | 'listServiceRuns'
  | 'serviceRunsOf'
>;
type Listing = Parameters<Store['listServiceRuns']>[0];

/** A page, and one more that tells of the next. */
const mostRows = maxPageSize + 1;
const table = 'service_runs';
const columns = columnsOf(serviceRunRow);
const rows = z.array(serviceRunRow);
const keys = z.array(serviceRunRow.pick({ key: true }));
const newestFirst: Order = {
  columns: [
    ['created_at', sortable.time],
    ['key', sortable.uuid],
  ],
  ascending: false,
};

export function createServiceRuns(connection: Connection): ServiceRuns {
  const readByKey = createBatchedRead(connection, { table, row: serviceRunRow, column: 'key' });
  const readByArtifact = createBatchedRows(connection, {
    table,
    row: serviceRunRow,
    column: 'artifact_key',
  });

  return {
    addServiceRun: (run) => addServiceRun(connection, run),
    async getServiceRun(key) {
      const row = isKey(key) ? await readByKey(key.toLowerCase()) : null;
      return row && toServiceRun(row);
    },
    findServiceRun: (clientRunId) => findServiceRun(connection, clientRunId),
    async updateServiceRun(key, change) {
      if (!isKey(key)) throw notFound('There is no such run.');
      const update = connection.client.from(table).update(toServiceRunChange(change));
      const changed = update.eq('owner', connection.owner).eq('key', key).select('key');
      if ((await ask(changed, keys)).length === 0) throw notFound('There is no such run.');
    },
    listServiceRuns: (listing) => listServiceRuns(connection, listing),
    async serviceRunsOf(service, artifactKeys) {
      const asked = [...new Set(artifactKeys)].filter((key) => sortable.text.test(key));
      const found = await Promise.all(asked.map(readByArtifact));
      return found
        .flat()
        .filter((row) => row.service === service)
        .map(toServiceRun);
    },
  };
}

async function addServiceRun(
  { client, owner }: Connection,
  run: NewServiceRun,
): ReturnType<Store['addServiceRun']> {
  const row = toServiceRunRow(run, owner);
  const once = { onConflict: 'owner,client_run_id', ignoreDuplicates: true };
  const [added] = await ask(client.from(table).upsert(row, once).select(columns), rows);
  if (added) return { run: toServiceRun(added), repeated: false };
  const there = await findServiceRun({ client, owner }, run.clientRunId ?? '');
  if (!there) throw unreadable('neither a new run nor the one there is');
  return { run: there, repeated: true };
}

async function findServiceRun({ client, owner }: Pick<Connection, 'client' | 'owner'>, clientRunId: string) {
  const own = { owner, client_run_id: storable(clientRunId) };
  const [there] = await ask(client.from(table).select(columns).match(own), rows);
  return there ? toServiceRun(there) : null;
}

async function listServiceRuns({ client, owner }: Connection, listing: Listing) {
  const { service, after, limit } = listing;
  if (listing.status?.length === 0) return [];
  const found = await readBehind(
    client.from(table),
    (query) => narrowed(query.eq('owner', owner).eq('service', service), listing),
    {
      row: serviceRunRow,
      order: newestFirst,
      behind: after && valuesOf(after),
      limit: Math.min(limit, mostRows),
    },
  );
  return found.map(toServiceRun);
}

/** @throws BAD_USER_INPUT for what no run can have: cursors are for those who can write base64. */
function valuesOf({ createdAt, key }: NonNullable<Listing['after']>): string[] {
  if (!isKey(key) || Number.isNaN(createdAt.getTime()))
    throw badInput('after', 'after: not a cursor of this list.');
  return [createdAt.toISOString(), key];
}

function narrowed(query: Query, { status, createdAfter, createdBefore }: Listing): Query {
  let narrower = query;
  if (status != null) narrower = narrower.in('status', status);
  if (createdAfter != null) narrower = narrower.gte('created_at', createdAfter.toISOString());
  if (createdBefore != null) narrower = narrower.lt('created_at', createdBefore.toISOString());
  return narrower;
}
