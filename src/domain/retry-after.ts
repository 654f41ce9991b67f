/** What GraphQL's Int holds. */
const longest = 2 ** 31 - 1;

/** Seconds of a Retry-After header, in either of its forms (RFC 9110, 10.2.3); null without a readable one. */
export function retryAfterSeconds(headers: Record<string, string>, now: number): number | null {
  const text = headers['retry-after']?.trim();
  if (!text) return null;
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - now) / 1000);
  return Number.isNaN(seconds) ? null : Math.min(longest, Math.max(0, seconds));
}
