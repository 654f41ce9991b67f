import type { Identity } from '../../domain/callers.ts';
import type { GenieEvent, GenieMessage, GenieMessagePlace } from '../../domain/genie.ts';
import { naming, noSuch } from '../keys.ts';
import { endable } from '../watch/endable.ts';
import { draining } from '../watch/failures.ts';
import { Rights } from '../watch/rights.ts';
import { WatchShelf } from '../watch/watch-shelf.ts';
import { assertMayActAsApp, usedGenie } from './acting.ts';
import { isAt } from './own.ts';
import type { Ownership } from './ownership.ts';
import { messageId } from './places.ts';
import type { AskingDeps } from './question.ts';
import { type ReplyOpening, ReplyWatch } from './reply-watch.ts';

/** Which message, of which workspace. */
export type WatchedMessage = GenieMessagePlace & { home: string };
/**
 * Streams of what a message turns to; nothing is read before the first `next()`. They end by themselves when it is
 * final, and throw what ends them sooner: BAD_USER_INPUT (`after`), NOT_FOUND for a message that is not this person's,
 * FORBIDDEN where the right is lost, UNAUTHENTICATED when the token runs out, UPSTREAM_TIMEOUT after ten minutes, or
 * Genie's failure when it lasts.
 */
export type GenieReplies = {
  events(message: WatchedMessage, opening: ReplyOpening): AsyncIterableIterator<GenieEvent>;
  /** Ends all streams, and those yet to come, with UPSTREAM_UNAVAILABLE and `retryAfterSeconds`. */
  close(): void;
};
export type GenieRepliesDeps = AskingDeps & {
  ownership: Ownership;
  random: () => number;
  firstPollMs: number;
  recheckMs: number;
  keepMs: number;
};

const field = 'messageId';

export function createGenieReplies(deps: GenieRepliesDeps): GenieReplies {
  const { clock, random, recheckMs, keepMs, firstPollMs } = deps;
  const closing = new AbortController();
  const watchDeps = { clock, random, rights: new Rights(clock, recheckMs), closing: closing.signal };
  const shelf = new WatchShelf<GenieMessage, ReplyWatch>(clock, keepMs, (subject, log) => {
    const read = (identity: Identity, signal: AbortSignal) =>
      readOwn(messageIn(subject), identity, signal, deps);
    return new ReplyWatch({ subject, firstPollMs, read }, log, watchDeps);
  });
  return {
    events: (message, opening) =>
      endable(opening.signal, async function* (signal) {
        closing.signal.throwIfAborted();
        const { watch, release } = shelf.use(subjectOf(message));
        try {
          yield* audited(message, opening.identity, deps, watch.events({ ...opening, signal }));
        } finally {
          release();
        }
      }),
    close() {
      const error = draining();
      closing.abort(error);
      for (const watch of shelf.watches) watch.end(() => true, error);
    },
  };
}

const subjectOf = ({ home, spaceKey, conversationKey, messageKey }: WatchedMessage): string =>
  `genie:${JSON.stringify([home, spaceKey, conversationKey, messageKey])}`;

function messageIn(subject: string): WatchedMessage {
  const parts = JSON.parse(subject.slice('genie:'.length)) as [string, string, string, string];
  const [home, spaceKey, conversationKey, messageKey] = parts;
  return { home, spaceKey, conversationKey, messageKey };
}

/** @throws NOT_FOUND for what is missing and for what is somebody else's, FORBIDDEN like `ownMessage`. */
async function readOwn(
  { home, ...place }: WatchedMessage,
  identity: Identity,
  signal: AbortSignal,
  { connect, connectStore, ownership }: GenieRepliesDeps,
): Promise<GenieMessage> {
  const { caller } = identity;
  const genie = (as: GenieMessage['as']) => connect(identity, as, signal);
  const source = { caller, home, genie, store: () => connectStore(identity, signal) };
  const owned = await naming(field, ownership.find(place, source));
  if (!owned) throw noSuch('GenieMessage', field);
  if (owned.as === 'APP') assertMayActAsApp(caller);
  const message = await naming(field, genie(owned.as).getMessage(place, { fresh: true }));
  if (!isAt(message, place)) throw noSuch('GenieMessage', field);
  return message;
}

/** Leaves once in the trail that somebody watches what the application asked for them. */
async function* audited(
  message: WatchedMessage,
  { caller }: Identity,
  { clock, audit }: GenieRepliesDeps,
  events: AsyncIterable<GenieEvent>,
): AsyncGenerator<GenieEvent, void> {
  let isNoted = false;
  for await (const event of events) {
    if (!isNoted && event.message.as === 'APP') {
      const use = { action: 'upstream.watchAsApp' as const, target: messageId(message.home, message) };
      audit(usedGenie(caller, { ...use, outcome: 'OK', requestId: null, now: clock.now() }));
    }
    isNoted = true;
    yield event;
  }
}
