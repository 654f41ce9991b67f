import { z } from 'zod';
import type { GenieMessagePlace } from '../../domain/genie.ts';
import { ask } from './client.ts';
import type { Connection } from './connection.ts';
import { busyWith } from './errors.ts';
import type { Store } from './store.ts';
import { toQuestionPlace } from './to-domain.ts';
import { storable } from './to-rows.ts';
import { columnsOf, questionRow } from './wire.ts';

const rows = z.array(questionRow);
/** A claim that was given free while it was looked at is tried again. */
const mostAttempts = 3;

export const createGenieQuestions = (
  connection: Connection,
): Pick<Store, 'claimQuestion' | 'settleQuestion'> => ({
  claimQuestion: (claim) => claimQuestion(connection, claim),
  settleQuestion: (clientMessageId, place) => settleQuestion(connection, clientMessageId, place),
});

async function claimQuestion(
  { client, owner }: Connection,
  claim: Parameters<Store['claimQuestion']>[0],
): ReturnType<Store['claimQuestion']> {
  const { clientMessageId, contentHash } = claim;
  const own = { owner, client_message_id: storable(clientMessageId) };
  const columns = columnsOf(questionRow);
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const added = client
      .from('genie_questions')
      .upsert(
        { ...own, content_hash: contentHash },
        { onConflict: 'owner,client_message_id', ignoreDuplicates: true },
      );
    if ((await ask(added.select(columns), rows)).length > 0) return { taken: true };
    const [there] = await ask(client.from('genie_questions').select(columns).match(own), rows);
    if (there) {
      const sameContent = there.content_hash === contentHash;
      return { taken: false, sameContent, place: toQuestionPlace(there) };
    }
  }
  throw busyWith('a question that comes and goes');
}

/** Only a question whose place is not known yet is settled: what Genie was asked stays asked. */
async function settleQuestion(
  { client, owner }: Connection,
  clientMessageId: string,
  place: GenieMessagePlace | null,
): Promise<void> {
  const questions = client.from('genie_questions');
  const change = place
    ? questions.update({
        space_key: place.spaceKey,
        conversation_key: place.conversationKey,
        message_key: place.messageKey,
      })
    : questions.delete();
  const own = change.eq('owner', owner).eq('client_message_id', storable(clientMessageId));
  await ask(own.is('message_key', null).select(columnsOf(questionRow)), rows);
}
