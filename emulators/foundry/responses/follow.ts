import type { Writable } from 'node:stream';
import type { Pour } from '../../kit/server.ts';
import type { Project } from '../project.ts';
import type { StreamFault } from '../stream-faults.ts';
import { frame, malformedFrame } from './events.ts';
import type { Live } from './live.ts';

/**
 * The events of a response from the one after `after`, as they come; ends with the response. A slow reader is told the
 * rest when there is room. `onLeft` is called of one who goes before the end.
 */
export function follow(live: Live, after: number, onLeft?: () => void): Pour {
  return (out) => {
    let position = after + 1;
    const tell = () => {
      while (!out.writableNeedDrain) {
        const fault = faultAt(live, position);
        const data = live.events[position];
        if (fault?.kind === 'malformed') out.write(malformedFrame);
        else if (fault) return fail(fault);
        else if (data === undefined) return live.ended ? end() : undefined;
        else {
          position += 1;
          out.write(frame(data));
        }
      }
    };
    const silence = () => {
      live.readers.delete(tell);
      out.off('drain', tell);
    };
    const leave = () => {
      silence();
      onLeft?.();
    };
    const end = () => {
      silence();
      out.off('close', leave).end();
    };
    const fail = ({ kind }: StreamFault) => {
      if (kind === 'close') return end();
      silence();
      if (kind === 'cut') cut(out.off('close', leave));
    };
    if (out.destroyed) return leave();
    live.readers.add(tell);
    out.on('drain', tell).once('close', leave);
    tell();
  };
}

/** The events of a response that has ended. */
export function replay({ responses }: Project, id: string, after: number): Pour {
  const frames = responses.events(id, after).map(({ data }) => frame(data));
  return (out) => void out.end(frames.join(''));
}

/** The fault that is due before this event, for the one reader who comes to it first. */
function faultAt(live: Live, position: number): StreamFault | null {
  const index = live.faults.findIndex(({ before }) => before === position);
  return index < 0 ? null : (live.faults.splice(index, 1)[0]?.fault ?? null);
}

/** Drops the connection, once what was written in this turn is on its way. */
const cut = (out: Writable) => void setImmediate(() => out.destroy());
