import type { z } from 'zod';
import type { Agent } from '../../domain/chat.ts';
import { createBatchedRead } from './batched-read.ts';
import { tell } from './client.ts';
import type { Connection } from './connection.ts';
import { listed } from './filters.ts';
import { readAll, sortable } from './keyset.ts';
import type { Store } from './store.ts';
import { toAgent } from './to-domain.ts';
import { toAgentRow } from './to-rows.ts';
import { agentRow } from './wire.ts';

const named = agentRow.pick({ name: true });
/** As many names as a URL may hold. */
const removedAtOnce = 50;

export function createAgents(
  connection: Connection,
): Pick<Store, 'listAgents' | 'getAgent' | 'replaceAgents'> {
  const { owner, agentHome, clock } = connection;
  const readByName = createBatchedRead(connection, { table: 'agents', row: agentRow, column: 'name' });
  const readOwn = <T extends z.ZodObject<Pick<typeof agentRow.shape, 'name'>>>(row: T) =>
    readAll(
      () => connection.client.from('agents'),
      (query) => query.eq('owner', owner),
      { row, column: 'name' },
    );

  async function removeAgents(gone: string[]): Promise<void> {
    for (let start = 0; start < gone.length; start += removedAtOnce) {
      const ownAgents = connection.client.from('agents').delete().eq('owner', owner);
      await tell(ownAgents.filter('name', 'in', listed(gone.slice(start, start + removedAtOnce))));
    }
  }

  return {
    async listAgents() {
      const rows = await readOwn(agentRow);
      return rows.map((row) => toAgent(row, agentHome));
    },
    async getAgent(name) {
      const row = sortable.text.test(name) ? await readByName(name) : null;
      return row && toAgent(row, agentHome);
    },
    async replaceAgents(agents) {
      const before = new Set((await readOwn(named)).map(({ name }) => name));
      const now = new Map<string, Agent>(agents.map((agent) => [agent.name, agent]));
      const syncedAt = new Date(clock.now());
      const rows = [...now.values()].map((agent) => toAgentRow(agent, owner, syncedAt));
      if (rows.length > 0) {
        await tell(connection.client.from('agents').upsert(rows, { onConflict: 'owner,name' }));
      }
      const gone = [...before].filter((name) => !now.has(name));
      await removeAgents(gone);
      return { added: now.size - (before.size - gone.length), removed: gone.length };
    },
  };
}
