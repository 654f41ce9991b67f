/**
 * What one word of a reply costs the gateway's own code, without sockets and without a database: from the bytes of the
 * upstream's stream to the message for the client, through the reply, its log, its reader and GraphQL. Ten tellings of
 * a word to each reply are one round; the first third of the rounds warms up. On a busy machine compare side by side.
 * Run: node --expose-gc bench/words.ts [replies, 500] [words of each, 300]
 */
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { parse } from 'graphql';
import { MessageType, stringifyMessage } from 'graphql-ws';
import { replyEvents } from '../src/datasources/foundry/reply-events.ts';
import type { Body } from '../src/datasources/http/exchange.ts';
import { beginLife, chunksOf } from '../src/datasources/http/stream.ts';
import type { Caller, Identity } from '../src/domain/callers.ts';
import type { Message, Session } from '../src/domain/chat.ts';
import { systemClock } from '../src/domain/clock.ts';
import { localId } from '../src/domain/ids.ts';
import { createReplies, type ReplyFoundry, type ReplyStore } from '../src/resolvers/chat/index.ts';
import { schema } from '../src/schema/index.ts';
import { createOperation } from '../src/server/operation.ts';
import type { Service } from '../src/server/runtime.ts';
import { subscribeOnSocket } from '../src/server/socket-operations.ts';
import { ChatReply } from '../test/gateway/operations.ts';

const replies = Number(process.argv[2] ?? 500);
const words = Number(process.argv[3] ?? 300);
const warm = Math.floor(words / 3);

const scopes = ['CHAT', 'READ'] as const;
const caller = { key: 'entra:t:o', kind: 'USER', scopes, expiresAt: null } as unknown as Caller;
const identity: Identity = { caller, assertion: () => '' };
const session = (key: string): Session => ({ key, agentName: 'a', conversationId: `conv_${key}` }) as Session;

const bodies: Readable[] = [];
const foundry = {
  respond({ signal }: Parameters<ReplyFoundry['respond']>[0]) {
    const body = new Readable({ read() {} });
    bodies.push(body);
    const life = beginLife(signal, 600_000, () => {});
    const errorOf = (failure: unknown) => failure;
    return replyEvents(chunksOf(body as Body, life, { idleMs: 60_000, errorOf }));
  },
} as unknown as ReplyFoundry;
const store = {
  getSession: async (key: string) => session(key),
  openReplies: async () => [],
  updateReplies: async (changes: readonly { key: string }[]) => new Set(changes.map(({ key }) => key)),
} as unknown as ReplyStore;
const chat = createReplies({
  clock: systemClock,
  connect: () => ({ foundry, store }),
  audit: () => {},
});

const runtime = {
  schema,
  createContext: (operation: object) => ({ ...operation, signedIn: identity, caller, replies: chat }),
  log: console,
} as unknown as Service['runtime'];
const service = { runtime } as Service;
const document = parse(ChatReply.toString());
let told = 0;
async function listen(sessionKey: string): Promise<void> {
  const operation = createOperation({ identity, requestId: 'r', traceparent: '' });
  const variableValues = { sessionId: localId('Session', sessionKey) };
  const results = await subscribeOnSocket(
    { schema, document, variableValues, contextValue: { operation } },
    service,
  );
  for await (const payload of results)
    told +=
      Buffer.byteLength(stringifyMessage({ id: '1', type: MessageType.Next, payload } as never)) > 0 ? 1 : 0;
}

const frame = (type: string, rest: object) =>
  Buffer.from(`event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`);
for (let index = 0; index < replies; index++) {
  const key = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const shared = {
    sessionKey: key,
    content: '',
    position: 0,
    citations: [],
    pendingApprovals: [],
    pendingConsents: [],
  };
  const reply = { ...shared, key: `m${key}`, role: 'ASSISTANT', status: 'PENDING' } as unknown as Message;
  chat.start(identity, session(key), { ...reply, key: `q${key}`, content: 'Why?' }, reply, 'r');
  listen(key);
}
while (bodies.length < replies) await turn();
const response = { id: 'resp_1', object: 'response', status: 'in_progress', output: [] };
for (const body of bodies) body.push(frame('response.created', { sequence_number: 0, response }));
for (let count = 0; count < 20; count++) await turn();

let from = process.cpuUsage();
for (let word = 0; word < words; word++) {
  if (word === warm) {
    (globalThis as { gc?: () => void }).gc?.();
    told = 0;
    from = process.cpuUsage();
  }
  const place = {
    item_id: 'msg_68f0a1b2c3d4e5f60718293a4b5c6d7e',
    output_index: 0,
    content_index: 0,
    logprobs: [],
  };
  const data = frame('response.output_text.delta', {
    sequence_number: word + 1,
    ...place,
    delta: 'lighthouse ',
  });
  for (const body of bodies) {
    body.push(data);
    if (Math.random() < 0.2) await turn();
  }
  await turn();
}
const { user, system } = process.cpuUsage(from);
console.log(`${told} words: ${((user + system) / told).toFixed(1)} µs each`);
process.exit(told === replies * (words - warm) ? 0 : 1);
