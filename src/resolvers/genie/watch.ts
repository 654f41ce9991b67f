import type { Context } from '../../context.ts';
import type { GenieEvent } from '../../domain/genie.ts';
import { readMessagePlace } from './places.ts';

type Ask = Pick<Context, 'signedIn' | 'genieHome' | 'genieQuestions' | 'call' | 'lastEventId'>;

/** The answer now, then each change, until it is final. A reconnecting SSE client's Last-Event-ID wins over `after`. */
export function watchGenieReply(
  args: { messageId: string; after?: string | null },
  { signedIn: identity, genieHome: home, genieQuestions, call, lastEventId }: Ask,
): AsyncIterable<GenieEvent> {
  const place = readMessagePlace(args.messageId, 'messageId', home);
  const after = lastEventId ?? args.after ?? null;
  return genieQuestions.replies({ home, ...place }, { identity, after, signal: call.signal });
}
