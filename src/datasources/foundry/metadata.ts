import type { Caller } from '../../domain/callers.ts';
import type { Clock } from '../../domain/clock.ts';

/** The person who asks, as the service is told of them. */
export type Asker = Pick<Caller, 'subject' | 'tenantId' | 'email' | 'name'>;

/** Limits of the service (contract section 10), in UTF-16 units, which are never fewer than characters. */
const mostPairs = 16;
const longestKey = 64;
const longestValue = 512;

/**
 * Who asks, and when, with what else is to be noted, cut to what the service takes. Nothing of it is a credential,
 * and nothing can stand in for the asker.
 */
export function metadataOf(asker: Asker, clock: Clock, own: Record<string, string>): Record<string, string> {
  const { subject, tenantId, email, name } = asker;
  const who = {
    user_id: subject,
    tenant_id: tenantId,
    user_email: email,
    user_name: name,
    asked_at: new Date(clock.now()).toISOString(),
  };
  const pairs = new Map<string, string>();
  for (const [key, value] of [...Object.entries(who), ...Object.entries(own)]) {
    const short = cut(key, longestKey);
    if (value && !pairs.has(short) && pairs.size < mostPairs) pairs.set(short, cut(value, longestValue));
  }
  return Object.fromEntries(pairs);
}

/** Not through the middle of a character. */
const cut = (text: string, longest: number): string => text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '');
