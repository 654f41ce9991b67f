import type { Context } from '../context.ts';
import type { Agent } from '../domain/chat.ts';
import { codeOf } from '../domain/errors.ts';
import { collectPage, type Page, type PageArgs, readPage } from '../domain/paging.ts';
import { noSuch } from './keys.ts';

type Ask = Pick<Context, 'foundry' | 'store' | 'caller'>;
export type SyncedAgents = { agents: Agent[]; added: number; removed: number };

/** As the platform lists them to the caller now: whom it refuses is refused here, whatever was stored before. */
export async function listAgents(args: PageArgs, context: Ask): Promise<Page<Agent>> {
  const request = readPage(args, context.caller.key, ['agents']);
  const [agents, syncedAt] = await Promise.all([agentsNow(context), lastSync(context)]);
  const items = agents.map((agent) => ({ ...agent, syncedAt: syncedAt.get(agent.name) ?? null }));
  return collectPage(request, async () => ({ items, next: null }));
}

/** By name. */
async function agentsNow({ foundry }: Pick<Ask, 'foundry'>): Promise<Agent[]> {
  return (await foundry.listAgents()).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** When each agent of the caller's copy was written; nothing where the store is off or down, for it only decorates. */
async function lastSync(context: Ask): Promise<Map<string, Date | null>> {
  try {
    return new Map((await context.store.listAgents()).map(({ name, syncedAt }) => [name, syncedAt]));
  } catch (error) {
    if (codeOf(error) === 'INTERNAL') throw error;
    return new Map();
  }
}

export async function syncAgents(context: Ask): Promise<SyncedAgents> {
  const { store } = context;
  const { added, removed } = await store.replaceAgents(await agentsNow(context));
  return { agents: await store.listAgents(), added, removed };
}

/** One agent as the caller may use it now. @throws NOT_FOUND naming the field. */
export async function getAgent(name: string, field: string, context: Ask): Promise<Agent> {
  const agent = (await agentsNow(context)).find((one) => one.name === name);
  if (!agent) throw noSuch('Agent', field);
  return agent;
}

/** The same, and leaves it in the caller's copy, so that the history can name it. */
export async function getAgentForHistory(name: string, field: string, context: Ask): Promise<Agent> {
  const agents = await agentsNow(context);
  const agent = agents.find((one) => one.name === name);
  if (!agent) throw noSuch('Agent', field);
  if (!(await context.store.getAgent(name))) await context.store.replaceAgents(agents);
  return agent;
}
