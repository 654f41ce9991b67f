import { createHash } from 'node:crypto';
import { isOpen, type Message } from '../../domain/chat.ts';
import { badInput } from '../../domain/errors.ts';

/**
 * A place in a session's replies. By the length of the text it can be served from the stored message where its events
 * are gone, whichever process numbered them; `announced` are the approvals and consents given since the text last grew.
 */
export type ReplyCursor = {
  messageKey: string;
  sequence: number;
  /** UTF-16 units of the reply's text that the reader has. */
  length: number;
  ended: boolean;
  announced: readonly string[];
};

const maxLength = 4_096;
const digest = (text: string, length: number) =>
  createHash('sha256').update(text).digest('base64url').slice(0, length);
const bindingOf = (sessionKey: string) => digest(sessionKey, 12);

/** Short name of an approval or a consent in a cursor. */
export const announcementOf = (id: string): string => digest(id, 8);

/** Prints the cursors of one session. */
export function replyCursorPrinter(sessionKey: string): (at: ReplyCursor) => string {
  const binding = bindingOf(sessionKey);
  return ({ messageKey, sequence, length, ended, announced }) =>
    Buffer.from(
      JSON.stringify([binding, messageKey, sequence, length, ended ? 1 : 0, ...announced]),
    ).toString('base64url');
}

export const printReplyCursor = (sessionKey: string, at: ReplyCursor): string =>
  replyCursorPrinter(sessionKey)(at);

/** The cursor of the last event that a stored reply's `content` holds; null of one that has not begun. */
export function replyCursor(reply: Message): string | null {
  if (reply.role !== 'ASSISTANT' || (reply.status === 'PENDING' && reply.position === 0)) return null;
  return printReplyCursor(reply.sessionKey, {
    messageKey: reply.key,
    sequence: reply.position,
    length: reply.content.length,
    ended: !isOpen(reply.status),
    announced: [...reply.pendingApprovals, ...reply.pendingConsents].map(({ id }) => announcementOf(id)),
  });
}

/** @throws BAD_USER_INPUT naming `after` for anything but a cursor of this session. */
export function readReplyCursor(sessionKey: string, text: string): ReplyCursor {
  const [binding, messageKey, sequence, length, ended, ...announced] = partsOf(text);
  const isCursor =
    binding === bindingOf(sessionKey) &&
    typeof messageKey === 'string' &&
    isCount(sequence) &&
    isCount(length) &&
    (ended === 0 || ended === 1) &&
    announced.every((name) => typeof name === 'string');
  if (!isCursor) throw notACursor();
  return { messageKey, sequence, length, ended: ended === 1, announced: announced as string[] };
}

export const notACursor = () =>
  badInput('after', 'after: not a cursor of this session; pass the last one its stream gave.');

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function partsOf(text: string): unknown[] {
  if (text.length > maxLength) return [];
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
