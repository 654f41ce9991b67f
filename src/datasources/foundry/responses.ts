import { z } from 'zod';
import type { UpstreamReplyEvent } from '../../domain/chat.ts';
import { codeOf } from '../../domain/errors.ts';
import { opensLate } from '../../domain/opens-late.ts';
import { type Connection, orNotFound } from './connection.ts';
import type { Foundry, ReplyEnd, ReplyInput } from './index.ts';
import { known } from './places.ts';
import { replyEvents } from './reply-events.ts';
import { toEnd } from './to-domain.ts';
import { response } from './wire.ts';

type Question = Omit<Parameters<Foundry['respond']>[0], 'signal'>;

/** Body of the call that asks (contract section 6.2): in the background, so that it can be ended and read again. */
function bodyOf({ agentName, conversationId, input, metadata }: Question) {
  return {
    agent_reference: { type: 'agent_reference', name: known.agent(agentName) },
    conversation: known.conversation(conversationId),
    input: inputOf(input),
    metadata,
    stream: true,
    background: true,
    store: true,
  };
}

function inputOf(input: ReplyInput) {
  if (typeof input === 'string') return input;
  if ('afterConsent' in input) return input.afterConsent.question;
  return input.approvals.map(({ id, approve, reason }) => ({
    type: 'mcp_approval_response',
    approval_request_id: known.approval(id),
    approve,
    ...(reason ? { reason } : {}),
  }));
}

export const respond = (
  { stream }: Connection,
  question: Question,
  signal: AbortSignal,
): AsyncIterable<UpstreamReplyEvent> =>
  opensLate(async () => {
    const call = { method: 'POST' as const, path: '/responses', json: bodyOf(question) };
    return replyEvents(await orNotFound(stream(call, signal), 'There is no such agent or conversation.'));
  });

export const resume = (
  { stream }: Connection,
  { responseId, after, text, signal }: Parameters<Foundry['resume']>[0],
): AsyncIterable<UpstreamReplyEvent> =>
  opensLate(async () => {
    const query = { stream: true, starting_after: after };
    const call = { method: 'GET' as const, path: pathOf(responseId), query };
    return replyEvents(await orNotFound(stream(call, signal), gone), { after, text });
  });

export async function readResponse({ openAI }: Connection, responseId: string): Promise<ReplyEnd | null> {
  const call = { method: 'GET' as const, path: pathOf(responseId), schema: response };
  return toEnd(await orNotFound(openAI(call), gone));
}

/** The service refuses it for one that has ended: then there is nothing left to do. */
export async function cancelResponse(connection: Connection, responseId: string): Promise<void> {
  const path = `${pathOf(responseId)}/cancel`;
  const call = { method: 'POST' as const, path, schema: z.unknown(), idempotent: true };
  await orNotFound(connection.openAI(call), gone).catch(async (error: unknown) => {
    const isRefused = ['BAD_USER_INPUT', 'CONFLICT'].includes(codeOf(error));
    if (!isRefused || !(await readResponse(connection, responseId))) throw error;
  });
}

const gone = 'This answer is not kept any more.';
const pathOf = (responseId: string) => `/responses/${known.response(responseId)}`;
