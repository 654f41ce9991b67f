import type { Reply } from '../../kit/server.ts';
import type { Call } from '../call.ts';
import { queryOf } from './body.ts';
import { asNumberText, within } from './issues.ts';

/** Frames of `data:` alone: no names, no ids, and so no way to go on from one. */
export const eventStream = (frames: AsyncIterable<unknown>): Reply => ({
  status: 200,
  headers: {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  },
  body: encoded(frames),
});

async function* encoded(frames: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  for await (const frame of frames) yield Buffer.from(`data: ${JSON.stringify(frame)}\n\n`);
}

/** Seconds between two frames. 2.x bounds them; throws its 422. */
export function pollInterval(call: Call, normal: number): number {
  const check = call.service.generation === 2 ? within(asNumberText, { gt: 0, le: 60 }) : asNumberText;
  return queryOf(call, 'poll_interval', check) ?? normal;
}
