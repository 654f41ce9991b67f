import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { frame } from '../../emulators/foundry/responses/events.ts';
import { follow } from '../../emulators/foundry/responses/follow.ts';
import { createLive, type Live } from '../../emulators/foundry/responses/live.ts';
import type { ResponseRecord } from '../../emulators/foundry/state/responses.ts';

const eventOf = (sequence: number) =>
  JSON.stringify({ type: 'response.output_text.delta', sequence_number: sequence, delta: 'word ' });
const framesUpTo = (count: number) => Array.from({ length: count }, (_, at) => frame(eventOf(at))).join('');

function startLive(): Live & { say(count: number): void; end(): void } {
  const live = createLive({} as ResponseRecord);
  const say = (count: number) => {
    for (let left = count; left > 0; left--) {
      live.events.push(eventOf(live.events.length));
      live.wake();
    }
  };
  const end = () => {
    live.ended = true;
    live.wake();
  };
  return Object.assign(live, { say, end });
}

describe('a reader of a response under way', () => {
  it('who is slow is given no more than there is room for, and the rest when there is', async () => {
    const live = startLive();
    const out = new PassThrough({ highWaterMark: 1_000 });
    follow(live, -1)(out);
    live.say(1_000);
    live.end();
    await turn();
    expect(out.readableLength + out.writableLength).toBeLessThan(3_000);
    expect(Buffer.concat(await out.toArray()).toString()).toBe(framesUpTo(1_000));
    expect(live.readers.size).toBe(0);
  });

  it('is told nothing more when gone, which is told to whom it matters', async () => {
    const live = startLive();
    const out = new PassThrough();
    const left = vi.fn();
    follow(live, -1, left)(out);
    live.say(1);
    out.destroy();
    await turn();
    live.say(1);
    expect([left.mock.calls.length, live.readers.size]).toEqual([1, 0]);
  });

  it('may have gone before the first word', () => {
    const live = startLive();
    const left = vi.fn();
    follow(live, -1, left)(new PassThrough().destroy());
    expect([left.mock.calls.length, live.readers.size]).toEqual([1, 0]);
  });

  it('who hears the end has not left', async () => {
    const live = startLive();
    const out = new PassThrough();
    const left = vi.fn();
    follow(live, 0, left)(out);
    live.say(2);
    live.end();
    expect(Buffer.concat(await out.toArray()).toString()).toBe(frame(eventOf(1)));
    await turn();
    expect(left).not.toHaveBeenCalled();
  });
});
