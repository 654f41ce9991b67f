import type { ChatEvent, Message } from '../../domain/chat.ts';
import type { Clock } from '../../domain/clock.ts';
import { MlgraphError } from '../../domain/errors.ts';
import { readPage } from '../../domain/paging.ts';
import { notACursor, type ReplyCursor } from './cursor.ts';
import type { EventLog, LoggedEvent, LogOffset } from './event-log.ts';
import { Place } from './place.ts';
import { storedEvents } from './stored-events.ts';
import type { ReplyStore } from './upstream.ts';

export type ReaderDeps = {
  clock: Clock;
  log: EventLog;
  store: ReplyStore;
  /** A reply that runs in this process, ahead of the store. */
  present(messageKey: string): Message | undefined;
  ownerKey: string;
  /** Its reason is what the stream throws. */
  signal: AbortSignal;
};

/** Events in hand at once; the rest waits in the log. */
const batch = 64;
/** Text that a log has and neither the reader nor the store: it is stored within a second. */
const gapMs = 1_000;
const pageOfMessages = 100;

/**
 * The events of one session behind `after` (null: from the first of its latest reply), and then as they come. It holds
 * a place, never a queue: what the log has lost while the reader was slow or away is told from what is stored.
 * @throws CURSOR_EXPIRED when the reply of `after` is gone.
 */
export async function* readSession(
  sessionKey: string,
  after: ReplyCursor | null,
  deps: ReaderDeps,
): AsyncGenerator<ChatEvent, void> {
  const { clock, log, signal } = deps;
  const place = new Place(sessionKey, after);
  const beyond = log.listen(sessionKey, signal);
  let offset = await log.find(sessionKey, (events) => firstToRead(events, after));
  for (;;) {
    signal.throwIfAborted();
    const found = offset === null ? null : log.read(sessionKey, offset, batch);
    const entries = found instanceof Promise ? await found : found;
    if (entries === null || offset === null) {
      offset = yield* tellStored(sessionKey, place, deps);
      continue;
    }
    if (entries.length === 0) await beyond(offset);
    for (const entry of entries) {
      signal.throwIfAborted();
      const event = place.take(entry.event);
      if (event === 'GAP') {
        await clock.sleep(gapMs, signal);
        offset = null;
        break;
      }
      offset = entry.offset;
      if (event) yield event;
    }
  }
}

/** Where in the log to begin so that nothing is missing: -1 where it does not reach back far enough. */
function firstToRead(events: readonly LoggedEvent[], after: ReplyCursor | null): number {
  if (!after) return events.findLastIndex(({ kind }) => kind === 'STARTED');
  const index = events.findIndex(({ messageKey }) => messageKey === after.messageKey);
  const first = events[index];
  if (!first) return -1;
  const reachesBack = first.kind === 'STARTED' || first.end - lengthOf(first) < after.length;
  return reachesBack ? index : -1;
}

const lengthOf = (event: LoggedEvent) => (event.kind === 'DELTA' ? event.text.length : 0);

/** Tells the present reply and those after it as they stand, and gives the place in the log from which to go on. */
async function* tellStored(
  sessionKey: string,
  place: Place,
  deps: ReaderDeps,
): AsyncGenerator<ChatEvent, LogOffset> {
  const offset = await deps.log.head(sessionKey);
  place.tellAnew();
  for await (const reply of repliesFrom(sessionKey, place.messageKey, deps)) {
    for (const stored of storedEvents(deps.present(reply.key) ?? reply)) {
      deps.signal.throwIfAborted();
      const event = place.take(stored);
      if (event && event !== 'GAP') yield event;
    }
    place.telling(reply.key);
  }
  return offset;
}

/** The reply with this key and all after it, in order; only the latest without a key. */
async function* repliesFrom(
  sessionKey: string,
  messageKey: string | null,
  { store, ownerKey }: ReaderDeps,
): AsyncGenerator<Message, void> {
  const latest = await store.latestReply(sessionKey);
  if (messageKey === null || latest?.key === messageKey) {
    if (latest) yield latest;
    return;
  }
  const first = await store.getMessage(messageKey);
  if (!first) throw expiredCursor();
  if (first.sessionKey !== sessionKey || first.role !== 'ASSISTANT') throw notACursor();
  yield first;
  yield* repliesAfter(first, store, ownerKey);
}

async function* repliesAfter(
  first: Message,
  store: ReplyStore,
  ownerKey: string,
): AsyncGenerator<Message, void> {
  let isBehind = false;
  for (let after: string | null = null; ; ) {
    const query = ['messages', first.sessionKey];
    const request = readPage({ first: pageOfMessages, after }, ownerKey, query);
    const { edges, endCursor, hasNextPage } = await store.listMessages(first.sessionKey, request);
    for (const { node } of edges) {
      if (isBehind && node.role === 'ASSISTANT') yield node;
      isBehind ||= node.key === first.key;
    }
    if (!hasNextPage || endCursor === null) return;
    after = endCursor;
  }
}

const expiredCursor = () =>
  new MlgraphError('CURSOR_EXPIRED', 'The reply that `after` names is gone: subscribe without it.');
