import type { Context } from '../context.ts';
import type { Identity } from '../domain/callers.ts';

type Log = { warn(fields: object, message: string): void };

/**
 * Called for each operation of a person, before it begins. Who was not seen lately is noted in the store, and what an
 * earlier process left unfinished of theirs is settled; nothing waits for either here.
 */
export function createArrivals(
  { people, replies }: Pick<Context, 'people' | 'replies'>,
  log: Log,
): (identity: Identity, requestId: string) => void {
  return (identity, requestId) => {
    if (!people.isNew(identity)) return;
    const failed = (err: unknown) => log.warn({ err }, 'the arrival of a person could not be noted');
    people.user(identity).catch(failed);
    replies.settle(identity, requestId).catch(failed);
  };
}
