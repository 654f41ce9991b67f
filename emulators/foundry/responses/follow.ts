import type { Project } from '../project.ts';
import type { StreamFault } from '../stream-faults.ts';
import { frame, malformedFrame } from './events.ts';
import type { Live } from './live.ts';

/** The events of a response from the one after `after`, as they come; ends with the response or the signal. */
export async function* follow(live: Live, after: number, signal: AbortSignal): AsyncGenerator<string> {
  let position = after + 1;
  while (!signal.aborted) {
    const fault = faultAt(live, position);
    if (fault?.kind === 'malformed') yield malformedFrame;
    else if (fault) return await disconnect(fault, signal);
    const data = live.events[position];
    if (data !== undefined) {
      position += 1;
      yield frame(data);
    } else if (live.ended) return;
    else await live.changed(signal);
  }
}

/** The events of a response that has ended. */
export function* replay({ responses }: Project, id: string, after: number): Generator<string> {
  for (const { data } of responses.events(id, after)) yield frame(data);
}

/** The fault that is due before this event, for the one reader who comes to it first. */
function faultAt(live: Live, position: number): StreamFault | null {
  const index = live.faults.findIndex(({ before }) => before === position);
  return index < 0 ? null : (live.faults.splice(index, 1)[0]?.fault ?? null);
}

async function disconnect(fault: StreamFault, signal: AbortSignal): Promise<void> {
  if (fault.kind === 'cut') throw new Error('the connection is cut');
  if (fault.kind === 'stall' && !signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
