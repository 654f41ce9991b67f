import type { Pour, Reply } from '../../kit/server.ts';
import type { Turn } from '../agents/script.ts';
import { type Call, jsonBody, ok, whileConnected } from '../call.ts';
import { invalid, notFound, refusal } from '../errors.ts';
import type { Project } from '../project.ts';
import { type Item, isApprovalResponse, newId, pendingApprovals } from '../state/items.ts';
import type { ResponseObject, ResponseRecord } from '../state/responses.ts';
import { follow } from './follow.ts';
import type { Live } from './live.ts';
import { type CreateRequest, readCreateRequest } from './request.ts';
import { startRun } from './run.ts';
import { tokensOf, tokensOfItems } from './usage.ts';

/** `POST /responses`: runs an agent. */
export async function createResponse(call: Call): Promise<Reply> {
  const { project } = call;
  const wanted = readCreateRequest(call, await jsonBody(call));
  const before = contextOf(project, wanted);
  checkApprovals(before, wanted.input);
  const history = [...before, ...wanted.input];
  const turn: Turn = {
    history,
    input: wanted.input,
    hasConsented: (connection) => project.consents.has(call.principal.objectId, connection),
  };
  const refused = wanted.script.refuse?.(turn);
  if (refused) throw refused;
  noteAgent(project, wanted);
  const live = startRun(project, {
    record: newRecord(project, wanted, history),
    script: wanted.script,
    turn,
  });
  return wanted.stream ? streamed(live) : await whole(call, live);
}

/** What was said before. Throws 404, and 400 while another response is being made in the conversation. */
function contextOf(project: Project, { conversationId, previousId }: CreateRequest): Item[] {
  if (previousId !== null) return chain(project, previousId);
  if (conversationId === null) return [];
  if (!project.conversations.get(conversationId)) throw notFound(`Conversation with id '${conversationId}'`);
  for (const { record } of project.live.values())
    if (record.response.conversation?.id === conversationId)
      throw refusal(
        400,
        'conversation_locked',
        'Another process is currently operating on this conversation. Please retry in a few seconds.',
        { param: 'conversation' },
      );
  return project.conversations.items(conversationId);
}

/** What was said up to the end of a response: by the ones before it, and in the conversation where they began. */
function chain(project: Project, last: string): Item[] {
  const record = project.responses.get(last);
  if (!record?.response.store || project.live.has(last))
    throw notFound(`Previous response with id '${last}'`);
  const { previous_response_id, conversation, output } = record.response;
  const before = previous_response_id === null ? [] : chain(project, previous_response_id);
  const within = conversation ? project.conversations.items(conversation.id) : [];
  const start = within.findIndex(({ id }) => id === record.input[0]?.id);
  return [...before, ...within.slice(0, Math.max(0, start)), ...record.input, ...output];
}

/** Every open approval is answered, and nothing else is. Throws 400. */
function checkApprovals(before: readonly Item[], input: readonly Item[]): void {
  const pending = new Set(pendingApprovals(before).map(({ id }) => id));
  for (const { approval_request_id } of input.filter(isApprovalResponse))
    if (!pending.delete(approval_request_id))
      throw invalid(`No approval request with id '${approval_request_id}' is waiting.`, 'input');
  const [open] = pending;
  if (open !== undefined)
    throw invalid(`No approval response was found for the approval request '${open}'.`, 'input');
}

function noteAgent({ conversations }: Project, { conversationId, script, version }: CreateRequest): void {
  const conversation = conversationId === null ? undefined : conversations.get(conversationId);
  const agent = `${script.name}:${version}`;
  if (!conversation || conversation.agents.includes(agent)) return;
  conversations.put({ ...conversation, agents: [...conversation.agents, agent] });
}

function newRecord(project: Project, wanted: CreateRequest, history: readonly Item[]): ResponseRecord {
  const { script, version, conversationId, background, store } = wanted;
  const response: ResponseObject = {
    id: newId('resp'),
    object: 'response',
    created_at: Math.floor(project.now() / 1000),
    completed_at: null,
    status: background ? 'queued' : 'in_progress',
    error: null,
    incomplete_details: null,
    model: script.model,
    conversation: conversationId === null ? null : { id: conversationId },
    previous_response_id: wanted.previousId,
    agent_reference: { type: 'agent_reference', name: script.name, version },
    output: [],
    usage: null,
    metadata: wanted.metadata,
    background,
    store,
  };
  const inputTokens = tokensOf(script.instructions) + tokensOfItems(history);
  return { response, input: wanted.input, inputTokens, streamed: wanted.stream };
}

/** A foreground response stops when its one reader leaves; one in the background goes on. */
function streamed(live: Live): Reply {
  const stop = () => live.stop.abort('cancelled');
  return streamReply(follow(live, -1, live.record.response.background ? undefined : stop));
}

/** Server-sent events. */
export const streamReply = (frames: Pour): Reply => ({
  status: 200,
  headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
  body: frames,
});

async function whole(call: Call, live: Live): Promise<Reply> {
  const { response } = live.record;
  if (response.background) return ok(structuredClone(response));
  const { signal, free } = whileConnected(call);
  signal.addEventListener('abort', () => live.stop.abort('cancelled'), { once: true });
  await live.done.finally(free);
  return ok(response);
}
