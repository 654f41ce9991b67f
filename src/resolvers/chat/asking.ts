import type { Identity } from '../../domain/callers.ts';
import type { Message, Session, TokenUsage, UpstreamReplyEvent } from '../../domain/chat.ts';
import type { Clock } from '../../domain/clock.ts';
import { opensLate } from '../../domain/opens-late.ts';
import { type Listener, readAnswer } from './answer.ts';
import { askedBy } from './trail.ts';
import type { AgentInput, Connection } from './upstream.ts';

/** Where an answer comes from: asked for now, read on from its first word, or read as a whole before. */
export type Source =
  | { kind: 'ask'; input: AgentInput }
  | { kind: 'underway'; responseId: string; begins: number }
  | { kind: 'known'; events: UpstreamReplyEvent[]; begins: number };

export type Question = {
  source: Source;
  session: Pick<Session, 'key' | 'agentName' | 'conversationId'>;
  reply: Message;
  identity: Identity;
  requestId: string;
};
export type Means = { clock: Clock; connection: Connection; signal: AbortSignal };

/** Reads the upstream's part of a reply; see `readAnswer`. The conversation is begun where there is none. */
export async function readAnswerTo(question: Question, means: Means, tell: Listener): Promise<void> {
  const { source, reply } = question;
  if (source.kind === 'known') return void source.events.some(tell);
  const { clock, connection, signal } = means;
  const { foundry } = connection;
  if (source.kind === 'ask') {
    const open = () => ask(question, source.input, means);
    return await readAnswer({ foundry, clock, signal, underway: null, open }, tell);
  }
  const { responseId, begins } = source;
  const open = () => foundry.resume({ responseId, after: 0, text: '', signal });
  const underway = { responseId, held: reply.content.length - begins };
  return await readAnswer({ foundry, clock, signal, underway, open }, tell);
}

const ask = (
  { session, identity, requestId }: Question,
  input: AgentInput,
  { clock, connection, signal }: Means,
): AsyncIterable<UpstreamReplyEvent> =>
  opensLate(async () => {
    const metadata = askedBy(identity.caller, requestId, clock.now());
    const conversationId = session.conversationId ?? (await converse(session.key, metadata, connection));
    const { agentName } = session;
    return connection.foundry.respond({ agentName, conversationId, input, metadata, signal });
  });

async function converse(
  sessionKey: string,
  metadata: Record<string, string>,
  { foundry, store }: Connection,
): Promise<string> {
  const conversationId = await foundry.createConversation(metadata);
  await store.updateSession(sessionKey, { conversationId });
  return conversationId;
}

/** Before each look at what a stopped response used: it may take a moment to say so. */
const usageTriesMs = [0, 500, 2_000];

/** Stops a response that nobody reads any more, and gives what it used; null where the upstream does not tell. */
export async function stopResponse(responseId: string, means: Means): Promise<TokenUsage | null> {
  const { foundry } = means.connection;
  await foundry.cancel(responseId).catch(() => {});
  for (const delayMs of usageTriesMs) {
    await means.clock.sleep(delayMs, means.signal);
    const ended = await foundry.read(responseId);
    if (ended) return ended.usage;
  }
  return null;
}
