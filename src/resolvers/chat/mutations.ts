import type { Identity } from '../../domain/callers.ts';
import { isOpen, type Message, type Session } from '../../domain/chat.ts';
import { codeOf, conflict, notFound } from '../../domain/errors.ts';
import { withinDeadline } from '../watch/waiting.ts';
import type { Source } from './asking.ts';
import { allDecisions, requireDecided } from './decisions.ts';
import { canceledEnd } from './endings.ts';
import type { Work } from './reply-run.ts';
import { readResponsePlace } from './response-place.ts';
import type { Runs } from './runs.ts';
import { askedBy, usedAgent } from './trail.ts';
import type { AgentInput, ChatDeps, Connection, Decision, ReplyStore } from './upstream.ts';

export type Asked = { messageKey: string; requestId: string };
type Shared = {
  deps: ChatDeps;
  runs: Runs;
  /** Has a reply settled at its owner's next call. */
  later(identity: Identity, messageKey: string): void;
};
type Waiting = { reply: Message; session: Session };

/**
 * Stores one decision with the reply; with the last of them the reply goes on.
 * @throws NOT_FOUND, CONFLICT where the reply does not wait for approval.
 */
export async function decideApproval(
  shared: Shared,
  identity: Identity,
  { decision, ...asked }: Asked & { decision: Decision },
): Promise<Message> {
  const { deps, runs } = shared;
  const { connection, end } = connected(deps, identity, asked);
  const { store } = connection;
  try {
    const { reply, session } = await waitingReply(store, runs, asked.messageKey, 'WAITING_FOR_APPROVAL');
    const pendingApprovals = await store.decideApproval(reply.key, decision);
    if (!pendingApprovals) throw waitsNoMore(reply);
    requireDecided(pendingApprovals, decision);
    const approvals = allDecisions(pendingApprovals);
    if (!approvals) return { ...reply, pendingApprovals };
    const work = { identity, session, reply, input: { approvals }, action: 'decideToolApproval' };
    return await goOn(shared, store, { ...work, requestId: asked.requestId });
  } finally {
    end();
  }
}

/**
 * Goes on with a reply whose person has consented.
 * @throws NOT_FOUND, CONFLICT where the reply does not wait for consent.
 */
export async function resumeReply(shared: Shared, identity: Identity, asked: Asked): Promise<Message> {
  const { deps, runs } = shared;
  const { connection, end } = connected(deps, identity, asked);
  const { store } = connection;
  try {
    const { reply, session } = await waitingReply(store, runs, asked.messageKey, 'WAITING_FOR_CONSENT');
    const question = reply.replyTo === null ? null : await store.getMessage(reply.replyTo);
    if (!reply.responseId || !question) throw conflict('The reply has nothing to go on with.');
    const { responseId } = readResponsePlace(reply.responseId);
    const input: AgentInput = { afterConsent: { responseId, question: question.content } };
    const work = { identity, session, reply, input, action: 'resumeReply', requestId: asked.requestId };
    return await goOn(shared, store, work);
  } finally {
    end();
  }
}

/** Ends a reply as CANCELED wherever it stands; one that has ended stays as it is. @throws NOT_FOUND */
export async function cancelReply(shared: Shared, identity: Identity, asked: Asked): Promise<Message> {
  const { deps, runs } = shared;
  const { connection, end } = connected(deps, identity, asked);
  const { store } = connection;
  try {
    const { session } = await replyOf(store, asked.messageKey);
    const reply = await unlessRunning(runs, store, asked.messageKey);
    const running = runs.get(reply.key);
    if (running) return await running.cancel();
    if (!isOpen(reply.status)) return reply;
    const source: Source = { kind: 'known', events: [canceledEnd()], begins: reply.content.length };
    const work = { identity, session, reply, source, action: null, requestId: asked.requestId };
    const canceled = await runs.launch(work).cancel();
    if (reply.status === 'WAITING_FOR_APPROVAL') denyLater(shared, identity, { reply, session }, asked);
    return canceled;
  } finally {
    end();
  }
}

/**
 * An approval that is left open would fail the conversation's next question: denies it upstream, and has the next reply
 * wait for that. What the agent says to it is nobody's.
 */
function denyLater({ deps, runs }: Shared, identity: Identity, waiting: Waiting, asked: Asked): void {
  const { conversationId, agentName, key } = waiting.session;
  if (!conversationId) return;
  const { connection, end } = connected(deps, identity, asked);
  const metadata = askedBy(identity.caller, asked.requestId, deps.clock.now());
  const approvals = waiting.reply.pendingApprovals.map(({ id }) => ({ id, approve: false, reason: null }));
  const deny = async (signal: AbortSignal) => {
    const ask = { agentName, conversationId, input: { approvals }, metadata, signal };
    const answer = connection.foundry.respond(ask);
    for await (const { kind } of answer) if (kind === 'ended') return;
  };
  const leaveTrail = (outcome: string) => {
    const use = { action: 'cancelReply', agentName, outcome, requestId: asked.requestId };
    deps.audit(usedAgent(identity.caller, { ...use, now: deps.clock.now() }));
    end();
  };
  const denied = withinDeadline(deps.clock, new AbortController().signal, deny);
  const tidied = denied.then(
    () => leaveTrail('OK'),
    (error: unknown) => leaveTrail(codeOf(error)),
  );
  runs.precede(key, { done: Promise.resolve(), tidied });
}

/** From the store, once the run that left it waiting has told so. */
async function waitingReply(
  store: ReplyStore,
  runs: Runs,
  messageKey: string,
  status: 'WAITING_FOR_APPROVAL' | 'WAITING_FOR_CONSENT',
): Promise<Waiting> {
  const found = await replyOf(store, messageKey);
  const isWaiting = found.reply.status === status;
  if (!isWaiting) throw conflict(`The reply is ${found.reply.status}, not ${status}.`);
  await runs.get(messageKey)?.done;
  return found;
}

/** As it is stored now, where no run has it: one that ended a moment ago is not taken for one that goes on. */
async function unlessRunning(runs: Runs, store: ReplyStore, messageKey: string): Promise<Message> {
  await runs.released(messageKey);
  const reply = runs.get(messageKey)?.reply ?? (await store.getMessage(messageKey));
  if (!reply) throw notFound('No such reply.');
  await runs.released(messageKey);
  return reply;
}

async function replyOf(store: ReplyStore, messageKey: string): Promise<Waiting> {
  const reply = await store.getMessage(messageKey);
  const session = reply?.role === 'ASSISTANT' ? await store.getSession(reply.sessionKey) : null;
  if (!reply || !session) throw notFound('No such reply.');
  return { reply, session };
}

/**
 * Stored before the upstream is asked: were this process to die, nobody would know whether it was. Of all that try, in
 * whatever process, the store lets one.
 * @throws CONFLICT for the others, and where the reply was ended meanwhile.
 */
async function goOn(
  { runs, later }: Shared,
  store: ReplyStore,
  { input, ...work }: Omit<Work, 'source' | 'previous'> & { input: AgentInput },
): Promise<Message> {
  const { identity, reply: waiting } = work;
  const release = runs.reserve(waiting.key);
  try {
    const reply = await store.continueReply(waiting).catch((error: unknown) => {
      // It may have been stored all the same, and nobody runs it.
      later(identity, waiting.key);
      throw error;
    });
    if (!reply) throw waitsNoMore(waiting);
    return runs.launch({ ...work, reply, source: { kind: 'ask', input } }).reply;
  } finally {
    release();
  }
}

const waitsNoMore = ({ status }: Message) => conflict(`The reply is not ${status} any more.`);

function connected(deps: ChatDeps, identity: Identity, { requestId }: Asked) {
  const ending = new AbortController();
  const connection: Connection = deps.connect(identity, ending.signal, requestId);
  return { connection, end: () => ending.abort() };
}
