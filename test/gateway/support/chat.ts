import { expect } from 'vitest';
import type { ChatReplySubscription } from '../graphql/graphql.ts';
import { Agents, ChatReply, CreateSession, History, SendMessage } from '../operations.ts';
import type { Stack } from './stack.ts';
import { overSse, overWebSocket } from './streams.ts';

export type ChatEvent = ChatReplySubscription['chatReply'];
type Asker = Pick<Stack, 'ask'>;
export type Transport = 'WebSocket' | 'SSE';

/** A session with an agent of that name. */
export async function openSession(stack: Asker, agent = 'storyteller', as = 'Ada'): Promise<string> {
  const agents = await stack.ask(Agents, { first: 100 }, as);
  const agentId = agents.data?.agents?.nodes.find(({ name }) => name === agent)?.id ?? '';
  const { data, errors } = await stack.ask(CreateSession, { input: { agentId } }, as);
  expect(errors).toEqual([]);
  return data?.createSession?.session.id ?? '';
}

/** Id of the reply. */
export async function send(stack: Asker, sessionId: string, content: string, as = 'Ada'): Promise<string> {
  const { data, errors } = await stack.ask(SendMessage, { input: { sessionId, content } }, as);
  expect(errors).toEqual([]);
  return data?.sendMessage?.reply.id ?? '';
}

/** What a session says to one reader, until it leaves. */
export function listen(
  stack: Pick<Stack, 'url' | 'wsUrl' | 'tokens'>,
  sessionId: string,
  {
    after = null,
    over = 'WebSocket',
    as = 'Ada',
  }: { after?: string | null; over?: Transport; as?: string } = {},
) {
  const opening = { stack, document: ChatReply, variables: { sessionId, after }, as };
  const { client, events } = over === 'WebSocket' ? overWebSocket(opening) : overSse(opening);
  return {
    async *[Symbol.asyncIterator](): AsyncGenerator<ChatEvent> {
      for await (const { data, errors } of events) {
        if (errors?.length) throw Object.assign(new Error('the stream failed'), { errors });
        if (data) yield data.chatReply;
      }
    },
    /** Cuts the connection. */
    leave: async () => void (await client.dispose()),
  };
}

const ends = new Set(['ReplyCompleted', 'ReplyFailed']);
const waits = new Set(['ToolApprovalRequested', 'ConsentRequired']);

/** Events up to the end of a reply, or up to where it waits for its person; or `most` of them. Then leaves. */
export async function heard(
  stack: Pick<Stack, 'url' | 'wsUrl' | 'tokens'>,
  sessionId: string,
  options: Parameters<typeof listen>[2] & { most?: number } = {},
): Promise<ChatEvent[]> {
  const stream = listen(stack, sessionId, options);
  const events: ChatEvent[] = [];
  for await (const event of stream) {
    events.push(event);
    const isLast = ends.has(event.__typename) || waits.has(event.__typename);
    if (isLast || events.length === options.most) break;
  }
  await stream.leave();
  return events;
}

export const textOf = (events: readonly ChatEvent[]): string =>
  events.map((event) => (event.__typename === 'ReplyDelta' ? event.text : '')).join('');

export async function historyOf(stack: Asker, id: string, page: Record<string, unknown> = {}, as = 'Ada') {
  const { data, errors } = await stack.ask(History, { id, ...page }, as);
  expect(errors).toEqual([]);
  const node = data?.node;
  if (!node || !('messages' in node) || !node.messages) throw new Error('no session');
  return { title: node.title, ...node.messages };
}
