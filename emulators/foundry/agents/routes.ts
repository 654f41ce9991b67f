import type { Reply } from '../../kit/server.ts';
import { type Call, type FoundryRoute, ok } from '../call.ts';
import { invalid, notFound } from '../errors.ts';
import { pageReply } from '../paging.ts';
import { agentNamed, catalogue, latestVersion } from './catalogue.ts';
import type { AgentScript } from './script.ts';

const at = (path: string, handle: FoundryRoute['handle']): FoundryRoute => ({
  method: 'GET',
  path,
  action: 'agents/read',
  handle,
});

export const agentRoutes: readonly FoundryRoute[] = [
  at('agents', list),
  at('agents/:name', (call) => ok(shown(agentOf(call)))),
  at('agents/:name/versions', listVersions),
  at('agents/:name/versions/:version', getVersion),
];

/** Newest of them, in seconds since the epoch; each agent in the list is a day older than the one before. */
const newest = 1_793_000_000;
const day = 86_400;

const kinds = ['prompt', 'hosted', 'workflow', 'external', 'voice'];

function list(call: Call): Reply {
  const kind = call.query.get('kind');
  if (kind !== null && !kinds.includes(kind)) throw invalid(`kind is one of ${kinds.join(', ')}.`, 'kind');
  const agents = kind === null || kind === 'prompt' ? catalogue.toReversed() : [];
  return pageReply(call, agents, { idOf: ({ name }) => name, render: shown });
}

/** The agent in the path. Throws 404. */
function agentOf({ params }: Call): AgentScript {
  const found = agentNamed(String(params.name));
  if (!found) throw notFound(`Agent '${params.name}'`);
  return found;
}

const versionNumbers = ({ versions }: AgentScript): string[] =>
  Array.from({ length: versions }, (_, index) => String(index + 1));

function listVersions(call: Call): Reply {
  const agent = agentOf(call);
  return pageReply(call, versionNumbers(agent), {
    idOf: (version) => `${agent.name}:${version}`,
    render: (version) => shownVersion(agent, version),
  });
}

function getVersion(call: Call): Reply {
  const agent = agentOf(call);
  const version = String(call.params.version);
  if (!versionNumbers(agent).includes(version)) throw notFound(`Version '${version}' of '${agent.name}'`);
  return ok(shownVersion(agent, version));
}

const shown = (agent: AgentScript) => ({
  object: 'agent',
  id: agent.name,
  name: agent.name,
  state: agent.enabled ? 'enabled' : 'disabled',
  versions: { latest: shownVersion(agent, latestVersion(agent)) },
  agent_endpoint: {
    version_selector: {
      version_selection_rules: [
        { type: 'FixedRatio', agent_version: latestVersion(agent), traffic_percentage: 100 },
      ],
    },
    authorization_schemes: [{ type: 'Entra' }],
  },
});

const shownVersion = (agent: AgentScript, version: string) => ({
  object: 'agent.version',
  id: `${agent.name}:${version}`,
  name: agent.name,
  version,
  description: agent.description,
  created_at: newest - catalogue.indexOf(agent) * day - (agent.versions - Number(version)) * 3600,
  metadata: agent.metadata ?? {},
  status: 'active',
  definition: {
    kind: 'prompt',
    model: agent.model,
    instructions: agent.instructions,
    tools: agent.tools,
  },
});
