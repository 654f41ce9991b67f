import { badInput } from '../../domain/errors.ts';
import type { GenieMessage, GenieMessagePlace, Rating } from '../../domain/genie.ts';
import { naming } from '../keys.ts';
import { withGenie } from './acting.ts';
import { type Ask, ownMessage } from './own.ts';
import { readMessagePlace } from './places.ts';

const field = 'input.messageId';
const maxComment = 1_000;

/** Runs the SQL of an answer again, and answers the message as it is then. */
export async function rerunGenieQuery(
  { messageId }: { messageId: string },
  context: Ask,
): Promise<{ message: GenieMessage }> {
  const place = readMessagePlace(messageId, field, context.genieHome);
  const { query, as } = await ownMessage(place, field, context);
  if (!query) throw badInput(field, `${field}: a message with a query was expected.`);
  const use = { action: 'upstream.rerunAsApp' as const, target: messageId };
  await naming(
    field,
    withGenie(as, use, context, (genie) => genie.rerun(query.place)),
  );
  return { message: await asItIs(place, context) };
}

export type RatingInput = { messageId: string; rating: Rating; comment?: string | null };

/** Tells Genie what the caller thinks of an answer. */
export async function rateGenieAnswer(
  { messageId, rating, comment }: RatingInput,
  context: Ask,
): Promise<{ message: GenieMessage }> {
  const text = comment?.trim() || null;
  if ((text?.length ?? 0) > maxComment)
    throw badInput('input.comment', `input.comment: at most ${maxComment} characters were expected.`);
  const place = readMessagePlace(messageId, field, context.genieHome);
  const { as } = await ownMessage(place, field, context);
  const use = { action: 'upstream.rateAsApp' as const, target: messageId };
  await naming(
    field,
    withGenie(as, use, context, (genie) => genie.rate(place, rating, text)),
  );
  return { message: await asItIs(place, context) };
}

const asItIs = (place: GenieMessagePlace, context: Ask) => ownMessage(place, field, context, { fresh: true });
