const longest = 300;
const hidden = '…';

/** What an upstream's text may hold that is not for every client's eyes, in the order to look for it. */
const secrets: readonly RegExp[] = [
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s'"<>]+/gi, // URLs of any scheme, with the SAS they may hold
  /\beyJ[\w-]+(\.[\w-]*)*/g, // tokens
  /\b(sig|key|secret|password|token|sv|se|sp)=[^\s&'"]+/gi,
  /[^\s'"<>@]+@[^\s'"<>@]+\.[a-z]{2,}/gi, // people
  /\b[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\b/gi, // object, tenant and subscription ids
  /\/subscriptions\/[^\s'"]*/gi,
  /\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b/g,
  /\b([a-z0-9-]+\.)+(net|com|org|ms|io|cn|internal|local)\b(:\d+)?/gi, // hosts
  /[A-Za-z0-9+/_-]{60,}={0,2}/g, // keys
];

/** One line of an upstream's own words, fit for a client; null where nothing is left to say. */
export function safeLine(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  // The limit before the work: the patterns must not meet megabytes.
  const line =
    text
      .slice(0, 4_000)
      .trim()
      .split(/[\r\n]/, 1)[0] ?? '';
  const cleaned = secrets
    .reduce((rest, secret) => rest.replace(secret, hidden), line.replace(/\p{Cc}/gu, ' '))
    .replace(/\s+/g, ' ')
    .trim();
  if (!/\p{L}{2}/u.test(cleaned)) return null;
  return cleaned.length > longest ? `${cleaned.slice(0, longest)}${hidden}` : cleaned;
}
