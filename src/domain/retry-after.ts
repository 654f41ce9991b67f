/** What GraphQL's Int holds. */
const longest = 2 ** 31 - 1;

/**
 * Seconds to wait by the headers: `retry-after-ms` where it is given, as the more exact one, else Retry-After in
 * either of its forms (RFC 9110, 10.2.3); null without a readable one.
 */
export function retryAfterSeconds(headers: Record<string, string>, now: number): number | null {
  const milliseconds = headers['retry-after-ms']?.trim();
  if (milliseconds && /^\d+$/.test(milliseconds))
    return Math.min(longest, Math.ceil(Number(milliseconds) / 1000));
  const text = headers['retry-after']?.trim();
  if (!text) return null;
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - now) / 1000);
  return Number.isNaN(seconds) ? null : Math.min(longest, Math.max(0, seconds));
}
