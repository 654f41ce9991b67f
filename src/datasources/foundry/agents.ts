import type { Agent } from '../../domain/chat.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Connection } from './connection.ts';
import { unreadable } from './errors.ts';
import { toAgent } from './to-domain.ts';
import { agentPage } from './wire.ts';

const pageSize = 100;
const mostPages = 50;

/**
 * Every agent of the project, however many pages that takes (contract section 4).
 * @throws UPSTREAM_ERROR for a list that does not end, or turns in a circle.
 */
export async function listAgents(connection: Connection, home: string, clock: Clock): Promise<Agent[]> {
  const agents = new Map<string, Agent>();
  const cursors = new Set<string>();
  let after: string | undefined;
  while (cursors.size < mostPages) {
    const query = { limit: pageSize, order: 'asc', after };
    const page = await connection.manage({ method: 'GET', path: '/agents', query, schema: agentPage });
    const now = new Date(clock.now());
    for (const agent of page.data) agents.set(agent.name, toAgent(agent, home, now));
    if (!page.has_more) return [...agents.values()];
    if (!page.last_id || cursors.has(page.last_id)) throw unreadable('a page of agents that leads nowhere');
    cursors.add(page.last_id);
    after = page.last_id;
  }
  throw unreadable(`more than ${mostPages * pageSize} agents`);
}
