import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import type { AgentScript, Step, Turn } from '../agents/script.ts';
import type { Project } from '../project.ts';
import { isMessage } from '../state/items.ts';
import type { ResponseObject, ResponseRecord } from '../state/responses.ts';
import type { ArmedFault, StreamFault } from '../stream-faults.ts';
import { type Composer, createComposer } from './composer.ts';
import { applyEvent, type ResponseEvent } from './events.ts';
import { createLive, type Live } from './live.ts';
import { usageOf } from './usage.ts';

/** How a response ended. */
type End =
  | { status: 'completed' }
  | { status: 'incomplete'; reason: string }
  | { status: 'failed'; code: string; message: string; event?: 'error' }
  | { status: 'cancelled' };

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
  live.faults.push({ before: live.next, fault });
  live.wake();
  return fault.ends ? { status: 'failed', code, message } : null;
}

/** Beats that do not drift: each is due a pace after the one before was, however long the work between took. */
function createRhythm({ pace }: Project, signal: AbortSignal) {
  let due = performance.now() + pace.first - pace.delta;
  return {
    pause: (beats: number) => {
      due += beats * pace.delta;
    },
    beat: async () => {
      due = Math.max(due + pace.delta, performance.now() - pace.delta);
      const left = due - performance.now();
      await (left > 0 ? wait(left, undefined, { signal }) : nextTurn(undefined, { signal }));
    },
  };
}

function emitEvent({ store, responses }: Project, live: Live, event: ResponseEvent): void {
  const data = numbered(live, event);
  const { id } = live.record.response;
  const sequence = live.next - 1;
  store.soon(
    () => responses.addEvent(id, { sequence, data }),
    () => {
      live.events.push(data);
      live.wake();
    },
  );
}

/** The event as JSON with the next sequence number; what it changes in the response is done. */
function numbered(live: Live, { type, ...rest }: ResponseEvent): string {
  const data = JSON.stringify({ type, sequence_number: live.next, ...rest });
  live.next += 1;
  applyEvent(live.record.response, { type, ...rest });
  return data;
}

/** Stores the end with its last event and the items for the conversation, all or nothing. */
function finish({ project, live, composer }: Run, end: End): void {
  const { record } = live;
  if (end.status === 'completed' || end.status === 'incomplete') composer.close(end.status);
  settle(record, end, project.now());
  const event = lastEvent(record.response, end);
  const data = event && numbered(live, event);
  storeEnd(project, record, data ? { sequence: live.next - 1, data } : null);
  if (data) live.events.push(data);
}

export function storeEnd(
  { store, responses, conversations }: Project,
  record: ResponseRecord,
  last: { sequence: number; data: string } | null,
): void {
  const { id, conversation, output } = record.response;
  store.transaction(() => {
    responses.put(record);
    if (last) responses.addEvent(id, last);
    if (conversation && conversations.get(conversation.id)) conversations.append(conversation.id, output);
  });
}

/** Writes the end into the response. */
export function settle({ response, inputTokens }: ResponseRecord, end: End, now: number): void {
  response.status = end.status;
  response.completed_at = Math.floor(now / 1000);
  if (end.status === 'failed') response.error = { code: end.code, message: end.message };
  if (end.status === 'incomplete') response.incomplete_details = { reason: end.reason };
  for (const item of response.output)
    if (isMessage(item) && item.status === 'in_progress') item.status = 'incomplete';
  response.usage = usageOf(inputTokens, response.output);
}

/** A cancelled response has none: its stream just ends. */
export function lastEvent(response: ResponseObject, end: End): ResponseEvent | null {
  if (end.status === 'cancelled') return null;
  if (end.status === 'failed' && end.event === 'error')
    return { type: 'error', code: end.code, message: end.message, param: null };
  return { type: `response.${end.status}`, response };
}
