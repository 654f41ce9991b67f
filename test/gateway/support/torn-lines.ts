import { request } from 'node:http';
import WebSocket from 'ws';
import { ChatReply } from '../operations.ts';
import type { ChatEvent } from './chat.ts';
import type { Stack } from './stack.ts';

type Place = Pick<Stack, 'url' | 'wsUrl' | 'tokens'>;
type Line = { sessionId: string; after?: string | null; as?: string };
/** Events of one connection, without any client library; leaving the loop tears the socket, with no word of goodbye. */
export type TornLine = (place: Place, line: Line) => AsyncGenerator<ChatEvent>;

type Answer = { data?: { chatReply: ChatEvent }; errors?: unknown };
const query = ChatReply.toString();

function eventOf({ data, errors }: Answer): ChatEvent {
  if (!data) throw Object.assign(new Error(`the stream failed: ${JSON.stringify(errors)}`), { errors });
  return data.chatReply;
}

/** What a socket brings, until it closes. */
async function* inbox<T>(listen: (put: (item: T) => void, over: (error: Error) => void) => void) {
  const items: T[] = [];
  let ended: Error | null = null;
  let wake = () => {};
  listen(
    (item) => {
      items.push(item);
      wake();
    },
    (error) => {
      ended = error;
      wake();
    },
  );
  for (;;) {
    yield* items.splice(0);
    if (ended) throw ended;
    if (items.length === 0) await new Promise<void>((resolve) => (wake = resolve));
  }
}

export const webSocketLine: TornLine = async function* (place, { sessionId, after = null, as = 'Ada' }) {
  const socket = new WebSocket(place.wsUrl, 'graphql-transport-ws');
  const send = (frame: object) => socket.send(JSON.stringify(frame));
  const frames = inbox<{ type: string; payload: unknown }>((put, over) => {
    socket.on('message', (data) => put(JSON.parse(String(data))));
    socket.on('close', (code) => over(new Error(`the socket closed with ${code}`)));
    socket.on('error', over);
    socket.on('open', () =>
      send({ type: 'connection_init', payload: { authorization: `Bearer ${place.tokens[as] ?? as}` } }),
    );
  });
  try {
    for await (const { type, payload } of frames) {
      if (type === 'connection_ack')
        send({ id: '1', type: 'subscribe', payload: { query, variables: { sessionId, after } } });
      else if (type === 'next') yield eventOf(payload as Answer);
      else if (type === 'error') yield eventOf({ errors: payload });
      else if (type === 'complete') return;
    }
  } finally {
    socket.terminate();
  }
};

/** As an EventSource comes back: by Last-Event-ID, and not by `after`. */
export const lastEventIdLine: TornLine = (place, { after, ...line }) => sse(place, line, after ?? null);
export const sseLine: TornLine = (place, line) => sse(place, line, null);

async function* sse({ url, tokens }: Place, { as = 'Ada', ...variables }: Line, lastEventId: string | null) {
  const headers = {
    authorization: `Bearer ${tokens[as] ?? as}`,
    'content-type': 'application/json',
    accept: 'text/event-stream',
    ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }),
  };
  const outgoing = request(url, { method: 'POST', headers, agent: false });
  const chunks = inbox<string>((put, over) => {
    outgoing.on('error', over);
    outgoing.on('response', (response) => {
      response.setEncoding('utf8').on('data', put);
      response.on('close', () => over(new Error('the stream closed')));
    });
    outgoing.end(JSON.stringify({ query, variables }));
  });
  let text = '';
  try {
    for await (const chunk of chunks) {
      const blocks = (text + chunk).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = /^event: ?next$/m.test(block) && /^data: ?(.*)$/m.exec(block)?.[1];
        if (!data) continue;
        const event = eventOf(JSON.parse(data) as Answer);
        if (/^id: ?(.*)$/m.exec(block)?.[1] !== event.cursor)
          throw new Error(`another id than ${event.cursor}`);
        yield event;
      }
    }
  } finally {
    outgoing.destroy();
  }
}
