import { createHash } from 'node:crypto';
import { badInput } from '../../domain/errors.ts';

/**
 * A place in the changes of one watched state. Beside the event's number it carries the state itself, so that it
 * never expires: where the numbers are no longer known, the present state is compared with it.
 */
export type StateCursor = { epoch: string; sequence: number; fingerprint: string };

const maxLength = 1024;
const bindingOf = (subject: string) => createHash('sha256').update(subject).digest('base64url').slice(0, 16);

export const printStateCursor = (subject: string, { epoch, sequence, fingerprint }: StateCursor): string =>
  Buffer.from(JSON.stringify([bindingOf(subject), epoch, sequence, fingerprint])).toString('base64url');

/** @throws BAD_USER_INPUT naming `after` for anything but a cursor of this subject. */
export function readStateCursor(subject: string, text: string): StateCursor {
  const [binding, epoch, sequence, fingerprint, ...rest] = partsOf(text);
  const isCursor =
    binding === bindingOf(subject) &&
    typeof epoch === 'string' &&
    Number.isSafeInteger(sequence) &&
    typeof fingerprint === 'string' &&
    rest.length === 0;
  if (!isCursor) throw badInput('after', 'after: not a cursor of this stream; pass the last one it gave.');
  return { epoch, sequence: sequence as number, fingerprint };
}

function partsOf(text: string): unknown[] {
  if (text.length > maxLength) return [];
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
