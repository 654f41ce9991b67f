import { once } from 'node:events';
import type { Reply } from '../../kit/server.ts';
import type { Call } from '../call.ts';
import { faultReply } from '../errors.ts';

/** The answer to a creation, unless it is to be lost: then another status, or nothing until the client leaves. */
export async function lostAnswer({ tenant, request }: Call, reply: Reply): Promise<Reply> {
  const { lost } = tenant.pace;
  if (lost.times <= 0) return reply;
  lost.times -= 1;
  if (lost.status !== null) return faultReply(lost.status);
  const { socket } = request.raw;
  if (!socket.destroyed) await once(socket, 'close');
  return reply;
}
