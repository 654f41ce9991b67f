import DataLoader from 'dataloader';
import { z } from 'zod';
import type { ApiKey, FoundApiKey, UsageBatch, UsageDay } from '../../domain/api-keys.ts';
import { mapPage } from '../../domain/paging.ts';
import { ask, type Client } from './client.ts';
import type { Connection } from './connection.ts';
import { unreadable } from './errors.ts';
import { isKey, type Order, readPageOf, sortable } from './keyset.ts';
import type { Store } from './store.ts';
import { toApiKey, toFoundApiKey, toUsageDay } from './to-domain.ts';
import { toApiKeyChange, toApiKeyRow, toUsageRow } from './to-rows.ts';
import { apiKeyRow, columnsOf, foundApiKeyRow, usageRow } from './wire.ts';

type ApiKeys = Pick<
  Store,
  'createApiKey' | 'getApiKey' | 'listApiKeys' | 'rotateApiKey' | 'revokeApiKey' | 'apiKeyUsage'
>;

const table = 'api_keys';
const columns = columnsOf(apiKeyRow);
const rows = z.array(apiKeyRow);
const newestFirst: Order = {
  columns: [
    ['created_at', sortable.time],
    ['id', sortable.uuid],
  ],
  ascending: false,
};

/** Which keys a caller sees is the policies' to say, so the lists have no filter by owner. */
export function createApiKeys(connection: Connection): ApiKeys {
  const readUsage = createUsageReader(connection);
  return {
    async createApiKey(key) {
      const row = toApiKeyRow(key, connection.owner);
      const [added] = await ask(connection.client.from(table).insert(row).select(columns), rows);
      if (!added) throw unreadable('no row of the new key');
      return toApiKey(added);
    },
    async getApiKey(key) {
      if (!isKey(key)) return null;
      const [row] = await ask(connection.client.from(table).select(columns).eq('id', key), rows);
      return row ? toApiKey(row) : null;
    },
    async listApiKeys(page) {
      const keys = connection.client.from(table);
      const found = await readPageOf(keys, (query) => query, { row: apiKeyRow, order: newestFirst, page });
      return mapPage(found, toApiKey);
    },
    rotateApiKey: (key, { hash, prefix, graceUntil }) =>
      change(connection, key, toApiKeyChange({ hash, prefix, graceUntil })),
    revokeApiKey: (key, revokedAt) => change(connection, key, toApiKeyChange({ revokedAt })),
    apiKeyUsage: (key, since) => readUsage({ key, since }),
  };
}

/** Null where it is revoked, or not the caller's to change. */
async function change(
  { client }: Connection,
  { key, owner }: Pick<ApiKey, 'key' | 'owner'>,
  values: ReturnType<typeof toApiKeyChange>,
): Promise<ApiKey | null> {
  if (!isKey(key) || owner === null) return null;
  const changed = client.from(table).update(values).eq('owner', owner).eq('id', key);
  const [row] = await ask(changed.is('revoked_at', null).select(columns), rows);
  return row ? toApiKey(row) : null;
}

type UsageAsked = { key: string; since: string };

/** Those of one tick in one request. */
function createUsageReader(connection: Connection): (asked: UsageAsked) => Promise<UsageDay[]> {
  const readBatch = async (asked: readonly UsageAsked[]) => {
    const key_ids = [...new Set(asked.map(({ key }) => key))];
    const since = asked.map((each) => each.since).reduce((one, other) => (one < other ? one : other));
    const found = await ask(connection.client.rpc('usage_of', { key_ids, since }), z.array(usageRow));
    const byKey = Map.groupBy(found, ({ key_id }) => key_id);
    return asked.map((each) =>
      (byKey.get(each.key) ?? []).filter(({ day }) => day >= each.since).map(toUsageDay),
    );
  };
  const loader = new DataLoader<UsageAsked, UsageDay[]>(readBatch, { cache: false, maxBatchSize: 100 });
  return (asked) => loader.load(asked);
}

/** By the service role: the key whose secret has this hash. */
export async function findApiKey(client: Client, hash: string): Promise<FoundApiKey | null> {
  const [row] = await ask(client.rpc('find_api_key', { hash }), z.array(foundApiKeyRow));
  return row ? toFoundApiKey(row) : null;
}

/** By the service role. The same batch again changes nothing, so it may be sent until it is answered. */
export async function countUsage(client: Client, { writer, batch, counts }: UsageBatch): Promise<void> {
  if (counts.length === 0) return;
  await ask(client.rpc('count_usage', { writer, batch, rows: counts.map(toUsageRow) }), z.boolean());
}
