import type { Context } from '../context.ts';
import type { Store } from '../datasources/supabase/store.ts';
import type { Agent, Session } from '../domain/chat.ts';
import { badInput, codeOf, conflict, mayHaveHappened } from '../domain/errors.ts';
import { type Page, type PageArgs, readPage } from '../domain/paging.ts';
import { getAgentForHistory } from './agents.ts';
import { type Recorder, record } from './audit.ts';
import { noSuch, readAgentName, readKey } from './keys.ts';

type Ask = Pick<
  Context,
  'caller' | 'signedIn' | 'store' | 'foundry' | 'lasting' | 'replies' | 'agentHome' | 'call'
>;

/** The store, once what an earlier process left unfinished has been settled: nothing of it is shown before. */
export async function settledStore({ store, replies, signedIn, call }: Settled): Promise<Store> {
  await replies.settle(signedIn, call.requestId);
  return store;
}
type Settled = Pick<Context, 'store' | 'replies' | 'signedIn' | 'call'>;

/** The caller's own, last used first. */
export async function listSessions(
  args: PageArgs & { filter?: { agentId?: string | null } | null },
  context: Ask,
): Promise<Page<Session>> {
  const agentId = args.filter?.agentId ?? null;
  const agentName = agentId === null ? null : readAgentName(agentId, 'filter.agentId', context);
  const page = readPage(args, context.caller.key, ['sessions', agentName]);
  return (await settledStore(context)).listSessions({ agentName }, page);
}

/** @throws NOT_FOUND naming the field, for what is missing and for what is somebody else's. */
export async function getSession(key: string, field: string, context: Settled): Promise<Session> {
  const session = await (await settledStore(context)).getSession(key);
  if (!session) throw noSuch('Session', field);
  return session;
}

/** As the caller last saw it: a history names its agent also when that is gone. */
export const agentOf = (session: Session, { store }: Pick<Ask, 'store'>): Promise<Agent | null> =>
  store.getAgent(session.agentName);

export const titleOf = ({ title }: Session): string => title || 'New session';

const maxTitle = 200;
const maxFirstWords = 60;

/** What a session is called that was given no title: the first words said in it. */
export function firstWords(content: string): string {
  const text = content.replace(/\s+/g, ' ').trim();
  if (text.length <= maxFirstWords) return text;
  const words = text.slice(0, maxFirstWords).replace(/\s+\S*$/, '');
  return `${words.replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function readTitle(title: string | null | undefined): string {
  const text = title?.trim() ?? '';
  if (text.length > maxTitle)
    throw badInput('input.title', `input.title: at most ${maxTitle} characters were expected.`);
  return text;
}

/**
 * The conversation is made upstream first; where it cannot be remembered, it is taken back. Where it may have been, it
 * stays: a session without its conversation would answer nothing.
 */
export async function createSession(
  input: { agentId: string; title?: string | null },
  context: Ask,
): Promise<{ session: Session }> {
  const { store, foundry } = context.lasting;
  const field = 'input.agentId';
  const title = readTitle(input.title);
  const agent = await getAgentForHistory(readAgentName(input.agentId, field, context), field, context);
  if (!agent.enabled) throw conflict('The agent is disabled.', { field });
  const conversationId = await foundry.createConversation({});
  try {
    return { session: await store.createSession({ title, agentName: agent.name, conversationId }) };
  } catch (error) {
    if (!mayHaveHappened(error)) await foundry.deleteConversation(conversationId).catch(() => undefined);
    throw error;
  }
}

/** Ours first, so that it is gone whatever the platform says; what it refuses is in the trail. */
export async function deleteSession(input: { id: string }, context: Ask & Recorder): Promise<{ id: string }> {
  const key = readKey(input.id, 'input.id', 'Session');
  const session = await getSession(key, 'input.id', context);
  if (!(await isRemoved(key, context.lasting.store))) throw noSuch('Session', 'input.id');
  context.replies.drop(key);
  await deleteUpstream(session, context);
  return { id: session.id };
}

/** False where there was none. Where the answer was lost, what is there now is the answer. */
async function isRemoved(key: string, store: Pick<Store, 'deleteSession' | 'getSession'>): Promise<boolean> {
  try {
    return await store.deleteSession(key);
  } catch (error) {
    if (!mayHaveHappened(error)) throw error;
    const isGone = await store.getSession(key).then(
      (found) => found === null,
      () => false,
    );
    if (!isGone) throw error;
    return true;
  }
}

async function deleteUpstream({ id, conversationId }: Session, context: Ask & Recorder): Promise<void> {
  if (conversationId === null) return;
  try {
    await context.lasting.foundry.deleteConversation(conversationId);
  } catch (error) {
    const outcome = codeOf(error);
    if (outcome === 'NOT_FOUND') return;
    record({ action: 'upstream.delete', target: id, outcome, upstream: 'AZURE_FOUNDRY' }, context);
  }
}
