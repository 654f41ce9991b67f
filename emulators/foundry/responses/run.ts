import type { AgentScript, Step, Turn } from '../agents/script.ts';
import type { Project } from '../project.ts';
import type { ResponseRecord } from '../state/responses.ts';
import type { ArmedFault, StreamFault } from '../stream-faults.ts';
import { type Composer, createComposer } from './composer.ts';
import { type End, lastEvent, settle, storeEnd, storeEvents } from './ending.ts';
import { applyEvent, eventJson, type ResponseEvent } from './events.ts';
import { createLive, type Live } from './live.ts';
import { createRhythm } from './rhythm.ts';

type Run = { project: Project; live: Live; composer: Composer; emit(event: ResponseEvent): void };

/** Starts the work on a response, which goes on whoever reads. Its request is stored before this returns. */
export function startRun(
  project: Project,
  o: { record: ResponseRecord; script: AgentScript; turn: Turn },
): Live {
  const { response } = o.record;
  const live = createLive(o.record);
  project.store.transaction(() => {
    project.responses.insert(o.record);
    if (response.conversation) project.conversations.append(response.conversation.id, o.record.input);
  });
  project.live.set(response.id, live);
  const emit = (event: ResponseEvent) => emitEvent(project, live, event);
  const run = { project, live, emit, composer: createComposer(response, emit) };
  live.done = perform(run, o.script, o.turn).finally(() => project.live.delete(response.id));
  return live;
}

async function perform(run: Run, script: AgentScript, turn: Turn): Promise<void> {
  const { response } = run.live.record;
  run.emit({ type: 'response.created', response });
  if (response.background) run.emit({ type: 'response.queued', response });
  response.status = 'in_progress';
  run.emit({ type: 'response.in_progress', response });
  const end = await answer(run, script.answer(turn)).catch((error): End => {
    if (run.live.stop.signal.aborted) return { status: 'cancelled' };
    console.error('foundry: unexpected', error);
    return { status: 'failed', code: 'server_error', message: 'The agent stopped unexpectedly.' };
  });
  if (run.live.stop.signal.reason !== 'shutdown') finish(run, end);
  run.live.ended = true;
  run.live.wake();
}

/** Does what the agent does, at the pace of the project. Throws when the work is stopped. */
async function answer(run: Run, steps: Iterable<Step>): Promise<End> {
  const { project, live, composer } = run;
  const armed = project.streamFaults.take(live.record.response.agent_reference.name);
  const rhythm = createRhythm(project, live.stop.signal);
  let deltas = 0;
  for (const step of withFault(steps, armed, () => deltas)) {
    live.stop.signal.throwIfAborted();
    if (step.kind === 'pause') rhythm.pause(step.beats);
    else if (step.kind === 'cite') composer.cite(step.citation);
    else if (step.kind === 'item') composer.item(step);
    else if (step.kind === 'say') {
      await rhythm.beat();
      composer.say(step.delta);
      deltas += 1;
    } else {
      const end = endOf(run, step);
      if (end) return end;
    }
  }
  return { status: 'completed' };
}

/** The steps, with the fault that was ordered put in after so many deltas. */
function* withFault(steps: Iterable<Step>, fault: ArmedFault | null, deltas: () => number): Generator<Step> {
  let due = fault;
  for (const step of steps) {
    if (due && step.kind === 'say' && deltas() >= due.after) {
      yield { kind: 'fault', fault: due };
      due = null;
    }
    yield step;
  }
  if (due) yield { kind: 'fault', fault: due };
}

function endOf(run: Run, step: Extract<Step, { kind: 'fail' | 'incomplete' | 'fault' }>): End | null {
  if (step.kind === 'fail') return { status: 'failed', code: step.code, message: step.message };
  if (step.kind === 'incomplete') return { status: 'incomplete', reason: step.reason };
  return meet(run, step.fault);
}

/** A fault of the connection waits there for its reader; the others end the response. */
function meet({ live }: Run, fault: StreamFault): End | null {
  const { code = 'server_error', message = 'The server had an error while it answered.' } = fault;
  if (fault.kind === 'failed') return { status: 'failed', code, message };
  if (fault.kind === 'error') return { status: 'failed', code, message, event: 'error' };
  live.faults.push({ before: live.events.length, fault });
  live.wake();
  return fault.ends ? { status: 'failed', code, message } : null;
}

function emitEvent(project: Project, live: Live, event: ResponseEvent): void {
  if (live.stored === live.events.length) project.store.soon(() => storeEvents(project, live));
  add(live, event);
  live.wake();
}

/** Gives the event the next sequence number; what it changes in the response is done. */
function add(live: Live, event: ResponseEvent): void {
  live.events.push(eventJson(event, live.events.length));
  applyEvent(live.record.response, event);
}

function finish({ project, live, composer }: Run, end: End): void {
  const { record } = live;
  if (end.status === 'completed' || end.status === 'incomplete') composer.close(end.status);
  settle(record, end, project.now());
  const event = lastEvent(record.response, end);
  if (event) add(live, event);
  storeEnd(project, record, () => storeEvents(project, live));
}
