import type { Agent } from '../domain/chat.ts';
import { listAgents, type SyncedAgents, syncAgents } from '../resolvers/agents.ts';
import { builder } from './builder.ts';
import { connectionOf, pageArgs } from './connections.ts';
import { NodeType } from './node.ts';

export const AgentType = builder.objectRef<Agent>('Agent').implement({
  description:
    '`tools` are kinds and MCP server labels; instructions, headers and connections are not shown.',
  interfaces: [NodeType],
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique in the project.' }),
    version: t.exposeString('version', { nullable: true, description: 'The latest.' }),
    enabled: t.exposeBoolean('enabled', { description: 'Whether it answers.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is for.' }),
    model: t.exposeString('model', { nullable: true, description: 'The language model behind it.' }),
    tools: t.exposeStringList('tools', { description: 'Kinds of tools, and labels of MCP servers.' }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When this version was made.',
    }),
    syncedAt: t.expose('syncedAt', {
      type: 'DateTime',
      nullable: true,
      description: "When the caller's copy was last refreshed; null before the first time.",
    }),
  }),
});
const AgentConnection = connectionOf<Agent>('Agent', AgentType);

builder.queryField('agents', (t) =>
  t.field({
    type: AgentConnection,
    nullable: true,
    description: 'The agents of the project, by name, as the platform lists them to the caller now.',
    args: pageArgs,
    resolve: (_, args, context) => listAgents(args, context),
  }),
);

const SyncAgentsPayload = builder.objectRef<SyncedAgents>('SyncAgentsPayload').implement({
  description: "The caller's copy as it is now, and how it changed.",
  fields: (t) => ({
    agents: t.expose('agents', { type: [AgentType], description: 'All of them, by name.' }),
    added: t.exposeInt('added', { description: 'How many were not in the copy before.' }),
    removed: t.exposeInt('removed', { description: 'How many left it.' }),
  }),
});

builder.mutationField('syncAgents', (t) =>
  t.field({
    type: SyncAgentsPayload,
    nullable: true,
    description: "Refreshes the caller's copy of the agents, which names them in the history.",
    extensions: { upstream: 'AZURE_FOUNDRY' },
    resolve: (_, __, context) => syncAgents(context),
  }),
);
