import type { Store } from '../../datasources/supabase/store.ts';
import { codeOf } from '../../domain/errors.ts';
import type { GenieMessage } from '../../domain/genie.ts';
import { withinDeadline } from '../watch/waiting.ts';
import { usedGenie } from './acting.ts';
import { conversationId } from './places.ts';
import type { Asker, AskingParts, Question } from './question.ts';

/** Works on what is stored of the asker, whether or not they are still there. */
export const withStore = <T>(
  { identity }: Asker,
  { deps, closing }: AskingParts,
  work: (store: Store) => Promise<T>,
): Promise<T> => withinDeadline(deps.clock, closing, (signal) => work(deps.connectStore(identity, signal)));

/**
 * Remembers whose the conversation is that a question began. Never throws: the question was asked. Where it cannot be
 * stored, this process still knows for a while, and the trail tells.
 */
export async function rememberQuestion(
  { home, spaceKey, conversationKey, as }: Question,
  message: GenieMessage,
  title: string | null,
  asker: Asker,
  parts: AskingParts,
): Promise<void> {
  if (conversationKey !== null) return;
  const { deps, ownership } = parts;
  const { caller } = asker.identity;
  const begun = { spaceKey, conversationKey: message.conversationKey };
  ownership.add(caller, begun, { as, title, createdAt: message.createdAt });
  try {
    await withStore(asker, parts, (store) => store.rememberConversation({ home, ...begun, as, title }));
  } catch (error) {
    // A person's own conversations are found without: Genie lists them.
    if (codeOf(error) === 'UPSTREAM_NOT_CONFIGURED') return;
    const use = { action: 'upstream.rememberConversation' as const, target: conversationId(home, begun) };
    const { requestId } = asker;
    deps.audit(usedGenie(caller, { ...use, outcome: codeOf(error), requestId, now: deps.clock.now() }));
  }
}
