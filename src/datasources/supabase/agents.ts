import { z } from 'zod';
import type { Agent } from '../../domain/chat.ts';
import { ask, tell } from './client.ts';
import type { Connection } from './connection.ts';
import { quoted } from './keyset.ts';
import type { Store } from './store.ts';
import { toAgent } from './to-domain.ts';
import { toAgentRow } from './to-rows.ts';
import { agentRow, columnsOf } from './wire.ts';

const names = z.array(agentRow.pick({ name: true }));
/** As many names as a URL may hold. */
const removedAtOnce = 50;

export function createAgents(
  connection: Connection,
): Pick<Store, 'listAgents' | 'getAgent' | 'replaceAgents'> {
  const { owner, agentHome, clock } = connection;
  const own = (columns: string) => connection.client.from('agents').select(columns).eq('owner', owner);

  async function removeAgents(gone: string[]): Promise<void> {
    for (let start = 0; start < gone.length; start += removedAtOnce) {
      const list = gone.slice(start, start + removedAtOnce).map(quoted);
      const ownAgents = connection.client.from('agents').delete().eq('owner', owner);
      // The client's own `in` does not escape a quote within a name.
      await tell(ownAgents.filter('name', 'in', `(${list.join(',')})`));
    }
  }

  return {
    async listAgents() {
      const rows = await ask(own(columnsOf(agentRow)).order('name'), z.array(agentRow));
      return rows.map((row) => toAgent(row, agentHome));
    },
    async getAgent(name) {
      const [row] = await ask(own(columnsOf(agentRow)).eq('name', name), z.array(agentRow));
      return row ? toAgent(row, agentHome) : null;
    },
    async replaceAgents(agents) {
      const before = new Set((await ask(own('name'), names)).map(({ name }) => name));
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
