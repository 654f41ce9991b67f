import { isObject } from '../../azure-ml/arm/call.ts';
import { agentNamed, latestVersion } from '../agents/catalogue.ts';
import type { AgentScript } from '../agents/script.ts';
import type { Call } from '../call.ts';
import { inputItems, userMessage } from '../conversations/input-items.ts';
import { invalid, notFound, refusal } from '../errors.ts';
import { metadataOf } from '../metadata.ts';
import type { Item, Metadata } from '../state/items.ts';

/** A request to create a response, checked. */
export type CreateRequest = {
  script: AgentScript;
  version: string;
  conversationId: string | null;
  previousId: string | null;
  input: Item[];
  stream: boolean;
  background: boolean;
  store: boolean;
  metadata: Metadata;
};

/** What the agent's own definition says, and a request therefore must not. */
const ofTheAgent = [
  'tools',
  'tool_choice',
  'instructions',
  'temperature',
  'top_p',
  'text',
  'response_format',
];

/** Throws the refusals of a body: 400, and 404 or 409 for its agent. */
export function readCreateRequest(call: Call, body: Record<string, unknown>): CreateRequest {
  checkFields(body);
  const background = flag(body, 'background', false);
  const store = flag(body, 'store', true);
  if (background && !store) throw invalid('background requires store to be true.', 'background');
  const conversationId = idOf(body.conversation, 'conversation', 'conv_');
  const previousId = idOf(body.previous_response_id, 'previous_response_id', 'resp_');
  if (conversationId !== null && previousId !== null)
    throw invalid(
      "Mutually exclusive parameters: provide only one of 'previous_response_id' and 'conversation'.",
      'previous_response_id',
    );
  return {
    ...agentOf(call, body.agent_reference),
    conversationId,
    previousId,
    input: inputOf(body.input),
    stream: flag(body, 'stream', false),
    background,
    store,
    metadata: metadataOf(body.metadata),
  };
}

function checkFields(body: Record<string, unknown>): void {
  if (body.agent !== undefined)
    throw invalid("Unknown parameter: 'agent'. Use 'agent_reference' instead.", 'agent');
  for (const field of ofTheAgent)
    if (body[field] !== undefined && body[field] !== null)
      throw invalid(`'${field}' is not allowed when agent is specified.`, field);
}

function agentOf(call: Call, reference: unknown): Pick<CreateRequest, 'script' | 'version'> {
  const { name, version } = readReference(call, reference);
  const script = agentNamed(name);
  if (!script) throw notFound(`Agent '${name}'`);
  const latest = latestVersion(script);
  if (version !== undefined && !(Number(version) >= 1 && Number(version) <= script.versions))
    throw notFound(`Version '${version}' of agent '${name}'`);
  if (!script.enabled) throw refusal(409, 'agent_disabled', `Agent '${name}' is disabled.`);
  return { script, version: version ?? latest };
}

function readReference({ endpoint }: Call, reference: unknown): { name: string; version?: string } {
  if (reference === undefined || reference === null) {
    if (endpoint) return { name: endpoint.name };
    throw invalid("Missing required parameter: 'agent_reference'.", 'agent_reference');
  }
  const { type, name, version } = isObject(reference) ? reference : {};
  if (type !== 'agent_reference' || typeof name !== 'string')
    throw invalid("agent_reference needs the type 'agent_reference' and a name.", 'agent_reference');
  if (version !== undefined && typeof version !== 'string')
    throw invalid('The version is a string.', 'agent_reference.version');
  if (endpoint && endpoint.name !== name)
    throw invalid(`This is the endpoint of '${endpoint.name}'.`, 'agent_reference');
  return { name, version };
}

function inputOf(input: unknown): Item[] {
  if (typeof input === 'string' && input !== '') return [userMessage(input)];
  if (!Array.isArray(input) || input.length === 0)
    throw invalid("Missing required parameter: 'input', a text or items.", 'input');
  return inputItems(input, 'input');
}

function idOf(value: unknown, param: string, prefix: string): string | null {
  if (value === undefined || value === null) return null;
  const id = isObject(value) ? value.id : value;
  if (typeof id !== 'string' || !id.startsWith(prefix))
    throw invalid(`Malformed identifier: expected one that begins with '${prefix}'.`, param);
  return id;
}

function flag(body: Record<string, unknown>, name: string, standard: boolean): boolean {
  const value = body[name] ?? standard;
  if (typeof value !== 'boolean') throw invalid(`${name} must be a boolean.`, name);
  return value;
}
