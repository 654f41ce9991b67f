import { MessageType } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ChatReply } from '../../test/gateway/operations.ts';
import type { Asking } from '../../test/gateway/support/asking.ts';

type ChatEvent = { __typename: string; text?: string; message?: { content: string }; reason?: string };
export type Hear = (event: ChatEvent) => void;
type Told = { type: string; payload?: { data?: { chatReply: ChatEvent } } };

/**
 * One session in a browser's tab: a socket that stays open, read by as little code as can be, for what the reader costs
 * would be counted with what is measured. Resolves once it is subscribed.
 */
export async function openTab(
  { wsUrl, tokens }: Pick<Asking, 'wsUrl' | 'tokens'>,
  { sessionId, as, hear }: { sessionId: string; as: string; hear: Hear },
): Promise<void> {
  const socket = new WebSocket(wsUrl, 'graphql-transport-ws', { perMessageDeflate: false });
  const say = (message: object) => socket.send(JSON.stringify(message));
  const payload = { query: ChatReply.toString(), variables: { sessionId } };
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () =>
      say({ type: MessageType.ConnectionInit, payload: { authorization: `Bearer ${tokens[as]}` } }),
    );
    socket.on('message', (data: Buffer) => {
      const told = JSON.parse(data.toString('utf8')) as Told;
      if (told.type === MessageType.ConnectionAck) {
        say({ id: '1', type: MessageType.Subscribe, payload });
        resolve();
      } else if (told.payload?.data) hear(told.payload.data.chatReply);
      else if (told.type === MessageType.Error) throw new Error(`the stream failed: ${data}`);
    });
  });
}
