import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChatEvent, openSession, send, textOf } from './support/chat.ts';
import { type Stack, startStack } from './support/stack.ts';
import { lastEventIdLine, sseLine, type TornLine, webSocketLine } from './support/torn-lines.ts';
import { control, upstreamResponse, upstreamText } from './support/upstream-chat.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ chat: { pace: 10 } });
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const question = 'What do lighthouses, whales and a garden of irises have in common?';

/** Events of one connection that is torn after `most` of them, or at the end of the reply. */
async function torn(
  line: TornLine,
  sessionId: string,
  after: string | null,
  most = Number.POSITIVE_INFINITY,
) {
  const events: ChatEvent[] = [];
  for await (const event of line(stack, { sessionId, after })) {
    events.push(event);
    if (events.length >= most || isEnd(event)) break;
  }
  return events;
}
const isEnd = (event?: ChatEvent) =>
  event?.__typename === 'ReplyCompleted' || event?.__typename === 'ReplyFailed';

/** A tab whose connection is torn once, after `count` events. */
async function tornAt(count: number, line: TornLine, sessionId: string): Promise<ChatEvent[]> {
  const before = await torn(line, sessionId, null, count);
  if (isEnd(before.at(-1))) return before;
  return [...before, ...(await torn(line, sessionId, before.at(-1)?.cursor ?? null))];
}

/** A tab whose connection is torn after every single event. */
async function tornAtEach(line: TornLine, sessionId: string): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  while (!isEnd(events.at(-1)))
    events.push(...(await torn(line, sessionId, events.at(-1)?.cursor ?? null, 1)));
  return events;
}

/** One beginning, the text, one end; nothing twice. */
function expectWhole(events: readonly ChatEvent[], text: string) {
  expect(textOf(events)).toBe(text);
  expect(new Set(events.map(({ cursor }) => cursor)).size).toBe(events.length);
  const kinds = events.map(({ __typename }) => __typename);
  expect(kinds[0]).toBe('ReplyStarted');
  expect(kinds.at(-1)).toBe('ReplyCompleted');
  expect(new Set(kinds.slice(1, -1))).toEqual(new Set(['ReplyDelta']));
}

const textUpstream = async () => upstreamText(await upstreamResponse(stack, 'storyteller'));
const lines: [string, TornLine][] = [
  ['WebSocket', webSocketLine],
  ['SSE', sseLine],
  ['SSE with Last-Event-ID', lastEventIdLine],
];

describe.each(lines)('over %s', (_, line) => {
  test('a connection torn at any one event of a running reply, and resumed, brings all of it once', async () => {
    await control(stack, 'PUT', '/pace', { delta: 25 });
    const sessionId = await openSession(stack);
    await send(stack, sessionId, question);
    const tabs = await Promise.all(
      Array.from({ length: 210 }, (_, index) => tornAt(index + 1, line, sessionId)),
    );
    const text = await textUpstream();
    expect(Math.max(...tabs.map(({ length }) => length))).toBeGreaterThan(190);
    for (const events of tabs) expectWhole(events, text);
  });

  test('one that is torn after every event of a running reply, and of a finished one, brings all of it once', async () => {
    await control(stack, 'PUT', '/pace', { delta: 10 });
    const sessionId = await openSession(stack);
    await send(stack, sessionId, question);
    const running = await tornAtEach(line, sessionId);
    const text = await textUpstream();
    expectWhole(running, text);
    const finished = await tornAtEach(line, sessionId);
    expectWhole(finished, text);
    expect(finished.length).toBeGreaterThan(190);
  });
});

test('two tabs, each torn after every event, over WebSocket and over SSE, see the same reply', async () => {
  await control(stack, 'PUT', '/pace', { delta: 10 });
  const sessionId = await openSession(stack);
  await send(stack, sessionId, question);
  const [one, other, whole] = await Promise.all([
    tornAtEach(webSocketLine, sessionId),
    tornAtEach(lastEventIdLine, sessionId),
    torn(webSocketLine, sessionId, null),
  ]);
  const text = await textUpstream();
  for (const events of [one, other, whole]) expectWhole(events, text);
});
