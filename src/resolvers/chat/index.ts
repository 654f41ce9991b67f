/**
 * Replies of agents: what lets one go on whoever listens, and its readers come and go without losing a word.
 *
 * - `reply-run.ts` takes one answer from the upstream to its end: each event into the log at once (`draft.ts`), the text
 *   into the store about once a second (`saver.ts`), in one call for all replies of a person (`saving-round.ts`).
 *   `asking.ts` and `answer.ts` read the upstream across cuts, `endings.ts` says what becomes of the reply. An end, and
 *   each wait for the person, is stored before it is told.
 * - `event-log.ts` is what happened, in order, for a while (`memory-log.ts` in one process); the stored message is what
 *   there is for good. `reader.ts` reads the first and falls back on the second; `place.ts` knows what a reader has, by
 *   the length of its text, so that both are told alike and nothing twice. `cursor.ts` prints that place.
 * - `settling.ts` ends what a process that died has left behind; `mutations.ts` and `decisions.ts` are what its person
 *   may do to a reply.
 *
 * Everything is done as the reply's owner; sessions are private to them, and the store sees to that.
 */

import { randomUUID } from 'node:crypto';
import type { Identity } from '../../domain/callers.ts';
import type { ChatEvent, Message, Session } from '../../domain/chat.ts';
import { notFound } from '../../domain/errors.ts';
import { draining } from '../watch/failures.ts';
import { Audience } from './audience.ts';
import { readReplyCursor } from './cursor.ts';
import type { EventLog } from './event-log.ts';
import { MemoryLog, type MemoryLogBounds } from './memory-log.ts';
import { cancelReply, decideApproval, resumeReply } from './mutations.ts';
import { readSession } from './reader.ts';
import { Runs } from './runs.ts';
import { Settling } from './settling.ts';
import type { ChatDeps, Decision } from './upstream.ts';

export { replyCursor } from './cursor.ts';
export { undecided } from './decisions.ts';
export type { EventLog } from './event-log.ts';
export type { Connect, Decision, ReplyFoundry, ReplyStore } from './upstream.ts';

export type RepliesDeps = ChatDeps & { log?: EventLog };

/** `requestId` is of the operation that asks: what is asked upstream and the trail carry it; a new one without. */
export type Replies = {
  /**
   * Begins the pending reply of an exchange that was just stored; one that runs or has ended stays as it is. `settle`
   * comes first in the same operation.
   */
  start(
    identity: Identity,
    session: Pick<Session, 'key' | 'agentName' | 'conversationId'>,
    message: Message,
    reply: Message,
    requestId?: string,
  ): Message;
  /** Wherever it stands; gives the reply as it ended. @throws NOT_FOUND */
  cancel(identity: Identity, reply: Named, requestId?: string): Promise<Message>;
  /** Of several approvals each is stored, until the last is decided. @throws NOT_FOUND, CONFLICT where it waits for no approval. */
  decide(identity: Identity, reply: Named, decision: Decision, requestId?: string): Promise<Message>;
  /** @throws NOT_FOUND, CONFLICT where it waits for no consent. */
  resume(identity: Identity, reply: Named, requestId?: string): Promise<Message>;
  /**
   * To be awaited before anything of this person's sessions is shown or changed: ends what a process that died left
   * open. Once per person, then nothing.
   */
  settle(identity: Identity, requestId?: string): Promise<void>;
  /** Of a send whose outcome is not known: a reply that it left in this session is settled at the owner's next call. */
  doubt(identity: Identity, sessionKey: string): void;
  /**
   * Without `after` from the first event of the latest reply; stays open for the next. Ends with UNAUTHENTICATED when the
   * token runs out; BAD_USER_INPUT (`after`), NOT_FOUND (session), CURSOR_EXPIRED (its reply was deleted).
   */
  events(sessionKey: string, opening: Opening): AsyncIterableIterator<ChatEvent>;
  /** The reply as it stands: of one that runs here more than is stored. */
  present(stored: Message): Message;
  /** Of a session that was deleted: stops what runs in it, and ends its readers with NOT_FOUND. */
  drop(sessionKey: string): void;
  /** Ends all streams with UPSTREAM_UNAVAILABLE; runs are left to be settled, their text so far stored. */
  close(): Promise<void>;
};
/** For a store that does not answer while the texts so far are stored. */
const closeWithinMs = 10_000;

type Named = Pick<Message, 'key'>;
export type Opening = { identity: Identity; after: string | null; signal: AbortSignal; requestId?: string };

export const createMemoryLog = (bounds: MemoryLogBounds = {}): EventLog => new MemoryLog(bounds);

export function createReplies({ log = createMemoryLog(), ...deps }: RepliesDeps): Replies {
  const runs = new Runs({ ...deps, log }, (run) => settling.later(run.identity.caller.key, run.key));
  const settling = new Settling(deps, runs);
  const later = ({ caller }: Identity, messageKey: string) => settling.later(caller.key, messageKey);
  const shared = { deps, runs, later };
  const audience = new Audience(deps.clock);
  return {
    start(identity, session, message, reply, requestId = randomUUID()) {
      if (reply.status !== 'PENDING') return reply;
      const source = { kind: 'ask', input: message.content } as const;
      return runs.launch({ identity, session, reply, source, action: 'sendMessage', requestId }).reply;
    },
    cancel: (identity, { key: messageKey }, requestId = randomUUID()) =>
      cancelReply(shared, identity, { messageKey, requestId }),
    decide: (identity, { key: messageKey }, decision, requestId = randomUUID()) =>
      decideApproval(shared, identity, { messageKey, requestId, decision }),
    resume: (identity, { key: messageKey }, requestId = randomUUID()) =>
      resumeReply(shared, identity, { messageKey, requestId }),
    settle: (identity, requestId = randomUUID()) => settling.settle(identity, requestId),
    doubt: ({ caller }, sessionKey) => settling.doubt(caller.key, sessionKey),
    events: (sessionKey, { identity, after, requestId = randomUUID(), signal: left }) =>
      audience.seat(sessionKey, { identity, signal: left }, async (signal) => {
        const cursor = after === null ? null : readReplyCursor(sessionKey, after);
        await settling.settle(identity, requestId);
        const { store } = deps.connect(identity, signal, requestId);
        if (!(await store.getSession(sessionKey))) throw notFound('No such session.');
        for (const run of runs.ofSession(sessionKey)) run.identity.adopt(identity);
        const present = (messageKey: string) => runs.present(messageKey);
        const ownerKey = identity.caller.key;
        return readSession(sessionKey, cursor, { clock: deps.clock, log, store, present, ownerKey, signal });
      }),
    present: (stored) => runs.present(stored.key) ?? stored,
    drop(sessionKey) {
      const forget = () => log.drop(sessionKey);
      for (const run of runs.ofSession(sessionKey)) run.cancel().then(forget, forget);
      forget();
      audience.end(notFound('The session was deleted.'), sessionKey);
    },
    async close() {
      audience.end(draining());
      const enough = new AbortController();
      const tooLong = deps.clock.sleep(closeWithinMs, enough.signal).catch(() => {});
      await Promise.race([Promise.all(runs.all.map((run) => run.stop())), tooLong]);
      enough.abort();
    },
  };
}
