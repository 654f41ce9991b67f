import { isOpen, type Message, type ReplyEvent } from '../../domain/chat.ts';
import { type ErrorCode, errorCodes } from '../../domain/errors.ts';
import { undecided } from './decisions.ts';
import type { LoggedEvent } from './event-log.ts';

/** A reply as it stands, told as events: its start, all of its text at once, what it waits for, and its end. */
export function* storedEvents(reply: Message): Generator<LoggedEvent, void> {
  if (reply.status === 'PENDING' && reply.position === 0) return;
  const at = reply.completedAt ?? reply.createdAt;
  const end = reply.content.length;
  const logged = (event: ReplyEvent, sequence = reply.position): LoggedEvent => ({
    ...event,
    messageKey: reply.key,
    sequence,
    at,
    end,
  });
  yield { ...logged({ kind: 'STARTED' }, 1), at: reply.createdAt, end: 0 };
  if (end > 0) yield logged({ kind: 'DELTA', text: reply.content });
  if (isOpen(reply.status)) {
    for (const approval of undecided(reply.pendingApprovals)) yield logged({ kind: 'APPROVAL', approval });
    for (const consent of reply.pendingConsents) yield logged({ kind: 'CONSENT', consent });
  } else {
    yield logged(endOf(reply));
  }
}

/** How a reply that has ended is told. */
export const endOf = (reply: Message, retryAfterSeconds: number | null = null): ReplyEvent =>
  reply.status === 'FAILED'
    ? {
        kind: 'FAILED',
        code: knownCode(reply.error?.code),
        reason: reply.error?.message ?? 'The agent did not answer.',
        retryAfterSeconds,
      }
    : { kind: 'COMPLETED', message: reply };

const knownCode = (code: string | null | undefined): ErrorCode =>
  errorCodes.find((known) => known === code) ?? 'UPSTREAM_ERROR';
